-- All use of a service, or of a service and team.
WITH used AS (
    SELECT service, CASE WHEN $by_team THEN team END AS team,
        count(DISTINCT identity) FILTER (counted_events > 0) AS users,
        count(DISTINCT day) FILTER (counted_events > 0) AS days,
        sum(events)::BIGINT AS events, sum(blocked)::BIGINT AS blocked,
        total(bytes_up) AS bytes_up, total(bytes_down) AS bytes_down,
        min(first_time) AS first_time, max(last_time) AS last_time
    FROM usage
    WHERE shown(activity, $activity)
    GROUP BY ALL
), held AS (
    SELECT service, CASE WHEN $by_team THEN team END AS team, count(*) AS sessions,
        list(session ORDER BY bytes_up DESC NULLS LAST, events DESC, session)[1:5] AS evidence
    FROM sessions
    WHERE shown(activity, $activity)
    GROUP BY ALL
), ever AS (
    SELECT service, CASE WHEN $by_team THEN team END AS team, min(day) AS first_day
    FROM main.usage WHERE counted_events > 0 GROUP BY ALL
), watched AS (
    SELECT service, CASE WHEN $by_team THEN team END AS team, min(since) AS since
    FROM seen_in GROUP BY ALL
)
SELECT used.*, coalesce(held.sessions, 0) AS sessions, held.evidence, NULL::BIGINT AS hits,
    date_diff('day', ever.first_day, newest.day) + 1 AS age,
    date_diff('day', service.first_day, newest.day) + 1 AS service_age,
    date_diff('day', watched.since, ever.first_day) AS watched_days
FROM used
LEFT JOIN held ON held.service = used.service AND held.team IS NOT DISTINCT FROM used.team
LEFT JOIN ever ON ever.service = used.service AND ever.team IS NOT DISTINCT FROM used.team
LEFT JOIN watched ON watched.service = used.service AND watched.team IS NOT DISTINCT FROM used.team
LEFT JOIN (
    SELECT service, min(day) AS first_day FROM main.usage WHERE counted_events > 0 GROUP BY service
) AS service ON service.service = used.service
CROSS JOIN (SELECT max(day) AS day FROM main.usage) AS newest
