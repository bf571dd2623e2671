-- What people's use of one service comes to, for everybody or for one plan or team.
SELECT count(DISTINCT identity) FILTER (counted_events > 0) AS users,
    (SELECT count(*) FROM sessions AS s WHERE s.service = $service
        AND ($team IS NULL OR s.team = $team) AND ($plan IS NULL OR lower(s.plan) = lower($plan))
        AND shown(s.activity, 'people')) AS sessions,
    coalesce(sum(events), 0)::BIGINT AS events,
    total(bytes_up) AS bytes_up,
    total(bytes_down) AS bytes_down
FROM usage
WHERE service = $service AND ($team IS NULL OR team = $team)
    AND ($plan IS NULL OR lower(plan) = lower($plan)) AND shown(activity, 'people')
