-- What listings and proofs read of requests: each once, with the session that it is part of, and the
-- service that one of a shared host joined.
CREATE TABLE {catalog}.main.requests AS
SELECT r.source_id, r.source_line, r.event_time, r.identity, r.user_kind, r.team, r.service, r.counted,
    r.blocked, r.bytes_up, r.bytes_down, r.strength, r.host_id, r.path_id, r.method,
    coalesce(c.session, j.session) AS session, j.service AS joined
FROM requests AS r
LEFT JOIN counted_requests AS c ON c.source_id = r.source_id AND c.source_line = r.source_line
LEFT JOIN joined_requests AS j ON j.source_id = r.source_id AND j.source_line = r.source_line;

DROP TABLE requests;
DROP TABLE counted_requests;
DROP TABLE joined_requests;

CREATE VIEW counted_requests AS FROM requests WHERE session IS NOT NULL AND joined IS NULL;
CREATE VIEW joined_requests AS SELECT * REPLACE (joined AS service) FROM requests WHERE joined IS NOT NULL
