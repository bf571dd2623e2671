-- What people said beside what was seen, by team: two measures of two groups, side by side.
WITH said AS (
    SELECT team, count(*) AS answers, count(*) FILTER (guide = 'executive') AS executives,
        count(*) FILTER (uses) AS say_they_use, count(uses) AS asked_use,
        per_hundred(count(*) FILTER (learns), count(learns)) AS want_learning_percent,
        per_hundred(count(*) FILTER (context), count(context)) AS want_context_percent,
        mode(barrier ORDER BY barrier) AS first_barrier, round(median(hours), 1) AS hours_saved_a_week,
        list_sort(list_distinct(flatten(list(tools)))) AS tools_named
    FROM replies GROUP BY team
), seen AS (
    SELECT team, count(DISTINCT identity) AS users,
        list(DISTINCT service ORDER BY service) AS tools_seen
    FROM usage WHERE counted_events > 0 AND shown(activity, $activity)
    GROUP BY team
)
SELECT coalesce(said.team, seen.team) AS team, team_people.people, coalesce(answers, 0) AS answers,
    executives, say_they_use, asked_use, coalesce(users, 0) AS users,
    first_barrier, want_learning_percent, want_context_percent, hours_saved_a_week,
    list_filter(tools_seen, lambda tool: NOT list_contains(coalesce(tools_named, []), tool)) AS seen_not_named,
    list_filter(tools_named, lambda tool: NOT list_contains(coalesce(tools_seen, []), tool)) AS named_not_seen,
    $survey AS study
FROM said FULL JOIN seen USING (team) LEFT JOIN team_people ON team_people.team = coalesce(said.team, seen.team)
WHERE said.team NOTNULL OR NOT $narrowed
ORDER BY answers DESC, users DESC, team
