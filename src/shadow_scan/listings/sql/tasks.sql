SELECT usage.task AS task,
    count(DISTINCT usage.identity) FILTER (counted_events > 0) AS users,
    count(DISTINCT team) FILTER (counted_events > 0 AND team <> 'unattributed') AS teams,
    count(DISTINCT service) FILTER (counted_events > 0) AS services,
    (SELECT count(*) FROM sessions AS s WHERE s.task = usage.task
        AND shown(s.activity, $activity)) AS sessions,
    sum(events)::BIGINT AS events,
    total(bytes_up) AS bytes_up
FROM usage
WHERE shown(usage.activity, $activity)
GROUP BY usage.task
HAVING sum(events) > 0
ORDER BY users DESC, events DESC, task
