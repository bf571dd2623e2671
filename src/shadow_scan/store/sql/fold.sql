-- From here on small teams are one, wherever their use is read.
CREATE OR REPLACE TEMP VIEW all_usage AS
SELECT * REPLACE (CASE WHEN team IN (FROM small_teams) THEN 'small teams' ELSE team END AS team)
FROM {catalog}.main.usage;

CREATE OR REPLACE TEMP VIEW all_sessions AS
SELECT * REPLACE (CASE WHEN team IN (FROM small_teams) THEN 'small teams' ELSE team END AS team)
FROM {catalog}.main.sessions;

CREATE TEMP VIEW usage AS FROM all_usage;

CREATE TEMP VIEW sessions AS FROM all_sessions
