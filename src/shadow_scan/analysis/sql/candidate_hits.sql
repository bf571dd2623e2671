-- How often requests to hosts of no rule fit each sign that looks at paths, agents and ports, and whose
-- names tell. `signs`, `path_signs` and `agent_signs` hold what the rules ask for.
CREATE TEMP TABLE strangers AS
SELECT h.id AS host_id FROM facts.hosts AS h ANTI JOIN host_class AS c ON c.host_id = h.id;

CREATE TEMP TABLE fits AS
WITH event AS NOT MATERIALIZED (
    SELECT e.host_id, e.path_id, e.agent_id, e.port, e.method_id, e.duration_ms, e.bytes_down
    FROM facts.events AS e
    WHERE e.host_id IS NOT NULL AND e.blocked IS NOT TRUE AND e.status IS DISTINCT FROM 407
), fit AS (
    SELECT e.host_id, s.sign, e.duration_ms, e.bytes_down
    FROM event AS e JOIN path_signs AS p ON p.path_id = e.path_id JOIN signs AS s ON s.sign = p.sign
    LEFT JOIN facts.methods AS m ON m.id = e.method_id
    WHERE len(s.methods) = 0 OR list_contains(s.methods, m.text)
    UNION ALL
    SELECT e.host_id, a.sign, e.duration_ms, e.bytes_down
    FROM event AS e JOIN agent_signs AS a ON a.agent_id = e.agent_id
    UNION ALL
    SELECT e.host_id, s.sign, e.duration_ms, e.bytes_down
    FROM event AS e JOIN (SELECT sign, unnest(ports) AS port FROM signs) AS s ON s.port = e.port
)
SELECT host_id, sign, count(*) AS times, avg(duration_ms) / 1000 AS seconds,
    avg(bytes_down) AS bytes_down, max(bytes_down) AS largest
FROM fit SEMI JOIN strangers USING (host_id)
GROUP BY host_id, sign;

CREATE TEMP TABLE telling_names AS
SELECT DISTINCT host_id, s.sign
FROM (
    SELECT host_id, unnest(string_split_regex(h.text, '[^a-z0-9]+')) AS word
    FROM facts.hosts AS h JOIN strangers ON strangers.host_id = h.id
)
JOIN (SELECT sign, unnest(words) AS word FROM signs) AS s USING (word)
