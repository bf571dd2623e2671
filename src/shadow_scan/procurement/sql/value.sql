-- Which use is worth something, beyond hits: who comes back, how deep, how wide, for how long.
WITH each AS (
    -- as bits: the days of use of the last four weeks, and all weeks of use
    SELECT service, team, coalesce(task, 'unknown') AS task, identity,
        bit_or(CASE WHEN age < 28 THEN 1 << age END) AS days,
        bitstring_agg((age // 7)::INTEGER, 0, $weeks) AS weeks,
        max(age) // 7 + 1 AS weeks_since_first, min(first_time) AS first_time, max(last_time) AS last_time
    FROM (SELECT *, date_diff('day', day, $newest) AS age FROM usage)
    WHERE counted_events > 0 AND shown(activity, $activity)
    GROUP BY ALL
), person AS (
    SELECT * EXCLUDE (days, weeks), bit_count(weeks) AS weeks, coalesce(bit_count(days), 0) AS recent_days,
        get_bit(weeks, 0) + get_bit(weeks, 1) + get_bit(weeks, 2) + get_bit(weeks, 3) AS recent_weeks,
        bit_count(weeks) - get_bit(weeks, 0) AS chances, bit_count(weeks & (weeks << 1)) AS returns
    FROM each
), depths AS (
    SELECT service, team, coalesce(task, 'unknown') AS task, count(*) AS sessions, median(events) AS depth,
        round(median(date_diff('second', first_time, last_time)) / 60, 1) AS minutes
    FROM sessions WHERE shown(activity, $activity)
    GROUP BY ALL
), worth AS (
    SELECT service, team, task,
        count(*) AS users,
        count(*) FILTER (regular(recent_days, recent_weeks, weeks_seen($oldest, $newest))) AS regulars,
        sum(returns) AS returns, nullif(sum(chances), 0) AS chances,
        -- exact sums: the order of rows must not decide the last digit
        round(sum(CAST(weeks / weeks_since_first AS DECIMAL(18, 9))) / count(*), 2) AS persistence,
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
LEFT JOIN depths USING (service, team, task)
LEFT JOIN team_people USING (team)
ORDER BY regulars DESC NULLS LAST, users DESC, sessions DESC, service, team, task
