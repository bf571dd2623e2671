-- Sizes and duration of the connections of `possible` hosts: they may stand in records of their own, under
-- the same flow.
CREATE TEMP TABLE flow_sizes AS
SELECT e.flow, sum(e.bytes_up) AS bytes_up, sum(e.bytes_down) AS bytes_down,
    max(e.duration_ms) AS duration_ms
FROM facts.events AS e
SEMI JOIN (
    SELECT flow FROM facts.events SEMI JOIN possible USING (host_id) WHERE flow IS NOT NULL
) AS wanted USING (flow)
WHERE e.host_id IS NULL
GROUP BY e.flow
