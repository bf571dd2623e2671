-- Services that are sanctioned for everybody, with the tasks that they were seen doing.
SELECT r.service, any_value(k.name) AS name, any_value(k.category) AS category,
    list(DISTINCT u.task) FILTER (u.task <> 'unknown') AS tasks
FROM rulings AS r
JOIN services AS k ON k.service = r.service
LEFT JOIN all_usage AS u ON u.service = r.service AND u.counted_events > 0
WHERE r.status = 'sanctioned' AND r.team IS NULL AND r.plan IS NULL
GROUP BY r.service
ORDER BY r.service
