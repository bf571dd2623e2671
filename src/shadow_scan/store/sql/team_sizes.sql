-- The size of a team is that of the people file, else the people seen.
SELECT team, coalesce(any_value(known.people), count(DISTINCT identity)) AS size
FROM {catalog}.main.usage LEFT JOIN {catalog}.main.team_people AS known USING (team)
WHERE team <> 'unattributed'
GROUP BY team
UNION ALL
SELECT team, people FROM {catalog}.main.team_people
WHERE team NOT IN (SELECT team FROM {catalog}.main.usage)
