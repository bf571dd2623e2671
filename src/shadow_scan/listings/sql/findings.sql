SELECT finding, policy, severity, service, team, reasons, users, events, bytes_up, first_time, last_time,
    state, name, host, sessions, blocked, bytes_down, days, recommendation, coverage, evidence, answer
FROM findings
ORDER BY users DESC, events DESC, finding
