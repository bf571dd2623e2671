-- How many people were regular users in each whole week: in at least two of its four weeks up to then,
-- and on four days. The first three weeks of the data cannot tell and are left out.
WITH used AS (
    SELECT DISTINCT service, team, identity, day, week_of(day, $newest) AS week FROM usage
    WHERE counted_events > 0 AND shown(activity, $activity)
), whole AS (
    SELECT unnest(range(0, (date_diff('day', $oldest, $newest) + 1) // 7 - 3)) AS week
), person AS (
    SELECT service, team, identity, whole.week, count(DISTINCT used.week) AS weeks, count(*) AS days
    FROM used JOIN whole ON used.week BETWEEN whole.week AND whole.week + 3
    GROUP BY ALL
)
SELECT service, team, week, count(*) FILTER (weeks >= 2 AND days >= 4) AS regulars
FROM person
GROUP BY ALL
ORDER BY service, team, week DESC
