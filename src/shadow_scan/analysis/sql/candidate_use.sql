-- Requests to the hosts in `wanted`.
CREATE TEMP TABLE candidate_use AS
SELECT e.source_id, e.source_line, e.host_id, e.event_time, e.user_id, e.device_id, e.address_id,
    e.department_id, e.bytes_up, e.bytes_down, CAST(NULL AS VARCHAR) AS leased,
    CAST(NULL AS INTEGER) AS seen_user_id
FROM facts.events AS e SEMI JOIN wanted USING (host_id) SEMI JOIN strangers USING (host_id)
WHERE NOT coalesce(e.blocked, false) AND e.status IS DISTINCT FROM 407
