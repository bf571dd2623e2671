-- Who has a sanctioned service (was seen using it) and uses another one for the same: the same kind of
-- service, or the same task where evidence names it.
WITH has AS (
    SELECT DISTINCT u.identity, u.service, k.category, CASE WHEN u.task <> 'unknown' THEN u.task END AS task
    FROM all_usage AS u
    JOIN services AS k USING (service)
    JOIN rulings AS r ON r.service = u.service AND r.status = 'sanctioned'
        AND (r.team IS NULL OR r.team = u.team) AND (r.plan IS NULL OR lower(r.plan) = lower(u.plan))
    WHERE u.events > 0 AND u.user_kind = 'person'
), used AS (
    SELECT u.*, k.category, coalesce((SELECT arg_max(r.status, r.weight) FROM rulings AS r
        WHERE r.service = u.service AND (r.team IS NULL OR r.team = u.team)
        AND (r.plan IS NULL OR lower(r.plan) = lower(u.plan))), 'unreviewed') AS ruling
    FROM usage AS u JOIN services AS k USING (service)
    WHERE u.events > 0 AND u.user_kind = 'person' AND shown(u.activity, $activity)
), matched AS (
    SELECT DISTINCT used.identity, used.team, used.service, used.day, used.activity, used.task,
        used.account, used.plan, used.surface, used.events, used.bytes_up, has.service AS sanctioned
    FROM used
    JOIN has ON has.identity = used.identity AND has.service <> used.service
        AND (has.category = used.category OR has.task = used.task)
    WHERE used.ruling <> 'sanctioned'
)
SELECT 'bypass' AS kind, service, sanctioned AS to_service, team, count(DISTINCT identity) AS users,
    sum(events)::BIGINT AS events, total(bytes_up) AS bytes_up, NULL::VARCHAR AS decided,
    NULL::INTEGER AS days_after
FROM matched
GROUP BY service, sanctioned, team
