-- Where the log names nobody: the device that held the address at that moment.
UPDATE {table} SET leased = held.device_text
FROM (
    SELECT m.source_id, m.source_line, l.device_text
    FROM {table} AS m
    ASOF JOIN (
        SELECT a.id AS address_id, l.device_text, l.begin_time, l.end_time
        FROM facts.leases AS l JOIN facts.addresses AS a ON a.text = l.address_text
    ) AS l ON l.address_id = m.address_id AND l.begin_time <= m.event_time
    WHERE coalesce(m.user_id, 0) = 0 AND m.device_id IS NULL
        AND (l.end_time IS NULL OR m.event_time < l.end_time)
) AS held
WHERE {table}.source_id = held.source_id AND {table}.source_line = held.source_line
