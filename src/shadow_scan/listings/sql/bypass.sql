-- Who has a sanctioned service (was seen using it, or has a licence for it) and uses another one for the
-- same: the same kind of service, or the same task where evidence names it.
WITH used AS (
    SELECT u.*, k.category, coalesce((SELECT arg_max(r.status, r.weight) FROM rulings AS r
        WHERE r.service = u.service AND (r.team IS NULL OR r.team = u.team)
        AND (r.plan IS NULL OR lower(r.plan) = lower(u.plan))), 'unreviewed') AS ruling
    FROM usage AS u JOIN services AS k USING (service)
    WHERE u.events > 0 AND u.user_kind = 'person' AND shown(u.activity, $activity)
), matched AS (
    SELECT DISTINCT used.identity, used.team, used.service, used.day, used.activity, used.task,
        used.account, used.plan, used.surface, used.events, used.counted_events, used.bytes_up, has.service AS sanctioned
    FROM used
    JOIN has_tool AS has ON has.identity = used.identity AND has.service <> used.service
        AND (has.category = used.category OR has.task = used.task)
    WHERE used.ruling <> 'sanctioned' AND NOT EXISTS (FROM has_tool AS own
        WHERE own.licensed AND own.identity = used.identity AND own.service = used.service)
)
SELECT 'bypass' AS kind, service, sanctioned AS to_service, team,
    count(DISTINCT identity) FILTER (counted_events > 0) AS users,
    sum(events)::BIGINT AS events, total(bytes_up) AS bytes_up, NULL::VARCHAR AS decided,
    NULL::INTEGER AS days_after
FROM matched
GROUP BY service, sanctioned, team
