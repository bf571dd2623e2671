SELECT identity AS "user",
    any_value(user_kind) AS user_kind,
    arg_max(team, last_time) AS team,
    count(DISTINCT service) FILTER (counted_events > 0) AS services,
    (SELECT count(*) FROM sessions AS s WHERE s.identity = usage.identity
        AND shown(s.activity, $activity)) AS sessions,
    sum(events)::BIGINT AS events,
    total(bytes_up) AS bytes_up,
    min(first_time) AS first_time,
    max(last_time) AS last_time
FROM usage
WHERE shown(activity, $activity)
GROUP BY identity
HAVING sum(events) > 0
ORDER BY services DESC, events DESC, "user"
