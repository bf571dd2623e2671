-- Hosts that behave like an AI service and are in no rule.
SELECT NULL::VARCHAR AS service, NULL::VARCHAR AS team, host, score, users, events, 0::BIGINT AS blocked,
    bytes_up, bytes_down, first_time, last_time,
    NULL::BIGINT AS sessions, NULL::BIGINT AS days, NULL::VARCHAR[] AS evidence, NULL::BIGINT AS hits
FROM candidates
