-- Where the money goes and where the use is, by business function: front office against back office.
WITH team_function AS (
    -- teams that were folded together are of many functions, and of none that may be told
    SELECT team, CASE WHEN team = 'small teams' THEN team
        ELSE mode(functions.function ORDER BY functions.function) END AS function
    FROM known_people LEFT JOIN functions ON functions.words = known_people.function
    GROUP BY team
), use AS (
    SELECT coalesce(team_function.function, 'unknown') AS function,
        count(DISTINCT identity) AS users, count(DISTINCT team) AS teams, sum(counted_events) AS events
    FROM usage LEFT JOIN team_function USING (team)
    WHERE counted_events > 0 AND shown(activity, $activity)
    GROUP BY ALL
), visits AS (
    SELECT coalesce(team_function.function, 'unknown') AS function, count(*) AS sessions
    FROM sessions LEFT JOIN team_function USING (team)
    WHERE shown(activity, $activity)
    GROUP BY ALL
), money AS (
    SELECT coalesce(budget.function, team_function.function, 'unknown') AS function,
        sum(amount) AS budget, any_value(currency) AS currency
    FROM budget LEFT JOIN team_function USING (team)
    GROUP BY ALL
), side AS (
    SELECT function, coalesce(offices.office, 'unknown') AS office, budget, currency,
        coalesce(users, 0) AS users, coalesce(teams, 0) AS teams, coalesce(sessions, 0) AS sessions
    FROM use FULL JOIN visits USING (function) FULL JOIN money USING (function)
    LEFT JOIN offices USING (function)
)
SELECT office, function, budget, currency,
    per_hundred(budget, sum(budget) OVER ()) AS budget_percent,
    users, teams, sessions,
    per_hundred(sessions, sum(sessions) OVER ()) AS use_percent,
    round(budget / nullif(sessions, 0), 2) AS budget_a_session,
    $investment AS study
FROM side
ORDER BY office, sessions DESC, function
