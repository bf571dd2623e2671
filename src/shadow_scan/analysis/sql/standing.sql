-- What listings need of the facts, so that they never open them: sources and the size of teams.
CREATE TABLE sources AS
SELECT source_id, source_file, format, lines, events, rejected, skipped, first_time, last_time, status,
    damage, assumed, mended
FROM facts.sources;

CREATE TABLE team_people AS
SELECT team, count(*) AS people FROM facts.people WHERE team IS NOT NULL GROUP BY team;

CREATE TABLE reasons AS
SELECT source_id, verdict, reason, lines, first_lines FROM facts.source_reasons
