-- Weeks are blocks of seven days back from the newest day of the data, so that the last is whole.
CREATE OR REPLACE TEMP MACRO week_of(day, newest) AS date_diff('day', day, newest) // 7;

-- How many of the last four weeks the data hold whole.
CREATE OR REPLACE TEMP MACRO weeks_seen(oldest, newest) AS
    least(4, (date_diff('day', oldest, newest) + 1) // 7);

-- A regular user: in at least half of the last four weeks (never fewer than two), and on as many days
-- as there are weeks. Under two weeks of data nobody can be one: unknown.
CREATE OR REPLACE TEMP MACRO regular(days, weeks, seen) AS
    CASE WHEN seen >= 2 THEN weeks >= greatest(2, (seen + 1) // 2) AND days >= seen END;

CREATE OR REPLACE TEMP MACRO per_hundred(part, whole) AS round(100.0 * part / nullif(whole, 0), 1)
