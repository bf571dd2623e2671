-- Teams below a size, and one more where those together are still below it: what is folded must not be
-- had back by subtraction. The size is that of the people file, else the people seen.
CREATE TEMP TABLE small_teams AS
WITH size AS (
    SELECT team, coalesce(any_value(known.people), count(DISTINCT identity)) AS size
    FROM main.usage LEFT JOIN team_people AS known USING (team)
    WHERE team <> 'unattributed'
    GROUP BY team
), ranked AS (
    SELECT team, size, sum(size) OVER (ORDER BY size, team) - size AS before FROM size
)
SELECT team FROM ranked WHERE size < $smallest OR (before > 0 AND before < $smallest)
