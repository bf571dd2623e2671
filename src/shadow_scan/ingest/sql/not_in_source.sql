-- How many events of a copy ($1: the source it may be a copy of) do not stand there at the same line.
SELECT count(*)
FROM copy
LEFT JOIN (
    SELECT source_line, event_time, text AS host, bytes_down, duration_ms
    FROM events LEFT JOIN hosts ON hosts.id = events.host_id
    WHERE source_id = $1
) AS stored
    ON stored.source_line = copy.line_number
    AND stored.event_time = copy.event_time
    AND stored.host IS NOT DISTINCT FROM copy.host
    AND stored.bytes_down IS NOT DISTINCT FROM copy.bytes_down
    AND stored.duration_ms IS NOT DISTINCT FROM copy.duration_ms
WHERE stored.source_line IS NULL
