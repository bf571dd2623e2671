-- Exports overlap, and two collectors write down one stream: records of several sources of one format that
-- agree in all that is stored are one. Of those that agree in one source already, as many count as the
-- source has that has most.
CREATE TEMP TABLE doubled AS
WITH record AS (
    SELECT source_id, source_line, format, event_time, host_id,
        hash(end_time, user_id, device_id, address_id, department_id, path_id, agent_id, referrer_id, method,
            bytes_up, bytes_down, strength, flow, blocked, port, status) AS said
    FROM {records} JOIN overlapping USING (source_id)
), shared AS (
    SELECT format, event_time, host_id, said FROM record
    GROUP BY ALL HAVING min(source_id) <> max(source_id)
), placed AS (
    SELECT record.*, row_number() OVER (
        PARTITION BY format, event_time, host_id, said, source_id ORDER BY source_line) AS place
    FROM record SEMI JOIN shared USING (format, event_time, host_id, said)
)
SELECT source_id, source_line FROM placed
QUALIFY row_number() OVER (
    PARTITION BY format, event_time, host_id, said, place ORDER BY source_id, source_line) > 1;

DELETE FROM {records} AS r USING doubled AS d
WHERE r.source_id = d.source_id AND r.source_line = d.source_line;

DROP TABLE doubled
