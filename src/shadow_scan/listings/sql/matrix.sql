-- Who does what with which service: team x task x service.
SELECT used.team AS team, used.task AS task, used.service AS service,
    users, coalesce(held.sessions, 0) AS sessions, events, bytes_up, name
FROM (
    SELECT team, task, service, count(DISTINCT identity) FILTER (counted_events > 0) AS users,
        sum(events)::BIGINT AS events, total(bytes_up) AS bytes_up,
        any_value(coalesce(services.name, usage.service)) AS name
    FROM usage LEFT JOIN services USING (service)
    WHERE events > 0 AND shown(activity, $activity)
    GROUP BY team, task, service
) AS used
LEFT JOIN (
    SELECT team, task, service, count(*) AS sessions
    FROM sessions
    WHERE shown(activity, $activity)
    GROUP BY team, task, service
) AS held ON held.team = used.team AND held.task = used.task AND held.service = used.service
ORDER BY users DESC, events DESC, team, task, service
