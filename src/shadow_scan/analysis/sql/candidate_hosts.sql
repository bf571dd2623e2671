-- Of each host in `wanted`: who uses it, how much, and how often beside AI.
CREATE TEMP TABLE candidate_hosts AS
WITH use AS (
    SELECT host_id, identity AS who, event_time, bytes_up, bytes_down
    FROM strange_requests SEMI JOIN wanted USING (host_id)
    WHERE NOT blocked
), with_ai AS (
    SELECT DISTINCT identity AS who, time_bucket(INTERVAL 10 MINUTES, event_time) AS part
    FROM requests WHERE counted
), parts AS (
    SELECT DISTINCT host_id, who, time_bucket(INTERVAL 10 MINUTES, event_time) AS part FROM use
), beside AS (
    SELECT host_id, avg(CASE WHEN with_ai.who IS NULL THEN 0 ELSE 1 END) AS share
    FROM parts LEFT JOIN with_ai USING (who, part)
    GROUP BY host_id
)
SELECT host_id, any_value(h.text) AS host, count(DISTINCT who) AS users, count(*) AS events,
    try_cast(sum(bytes_up) AS BIGINT) AS bytes_up, try_cast(sum(bytes_down) AS BIGINT) AS bytes_down,
    min(event_time) AS first_time, max(event_time) AS last_time, any_value(share) AS beside
FROM use JOIN beside USING (host_id)
JOIN facts.hosts AS h ON h.id = host_id
GROUP BY host_id
