-- How often records of `possible` hosts have the sizes and the duration that one sign asks for.
INSERT INTO fits
WITH sized AS NOT MATERIALIZED (
    SELECT host_id, duration_ms, bytes_up, bytes_down FROM facts.events
    WHERE flow IS NULL AND blocked IS NOT TRUE AND status IS DISTINCT FROM 407
    UNION ALL
    SELECT r.host_id, coalesce(f.duration_ms, r.duration_ms), coalesce(f.bytes_up, r.bytes_up),
        coalesce(f.bytes_down, r.bytes_down)
    FROM flow_records AS r LEFT JOIN flow_sizes AS f USING (flow)
    WHERE r.blocked IS NOT TRUE AND r.status IS DISTINCT FROM 407
)
SELECT host_id, $sign, count(*), avg(duration_ms) / 1000, avg(bytes_down), max(bytes_down)
FROM sized SEMI JOIN possible USING (host_id)
WHERE duration_ms BETWEEN $milliseconds_from AND $milliseconds_to
    AND coalesce(bytes_down, 0) >= $bytes_down_from
    AND coalesce(bytes_up, 0) BETWEEN $bytes_up_from AND $bytes_up_to
    AND (bytes_up IS NULL OR bytes_up / greatest(bytes_down, 1) BETWEEN $sent_from AND $sent_to)
    AND bytes_down * 1000.0 / greatest(duration_ms, 1) BETWEEN $rate_from AND $rate_to
GROUP BY host_id
