-- Which sources saw a service and team, since when their kind of recorder reports, and what they are
-- blind to. A service is new only where a recorder that sees it had been watching before.
CREATE TEMP TABLE seen_in AS
WITH recorder AS (
    SELECT format, CAST(min(first_time) AS DATE) AS since FROM sources GROUP BY format
), dull AS (
    SELECT source_id, day, days, claim, string_split(claim, ' (')[1] AS plain
    FROM (
        SELECT source_id, day, unnest(blind) AS claim, days
        FROM (SELECT *, count(*) OVER (PARTITION BY source_id) AS days FROM coverage WHERE day IS NOT NULL)
    )
), blind AS (
    -- What holds on some days alone says on how many; what is between brackets may differ by day.
    SELECT source_id, list(claim ORDER BY claim) AS blind
    FROM (
        SELECT source_id, CASE WHEN count(DISTINCT claim) = 1 THEN any_value(claim) ELSE plain END
            || CASE WHEN count(DISTINCT day) < any_value(days)
                THEN printf(' on %d of %d days', count(DISTINCT day), any_value(days)) ELSE '' END AS claim
        FROM dull GROUP BY source_id, plain
    )
    GROUP BY source_id
)
SELECT seen.service, seen.team, s.source_file, recorder.since, coalesce(blind.blind, []) AS blind
FROM (SELECT DISTINCT service, team, source_id FROM requests WHERE service IS NOT NULL) AS seen
JOIN sources AS s USING (source_id)
JOIN recorder ON recorder.format IS NOT DISTINCT FROM s.format
LEFT JOIN blind ON blind.source_id = s.source_id
