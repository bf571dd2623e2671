-- Users of each team and task, nobody counted twice.
SELECT team, task, task AS name, count(DISTINCT identity) FILTER (counted_events > 0) AS users,
    sum(events)::BIGINT AS events, total(bytes_up) AS bytes_up
FROM usage
WHERE events > 0 AND shown(activity, $activity)
GROUP BY team, task
ORDER BY users DESC, events DESC, team, task
