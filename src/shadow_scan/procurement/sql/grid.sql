-- Where each service in use stands: can it be fitted to our work, does it keep and learn? An answer of our
-- own people, else a fact of the catalogue, else unknown: a question for the vendor.
WITH used AS (
    SELECT service, count(DISTINCT identity) AS users, max(last_time) AS last_time FROM usage
    WHERE counted_events > 0 AND shown(activity, $activity)
    GROUP BY service
), place AS (
    SELECT used.service, axis.name AS axis, coalesce(answers.grade, fact.value) AS said,
        CASE WHEN answers.grade NOTNULL
            THEN concat_ws(', ', 'answered by ' || coalesce(answers."by", 'our people'), strftime(answers.as_of, '%Y-%m-%d'))
            ELSE concat_ws(', ', fact.source, coalesce(fact.as_of, 'recorded ' || fact.recorded), fact.confidence)
        END AS ground
    FROM used CROSS JOIN (VALUES ('customisation'), ('memory')) AS axis(name)
    LEFT JOIN terms AS fact ON fact.service = used.service AND fact.name = axis.name
    LEFT JOIN answers ON answers.service = used.service AND answers.criterion = axis.name
), axes AS (
    SELECT service,
        any_value(coalesce(split_part(said, ':', 1), 'unknown')) FILTER (axis = 'customisation') AS customisation,
        any_value(coalesce(split_part(said, ':', 1), 'unknown')) FILTER (axis = 'memory') AS memory,
        list(axis || ': ' || said || ' (' || ground || ')' ORDER BY axis) FILTER (said NOTNULL) AS because
    FROM place GROUP BY service
)
SELECT used.service, known.category, users, customisation, memory,
    CASE WHEN 'unknown' IN (customisation, memory) THEN 'unknown: ask the vendor'
        WHEN customisation = 'low' AND memory = 'low' THEN 'a tool for everybody'
        WHEN memory = 'low' THEN 'fitted to our work, forgets'
        WHEN customisation = 'low' THEN 'learns, on its own terms'
        ELSE 'fitted to our work, and learns' END AS place,
    coalesce(because, []) AS sources
FROM used JOIN axes USING (service) LEFT JOIN services AS known ON known.service = used.service
ORDER BY users DESC, used.service
