-- How often requests in `sized` have the sizes and the duration that one sign asks for.
INSERT INTO fits
SELECT host_id, $sign, count(*), avg(duration_ms) / 1000, avg(bytes_down), max(bytes_down)
FROM sized
WHERE duration_ms BETWEEN $milliseconds_from AND $milliseconds_to
    AND bytes_down >= $bytes_down_from
    AND coalesce(bytes_up, 0) BETWEEN $bytes_up_from AND $bytes_up_to
    AND (bytes_up IS NULL OR bytes_up / greatest(bytes_down, 1) BETWEEN $sent_from AND $sent_to)
    AND bytes_down * 1000.0 / greatest(duration_ms, 1) BETWEEN $rate_from AND $rate_to
GROUP BY host_id
