-- Whom to ask: the teams with sustained deep use of a service, or the people where settings allow.
WITH used AS (
    SELECT service, team, CASE WHEN $people THEN identity END AS person, identity, day,
        week_of(day, $newest) AS week, coalesce(task, 'unknown') AS task
    FROM usage
    WHERE counted_events > 0 AND shown(activity, $activity) AND team <> 'unattributed'
        AND (NOT $people OR user_kind = 'person')
    GROUP BY ALL
), in_week AS (
    SELECT service, team, person, identity, week, count(DISTINCT day) AS days FROM used GROUP BY ALL
), each AS (
    SELECT service, team, person, identity, sum(days) AS days, count(*) AS weeks,
        coalesce(sum(days) FILTER (week < 4), 0) AS recent_days,
        count(*) FILTER (week < 4) AS recent_weeks
    FROM in_week GROUP BY ALL
), depths AS (
    SELECT service, identity, team, count(*) AS sessions, sum(events) AS events FROM sessions
    WHERE shown(activity, $activity) GROUP BY ALL
), tasks AS (
    SELECT service, team, person, list(DISTINCT task ORDER BY task) FILTER (task <> 'unknown') AS tasks
    FROM used GROUP BY ALL
)
SELECT service, each.team, each.person AS "user",
    count(*) FILTER (regular(recent_days, recent_weeks, weeks_seen($oldest, $newest))) AS regulars,
    sum(days)::BIGINT AS active_days, max(weeks) AS weeks,
    sum(depths.sessions)::BIGINT AS sessions,
    round(sum(depths.events) / sum(depths.sessions), 1) AS depth,
    any_value(coalesce(tasks.tasks, [])) AS tasks
FROM each
LEFT JOIN depths USING (service, identity, team)
LEFT JOIN tasks ON tasks.service = each.service AND tasks.team = each.team
    AND tasks.person IS NOT DISTINCT FROM each.person
GROUP BY service, each.team, each.person
HAVING regulars >= CASE WHEN $people THEN 1 ELSE 2 END
ORDER BY regulars DESC, active_days DESC, sessions DESC, service, team, "user"
