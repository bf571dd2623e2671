-- What else is used for the same: pairs of services of one category, or of one known task, with the
-- people who use both. What a purchase of the one might replace.
WITH used AS (
    SELECT DISTINCT service, identity, coalesce(task, 'unknown') AS task FROM usage
    WHERE counted_events > 0 AND shown(activity, $activity)
), people AS (
    SELECT service, count(DISTINCT identity) AS users FROM used GROUP BY service
), kinds AS (
    SELECT used.service, used.identity, used.task, known.category FROM used JOIN services AS known USING (service)
)
SELECT a.service, b.service AS other, any_value(people.users) AS users,
    count(DISTINCT b.identity) FILTER (a.identity = b.identity) AS users_of_both,
    list(DISTINCT a.task ORDER BY a.task) FILTER (a.task = b.task AND a.task <> 'unknown') AS tasks
FROM kinds AS a JOIN kinds AS b ON a.service <> b.service
    AND ((a.task = b.task AND a.task <> 'unknown') OR a.category = b.category)
    AND (a.identity = b.identity OR a.category = b.category)
JOIN people ON people.service = b.service
GROUP BY a.service, b.service
ORDER BY a.service, users_of_both DESC, users DESC, other
