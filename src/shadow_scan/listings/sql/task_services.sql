-- For each task: the services used for it, and how many users use more than one of them.
WITH used AS (
    SELECT task, identity, count(DISTINCT service) AS services
    FROM usage WHERE counted_events > 0 AND shown(activity, $activity)
    GROUP BY task, identity
), by_service AS (
    SELECT task, service, count(DISTINCT identity) AS users
    FROM usage WHERE counted_events > 0 AND shown(activity, $activity)
    GROUP BY task, service
)
SELECT task, count(*) AS users, count(*) FILTER (services > 1) AS overlap,
    (SELECT list(service ORDER BY by_service.users DESC, service) FROM by_service
        WHERE by_service.task = used.task) AS used_services
FROM used
GROUP BY task
ORDER BY users DESC, task
