-- Each day of each person by itself, with the sessions that began on it.
WITH used AS (
    SELECT identity, service, CASE WHEN $by_team THEN team END AS team, day,
        1 AS users, 1 AS days, sum(events)::BIGINT AS events, sum(blocked)::BIGINT AS blocked,
        total(bytes_up) AS bytes_up, total(bytes_down) AS bytes_down,
        min(first_time) AS first_time, max(last_time) AS last_time
    FROM usage
    WHERE shown(activity, $activity)
    GROUP BY ALL
), held AS (
    SELECT identity, service, CASE WHEN $by_team THEN team END AS team,
        CAST(first_time AS DATE) AS day, count(*) AS sessions,
        arg_max(session, coalesce(bytes_up, events)) AS session
    FROM sessions
    WHERE shown(activity, $activity)
    GROUP BY ALL
)
SELECT used.*, coalesce(held.sessions, 0) AS sessions, held.session
FROM used
LEFT JOIN held ON held.identity = used.identity AND held.service = used.service
    AND held.team IS NOT DISTINCT FROM used.team AND held.day = used.day
