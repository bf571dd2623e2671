-- What listings need of the facts, so that they never open them: sources and the size of teams.
CREATE TABLE sources AS
SELECT source_id, source_file, format, lines, events, rejected, skipped, first_time, last_time, status,
    damage, assumed, mended
FROM facts.sources;

CREATE TABLE team_people AS
SELECT team, count(*) AS people FROM facts.people WHERE team IS NOT NULL GROUP BY team;

CREATE TABLE reasons AS
SELECT source_id, verdict, reason, lines, first_lines FROM facts.source_reasons
;

-- Everybody whom the people file names, seen in the logs or not, and every other spelling of them.
CREATE TABLE known_people AS SELECT user_text AS identity, team, function FROM facts.people;
CREATE TABLE people_aliases AS SELECT alias_text, user_text FROM facts.people_aliases
