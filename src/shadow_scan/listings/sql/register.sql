-- What a register of AI systems says of use: all activity, by service.
SELECT service, count(DISTINCT identity) FILTER (counted_events > 0) AS users,
    count(DISTINCT team) FILTER (counted_events > 0 AND team <> 'unattributed') AS teams,
    (SELECT count(*) FROM sessions AS s WHERE s.service = usage.service) AS sessions,
    min(first_time) AS first_seen, max(last_time) AS last_seen, total(bytes_up) AS bytes_up,
    strength_name(max(strength)) AS evidence,
    coalesce((SELECT arg_max(severity, severity_rank(severity)) FROM findings
        WHERE findings.service = usage.service AND findings.state = 'open'), 'none') AS risk,
    (SELECT count(*) FROM findings WHERE findings.service = usage.service
        AND findings.state = 'open') AS open_findings
FROM usage
GROUP BY service
ORDER BY service
