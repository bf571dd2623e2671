-- Requests to `possible` hosts of which the log tells how long they took and how much came back.
CREATE TEMP TABLE sized AS
WITH request AS NOT MATERIALIZED (
    SELECT host_id, duration_ms, bytes_up, bytes_down FROM facts.events
    WHERE coalesce(flow, -1) < 0 AND blocked IS NOT TRUE AND status IS DISTINCT FROM 407
    UNION ALL
    SELECT r.host_id, coalesce(f.duration_ms, r.duration_ms), coalesce(f.bytes_up, r.bytes_up),
        coalesce(f.bytes_down, r.bytes_down)
    FROM flow_records AS r LEFT JOIN flow_sizes AS f USING (flow)
    WHERE r.blocked IS NOT TRUE AND r.status IS DISTINCT FROM 407
)
SELECT * FROM request SEMI JOIN possible USING (host_id)
WHERE duration_ms IS NOT NULL AND bytes_down IS NOT NULL
