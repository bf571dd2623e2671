-- Sizes and duration of the connections of `possible` hosts: they may stand in records of their own, under
-- the same flow.
CREATE TEMP TABLE flow_sizes AS
SELECT flow, sum(bytes_up) AS bytes_up, sum(bytes_down) AS bytes_down, max(duration_ms) AS duration_ms
FROM flow_records
WHERE host_id IS NULL
GROUP BY flow
