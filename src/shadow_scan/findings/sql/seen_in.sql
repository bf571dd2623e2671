-- Which sources saw a service and team, since when their kind of recorder reports, and what they are
-- blind to. A service is new only where a recorder that sees it had been watching before.
CREATE TEMP TABLE seen_in AS
WITH recorder AS (
    SELECT format, CAST(min(first_time) AS DATE) AS since FROM sources GROUP BY format
), blind AS (
    SELECT source_id, list_sort(list_distinct(flatten(list(blind)))) AS blind
    FROM coverage WHERE day IS NOT NULL GROUP BY source_id
)
SELECT seen.service, seen.team, s.source_file, recorder.since, coalesce(blind.blind, []) AS blind
FROM (SELECT DISTINCT service, team, source_id FROM requests WHERE service IS NOT NULL) AS seen
JOIN sources AS s USING (source_id)
JOIN recorder ON recorder.format IS NOT DISTINCT FROM s.format
LEFT JOIN blind ON blind.source_id = s.source_id
