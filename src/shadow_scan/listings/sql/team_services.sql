-- Users of each team and service, nobody counted twice.
SELECT team, service, any_value(coalesce(services.name, usage.service)) AS name,
    count(DISTINCT identity) FILTER (counted_events > 0) AS users, sum(events)::BIGINT AS events,
    total(bytes_up) AS bytes_up
FROM usage LEFT JOIN services USING (service)
WHERE events > 0 AND shown(activity, $activity)
GROUP BY team, service
ORDER BY users DESC, events DESC, team, service
