SELECT team,
    any_value(known.people) AS people,
    count(DISTINCT identity) FILTER (counted_events > 0) AS users,
    count(DISTINCT service) FILTER (counted_events > 0) AS services,
    (SELECT count(*) FROM sessions AS s WHERE s.team = usage.team
        AND shown(s.activity, $activity)) AS sessions,
    sum(events)::BIGINT AS events,
    total(bytes_up) AS bytes_up
FROM usage LEFT JOIN team_people AS known USING (team)
WHERE events > 0 AND shown(activity, $activity)
GROUP BY team
ORDER BY users DESC, events DESC, team
