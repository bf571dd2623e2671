-- Who has a sanctioned service (was seen using it, or has a licence for it) and uses another one for the
-- same: the same kind of service, or the same task where evidence names it.
WITH licensed AS (
    SELECT l.identity, l.service FROM licensed_people AS l
    WHERE NOT EXISTS (FROM rulings AS r WHERE r.service = l.service AND r.status = 'unsanctioned'
        AND r.team IS NULL AND r.plan IS NULL)
), has AS (
    SELECT DISTINCT u.identity, u.service, k.category, CASE WHEN u.task <> 'unknown' THEN u.task END AS task
    FROM all_usage AS u
    JOIN services AS k USING (service)
    JOIN rulings AS r ON r.service = u.service AND r.status = 'sanctioned'
        AND (r.team IS NULL OR r.team = u.team) AND (r.plan IS NULL OR lower(r.plan) = lower(u.plan))
    WHERE u.events > 0 AND u.user_kind = 'person'
    UNION
    SELECT l.identity, l.service, k.category, NULL FROM licensed AS l JOIN services AS k USING (service)
    UNION
    SELECT l.identity, l.service, NULL, u.task FROM licensed AS l
    JOIN all_usage AS u ON u.identity = l.identity AND u.service = l.service
    WHERE u.events > 0 AND u.task <> 'unknown'
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
    WHERE used.ruling <> 'sanctioned' AND NOT EXISTS (FROM licensed
        WHERE licensed.identity = used.identity AND licensed.service = used.service)
)
SELECT 'bypass' AS kind, service, sanctioned AS to_service, team, count(DISTINCT identity) AS users,
    sum(events)::BIGINT AS events, total(bytes_up) AS bytes_up, NULL::VARCHAR AS decided,
    NULL::INTEGER AS days_after
FROM matched
GROUP BY service, sanctioned, team
