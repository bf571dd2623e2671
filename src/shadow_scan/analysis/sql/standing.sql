-- What listings need of the facts, so that they never open them: sources and the size of teams.
CREATE TABLE sources AS
SELECT source_id, source_file, format, lines, events, rejected, skipped, first_time, last_time, status,
    damage, assumed, mended
FROM facts.sources;

CREATE TABLE team_people AS
SELECT team, count(*) AS people FROM facts.people WHERE team IS NOT NULL GROUP BY team
;

-- What each source shows on each day (UTC), and what nothing in it can show. Lines that became no event
-- have no day: they stand in a row of their own, so that a source's rows add up to its lines.
CREATE TABLE coverage AS
WITH seen AS (
    SELECT source_id, CAST(event_time AS DATE) AS day, count(*) AS events,
        count(user_id) AS users, count(bytes_up) AS up, count(bytes_down) AS down,
        count(path_id) AS paths, count(host_id) AS hosts, max(strength) AS strength
    FROM facts.events
    GROUP BY source_id, CAST(event_time AS DATE)
)
SELECT s.source_file, s.source_id, seen.day, seen.events AS lines, seen.events,
    0::BIGINT AS rejected, 0::BIGINT AS skipped,
    list_filter([
        CASE WHEN users = 0 THEN 'who (no user names)' END,
        CASE WHEN strength = 1 THEN 'use (lookups alone)' END,
        CASE WHEN strength > 1 AND up = 0 THEN 'upload sizes' END,
        CASE WHEN strength > 1 AND down = 0 THEN 'download sizes' END,
        CASE WHEN strength > 1 AND paths = 0 THEN 'what was done (no paths)' END,
        CASE WHEN hosts = 0 THEN 'where to (no names)' END], lambda gap: gap IS NOT NULL) AS blind
FROM seen JOIN facts.sources AS s USING (source_id)
UNION ALL
SELECT source_file, source_id, NULL, rejected + skipped, 0, rejected, skipped,
    list_filter([CASE WHEN rejected > 0 THEN 'lines that could not be read' END,
        CASE WHEN status = 'damaged' THEN 'what is behind the damage: ' || damage END,
        CASE WHEN status = 'unrecognised' THEN 'the whole file: no known format' END],
        lambda gap: gap IS NOT NULL)
FROM facts.sources
WHERE rejected + skipped > 0 OR status IN ('damaged', 'unrecognised');

CREATE TABLE reasons AS
SELECT source_id, verdict, reason, lines, first_lines FROM facts.source_reasons
