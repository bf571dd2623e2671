CREATE TEMP VIEW team_people AS
SELECT CASE WHEN team IN (FROM folded) THEN 'small teams' ELSE team END AS team,
    sum(people)::BIGINT AS people
FROM {catalog}.main.team_people
GROUP BY ALL
