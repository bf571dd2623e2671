SELECT usage.service AS service,
    any_value(services.vendor_name) AS vendor,
    any_value(services.category) AS category,
    count(DISTINCT usage.identity) FILTER (counted_events > 0) AS users,
    count(DISTINCT team) FILTER (counted_events > 0 AND team <> 'unattributed') AS teams,
    (SELECT count(*) FROM sessions AS s WHERE s.service = usage.service
        AND shown(s.activity, $activity)) AS sessions,
    sum(events)::BIGINT AS events,
    total(bytes_up) AS bytes_up,
    total(bytes_down) AS bytes_down,
    min(first_time) AS first_time,
    max(last_time) AS last_time,
    strength_name(max(strength)) AS evidence,
    coalesce((SELECT any_value(status) FROM rulings
        WHERE rulings.service = usage.service AND rulings.plan IS NULL AND rulings.team IS NULL),
        'unreviewed') AS status,
    coalesce((SELECT arg_max(severity, severity_rank(severity)) FROM findings
        WHERE findings.service = usage.service AND findings.state = 'open'), 'none') AS risk,
    sum(blocked)::BIGINT AS blocked,
    any_value(coalesce(services.name, usage.service)) AS name,
    (SELECT coalesce(list(concat_ws(' ', rulings.status, 'for', rulings.team, 'plan ' || rulings.plan)
            ORDER BY rulings.team, rulings.plan), [])
        FROM rulings WHERE rulings.service = usage.service
        AND (rulings.plan IS NOT NULL OR rulings.team IS NOT NULL)) AS scoped
FROM usage LEFT JOIN services USING (service)
WHERE shown(usage.activity, $activity)
GROUP BY usage.service
ORDER BY users DESC, events DESC, service
