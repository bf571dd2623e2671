-- Which use is worth something, beyond hits: who comes back, how deep, how wide, for how long.
WITH daily AS (
    SELECT service, team, coalesce(task, 'unknown') AS task, identity, day,
        week_of(day, $newest) AS week, min(first_time) AS first_time, max(last_time) AS last_time
    FROM usage
    WHERE counted_events > 0 AND shown(activity, $activity)
    GROUP BY ALL
), in_week AS (
    SELECT service, team, task, identity, week, count(*) AS days, min(first_time) AS first_time,
        max(last_time) AS last_time
    FROM daily GROUP BY ALL
), person AS (
    SELECT service, team, task, identity,
        coalesce(sum(days) FILTER (week < 4), 0) AS recent_days,
        count(*) FILTER (week < 4) AS recent_weeks,
        count(*) AS weeks, max(week) + 1 AS weeks_since_first,
        min(first_time) AS first_time, max(last_time) AS last_time
    FROM in_week GROUP BY ALL
), returned AS (
    SELECT service, team, task, count(*) AS chances, count(*) FILTER (next = week - 1) AS returns
    FROM (SELECT *, lead(week) OVER (PARTITION BY service, team, task, identity ORDER BY week DESC) AS next
        FROM in_week)
    WHERE week > 0
    GROUP BY ALL
), depths AS (
    SELECT service, team, coalesce(task, 'unknown') AS task, count(*) AS sessions, median(events) AS depth,
        round(median(date_diff('second', first_time, last_time)) / 60, 1) AS minutes
    FROM sessions WHERE shown(activity, $activity)
    GROUP BY ALL
), worth AS (
    SELECT service, team, task,
        count(*) AS users,
        count(*) FILTER (regular(recent_days, recent_weeks, weeks_seen($oldest, $newest))) AS regulars,
        round(avg(weeks / weeks_since_first), 2) AS persistence,
        min(first_time) AS first_time, max(last_time) AS last_time
    FROM person GROUP BY ALL
)
SELECT service, team, task, users,
    CASE WHEN weeks_seen($oldest, $newest) >= 2 THEN regulars END AS regulars,
    round(returns / chances, 2) AS return_rate,
    coalesce(depths.sessions, 0) AS sessions,
    round(depths.sessions / users, 1) AS sessions_a_person,
    depths.depth, depths.minutes,
    round(users / team_people.people, 2) AS spread,
    persistence,
    regulars >= 2 AND coalesce(returns / chances, 0) >= 0.5 AND persistence >= 0.5
        AND depths.depth >= median(depths.depth) OVER (PARTITION BY service)
        AND team <> 'unattributed' AS champion,
    first_time, last_time
FROM worth
LEFT JOIN returned USING (service, team, task)
LEFT JOIN depths USING (service, team, task)
LEFT JOIN team_people USING (team)
ORDER BY regulars DESC NULLS LAST, users DESC, sessions DESC, service, team, task
