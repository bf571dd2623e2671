INSERT INTO findings BY NAME
SELECT f.finding, f.policy, f.severity, f.service, f.team, f.reasons, f.users, f.events, f.bytes_up,
    CAST(f.first_time AS TIMESTAMP) AS first_time, CAST(f.last_time AS TIMESTAMP) AS last_time,
    f.state, coalesce(s.name, f.service) AS name, f.host, f.sessions, f.blocked, f.bytes_down,
    f.days, f.recommendation, f.coverage, f.evidence, f.answer
FROM (SELECT unnest(from_json($findings, '[{"finding": "VARCHAR", "policy": "VARCHAR",
    "severity": "VARCHAR", "service": "VARCHAR", "team": "VARCHAR", "reasons": ["VARCHAR"],
    "users": "BIGINT", "events": "BIGINT", "bytes_up": "BIGINT", "first_time": "VARCHAR",
    "last_time": "VARCHAR", "state": "VARCHAR", "host": "VARCHAR", "sessions": "BIGINT",
    "blocked": "BIGINT", "bytes_down": "BIGINT", "days": "BIGINT", "recommendation": "VARCHAR",
    "coverage": ["VARCHAR"], "evidence": ["VARCHAR"], "answer": "VARCHAR"}]')) AS f)
LEFT JOIN services AS s ON s.service = f.service
