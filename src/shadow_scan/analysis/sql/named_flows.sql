UPDATE {table} SET flow = named.own
FROM (
    SELECT r.source_id, r.source_line, n.own
    FROM (FROM {table} SEMI JOIN flow_names USING (flow)) AS r
    ASOF JOIN flow_names AS n ON n.flow = r.flow AND n.begins <= r.event_time
) AS named
WHERE {table}.source_id = named.source_id AND {table}.source_line = named.source_line
