-- A firewall's name of a connection that was silent for an hour is that of another one.
CREATE TEMP TABLE flow_names AS
SELECT flow, event_time AS begins, CAST(hash(flow, event_time) >> 1 AS BIGINT) AS own
FROM (
    SELECT flow, event_time, max(end_time) OVER (PARTITION BY flow ORDER BY event_time, end_time
        ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS latest_end
    FROM flow_records
    SEMI JOIN (
        SELECT flow FROM flow_records
        SEMI JOIN (SELECT source_id FROM facts.sources WHERE kind = 'firewall') USING (source_id)
        GROUP BY flow HAVING max(event_time) > min(end_time) + INTERVAL 1 HOUR
    ) AS long USING (flow)
)
WHERE latest_end IS NULL OR event_time > latest_end + INTERVAL 1 HOUR
QUALIFY count(*) OVER (PARTITION BY flow) > 1
