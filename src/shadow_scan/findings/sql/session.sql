-- Each session by itself.
SELECT session, identity, service, CASE WHEN $by_team THEN team END AS team, 1 AS users, 1 AS sessions,
    CAST(first_time AS DATE) AS day, 1 AS days, events, 0 AS blocked, bytes_up, bytes_down, first_time,
    last_time
FROM sessions
WHERE shown(activity, $activity)
