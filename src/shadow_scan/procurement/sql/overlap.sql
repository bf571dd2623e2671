-- What else is used for the same: pairs of services of one category, or of one known task, with the
-- people who use shared. What a purchase of the one might replace.
WITH used AS (
    SELECT DISTINCT service, identity FROM usage
    WHERE counted_events > 0 AND shown(activity, $activity)
), work AS (
    SELECT DISTINCT service, task FROM usage
    WHERE counted_events > 0 AND shown(activity, $activity) AND task <> 'unknown'
), kinds AS (
    SELECT service, category, count(*) AS users FROM used JOIN services AS known USING (service)
    GROUP BY service, category
), pairs AS (
    SELECT a.service, b.service AS other FROM kinds AS a JOIN kinds AS b USING (category)
    UNION
    SELECT a.service, b.service FROM work AS a JOIN work AS b USING (task)
), shared AS (
    SELECT a.service, b.service AS other, count(*) AS users FROM used AS a JOIN used AS b USING (identity)
    GROUP BY a.service, b.service
)
SELECT pairs.service, pairs.other, kinds.users, coalesce(shared.users, 0) AS users_of_both
FROM pairs JOIN kinds ON kinds.service = pairs.other
LEFT JOIN shared ON shared.service = pairs.service AND shared.other = pairs.other
WHERE pairs.service <> pairs.other
ORDER BY pairs.service, users_of_both DESC, kinds.users DESC, pairs.other
