-- Who is licensed on the newest day: people by name, and teams (NULL: everybody), of which everyone
-- has it where there are as many seats as people: of teams as they are, also where small ones fold.
INSERT INTO licensed
WITH line AS (
    SELECT unnest(from_json($licences, '[{"service": "VARCHAR", "identity": "VARCHAR", "team": "VARCHAR",
        "seats": "BIGINT", "since": "DATE", "until": "DATE"}]'), recursive := true)
), known AS (
    SELECT team, people FROM {catalog}.main.team_people
), held AS (
    SELECT line.* FROM line, (SELECT max(day) AS newest FROM all_usage)
    WHERE coalesce(since <= newest, true) AND coalesce(until >= newest, true)
)
SELECT DISTINCT service, identity, NULL::VARCHAR AS team, false AS everyone FROM held WHERE identity NOTNULL
UNION ALL
SELECT service, NULL, held.team, coalesce(sum(seats) >= coalesce(any_value(known.people),
    CASE WHEN held.team IS NULL THEN (SELECT sum(people) FROM known) END), false)
FROM held LEFT JOIN known ON known.team = held.team
WHERE identity IS NULL
GROUP BY service, held.team
