CREATE TEMP {kind} flow_records AS
SELECT e.source_id, e.source_line, e.flow, e.host_id, e.event_time,
    e.event_time + to_milliseconds(coalesce(e.duration_ms, 0)) AS end_time, e.duration_ms, e.bytes_up,
    e.bytes_down, e.strength, e.status, e.blocked
FROM facts.events AS e
SEMI JOIN ({asked}) AS asked(flow) ON asked.flow = e.flow
