-- The same use by whole weeks from a day on: what a week of it comes to.
WITH touched AS (
    SELECT identity, events, counted_events, bytes_up,
        CAST(floor(date_diff('day', CAST($since AS DATE), day) / 7) AS INTEGER) AS week
    FROM usage
    WHERE events > 0 AND shown(activity, $activity) AND service IN (FROM replayed)
        AND (NOT $some_teams OR team IN (SELECT team FROM replayed_teams WHERE meant))
        AND team NOT IN (SELECT team FROM replayed_teams WHERE NOT meant)
        AND day >= CAST($since AS DATE)
), held AS (
    SELECT count(*) AS sessions FROM sessions
    WHERE shown(activity, $activity) AND service IN (FROM replayed)
        AND (NOT $some_teams OR team IN (SELECT team FROM replayed_teams WHERE meant))
        AND team NOT IN (SELECT team FROM replayed_teams WHERE NOT meant)
        AND CAST(first_time AS DATE) >= CAST($since AS DATE)
        AND CAST(first_time AS DATE) < CAST($since AS DATE) + 7 * CAST($weeks AS INTEGER)
), weekly AS (
    SELECT week, count(DISTINCT identity) FILTER (counted_events > 0) AS users, sum(events) AS events,
        sum(bytes_up) AS bytes_up
    FROM touched WHERE week < $weeks GROUP BY week
)
SELECT coalesce(sum(users), 0) / $weeks, (SELECT sessions FROM held) / $weeks,
    coalesce(sum(events), 0) / $weeks, sum(bytes_up) / $weeks
FROM weekly
