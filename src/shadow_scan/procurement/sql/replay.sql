-- Use that a decision would touch, in a period: all of it, by service and task, and by team.
WITH touched AS (
    SELECT * FROM usage
    WHERE events > 0 AND shown(activity, $activity) AND service IN (FROM replayed)
        AND (NOT $some_teams OR team IN (SELECT team FROM replayed_teams WHERE meant))
        AND team NOT IN (SELECT team FROM replayed_teams WHERE NOT meant)
        AND day BETWEEN CAST($since AS DATE) AND CAST($until AS DATE)
), held AS (
    SELECT * FROM sessions
    WHERE shown(activity, $activity) AND service IN (FROM replayed)
        AND (NOT $some_teams OR team IN (SELECT team FROM replayed_teams WHERE meant))
        AND team NOT IN (SELECT team FROM replayed_teams WHERE NOT meant)
        AND CAST(first_time AS DATE) BETWEEN CAST($since AS DATE) AND CAST($until AS DATE)
), used AS (
    SELECT service, task, team, count(DISTINCT identity) FILTER (counted_events > 0) AS users,
        count(DISTINCT task) FILTER (counted_events > 0) AS tasks,
        sum(events)::BIGINT AS events, total(bytes_up) AS bytes_up, total(bytes_down) AS bytes_down
    FROM touched
    GROUP BY GROUPING SETS ((), (service, task), (team))
), sat AS (
    SELECT service, task, team, count(*) AS sessions
    FROM held
    GROUP BY GROUPING SETS ((), (service, task), (team))
)
SELECT CASE WHEN used.service IS NOT NULL THEN 'task' WHEN used.team IS NOT NULL THEN 'team'
        ELSE 'total' END AS kind,
    used.service, used.task, used.team, used.users, used.tasks, coalesce(sat.sessions, 0) AS sessions,
    coalesce(used.events, 0) AS events, used.bytes_up, used.bytes_down
FROM used
LEFT JOIN sat ON sat.service IS NOT DISTINCT FROM used.service
    AND sat.task IS NOT DISTINCT FROM used.task AND sat.team IS NOT DISTINCT FROM used.team
ORDER BY CASE kind WHEN 'total' THEN 0 WHEN 'task' THEN 1 ELSE 2 END, used.users DESC,
    used.events DESC, used.service, used.task, used.team
