-- Records on hosts that no rule counts, of those that a query yields, in the columns of `matched`.
CREATE TEMP TABLE strange_records AS
SELECT e.source_id, e.source_line, e.event_time,
    e.event_time + to_milliseconds(coalesce(e.duration_ms, 0)) AS end_time,
    e.user_id, e.device_id, e.address_id, e.department_id, e.host_id, e.path_id, e.agent_id, e.referrer_id,
    m.text AS method, e.bytes_up, e.bytes_down, e.strength, e.flow, coalesce(e.blocked, false) AS blocked,
    CAST(NULL AS VARCHAR) AS service, CAST(NULL AS VARCHAR) AS vendor, false AS counted, false AS beside,
    CAST(NULL AS VARCHAR) AS leased, CAST(NULL AS INTEGER) AS seen_user_id
FROM ({asked}) AS e
LEFT JOIN facts.methods AS m ON m.id = e.method_id
WHERE e.status IS DISTINCT FROM 407
