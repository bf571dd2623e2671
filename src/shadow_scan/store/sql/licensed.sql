-- Who is licensed today: somebody, or a team (without one, everybody); `everyone`: each of them.
CREATE TEMP TABLE licensed (service VARCHAR, identity VARCHAR, team VARCHAR, everyone BOOLEAN);

-- Who has which tool that was sanctioned or bought for them: seen using it, or licensed; with the tasks
-- that they were seen doing with it. What was ruled out for all is no tool to have.
CREATE TEMP VIEW has_tool AS
WITH bought AS (
    FROM licensed AS l WHERE NOT EXISTS (FROM rulings AS r WHERE r.service = l.service
        AND r.status = 'unsanctioned' AND r.team IS NULL AND r.plan IS NULL)
), seen AS (
    SELECT u.identity, u.service, u.task, false AS licensed FROM all_usage AS u
    WHERE u.counted_events > 0 AND (SELECT arg_max(r.status, r.weight) FROM rulings AS r
        WHERE r.service = u.service AND (r.team IS NULL OR r.team = u.team)
        AND (r.plan IS NULL OR lower(r.plan) = lower(u.plan))) = 'sanctioned'
    UNION
    SELECT u.identity, u.service, u.task, true FROM all_usage AS u
    JOIN bought AS b ON b.service = u.service AND b.identity = u.identity WHERE u.counted_events > 0
    UNION
    SELECT u.identity, u.service, u.task, true FROM all_usage AS u
    JOIN bought AS b ON b.service = u.service AND b.team = u.team WHERE u.counted_events > 0
    UNION
    SELECT u.identity, u.service, u.task, true FROM all_usage AS u
    JOIN bought AS b ON b.service = u.service AND b.identity IS NULL AND b.team IS NULL WHERE u.counted_events > 0
), held AS (
    SELECT identity, service FROM bought WHERE identity NOTNULL
    UNION
    SELECT u.identity, b.service FROM all_usage AS u JOIN bought AS b ON b.team = u.team AND b.everyone
    UNION
    SELECT u.identity, b.service FROM all_usage AS u
    JOIN bought AS b ON b.everyone AND b.identity IS NULL AND b.team IS NULL
)
SELECT identity, service, known.category, CASE WHEN task <> 'unknown' THEN task END AS task, licensed
FROM seen JOIN services AS known USING (service)
UNION ALL
SELECT identity, service, known.category, NULL, true FROM held JOIN services AS known USING (service)
