-- Every team that was seen, or that the people file names.
SELECT team FROM all_usage UNION SELECT team FROM team_people ORDER BY team
