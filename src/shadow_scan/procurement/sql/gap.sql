-- The shadow gap: people seen using AI beside people whom a licence covers, by team and period.
WITH used AS (
    SELECT DISTINCT team, identity, service,
        CASE $by WHEN 'month' THEN strftime(day, '%Y-%m')
            WHEN 'week' THEN strftime($newest - (7 * week_of(day, $newest) + 6)::INTEGER, '%Y-%m-%d') ELSE 'all' END AS period,
        CASE $by WHEN 'month' THEN last_day(day)
            WHEN 'week' THEN CAST($newest - (7 * week_of(day, $newest))::INTEGER AS DATE) ELSE CAST($newest AS DATE) END AS ends
    FROM usage
    WHERE counted_events > 0 AND shown(activity, $activity)
), licence AS (
    SELECT l.*, coalesce(l.team, known.team) AS of_team
    FROM licences AS l LEFT JOIN known_people AS known ON known.identity = l.identity
), ruled AS (
    SELECT service, status, team, weight FROM rulings WHERE plan IS NULL
), seen AS (
    SELECT used.*,
        EXISTS (FROM licence WHERE licence.service = used.service
            AND coalesce(licence.since <= used.ends, true) AND coalesce(licence.until >= used.ends, true)
            AND CASE WHEN licence.identity NOTNULL THEN licence.identity = used.identity
                ELSE coalesce(licence.of_team = used.team, true) END)
        OR coalesce((SELECT arg_max(status, weight) FROM ruled WHERE ruled.service = used.service
            AND coalesce(ruled.team = used.team, true)) = 'sanctioned', false) AS covered
    FROM used
), person AS (
    SELECT team, period, any_value(ends) AS ends, identity, bool_or(covered) AS on_covered,
        bool_or(NOT covered) AS outside
    FROM seen GROUP BY team, period, identity
), counted AS (
    SELECT team, period, any_value(ends) AS ends, count(*) AS users,
        count(*) FILTER (on_covered) AS users_covered, count(*) FILTER (outside) AS users_outside,
        count(*) FILTER (NOT on_covered) AS only_outside
    FROM person GROUP BY team, period
), periods AS (
    SELECT DISTINCT period, ends FROM used
), held AS (
    -- a person with two licences is one person; seats of a team are as many as its largest service has
    SELECT of_team AS team, period, max(named) + max(seats) AS licensed
    FROM (
        SELECT coalesce(of_team, 'unassigned') AS of_team, period,
            (SELECT count(DISTINCT p.identity) FROM licence AS p WHERE p.identity NOTNULL
                AND coalesce(p.of_team, 'unassigned') = coalesce(licence.of_team, 'unassigned')
                AND coalesce(p.since <= periods.ends, true) AND coalesce(p.until >= periods.ends, true)) AS named,
            service, coalesce(sum(licence.seats) FILTER (licence.identity IS NULL), 0) AS seats
        FROM licence JOIN periods ON coalesce(since <= ends, true) AND coalesce(until >= ends, true)
        GROUP BY coalesce(of_team, 'unassigned'), licence.of_team, period, periods.ends, service
    ) GROUP BY of_team, period
)
SELECT coalesce(counted.team, held.team) AS team, coalesce(counted.period, held.period) AS period,
    team_people.people, coalesce(users, 0) AS users,
    CASE WHEN EXISTS (FROM licences) THEN coalesce(licensed, 0)::BIGINT END AS licensed,
    CASE WHEN EXISTS (FROM licences) OR EXISTS (FROM ruled WHERE status = 'sanctioned') THEN users_covered END AS users_covered,
    CASE WHEN EXISTS (FROM licences) OR EXISTS (FROM ruled WHERE status = 'sanctioned') THEN users_outside ELSE users END AS users_outside,
    CASE WHEN EXISTS (FROM licences) OR EXISTS (FROM ruled WHERE status = 'sanctioned') THEN only_outside ELSE users END AS only_outside,
    $gap AS study
FROM counted FULL JOIN held ON held.team = counted.team AND held.period = counted.period
LEFT JOIN team_people ON team_people.team = coalesce(counted.team, held.team)
WHERE counted.team NOTNULL OR NOT $narrowed
ORDER BY period, users DESC, team
