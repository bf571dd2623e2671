-- How often requests to hosts of no rule fit each sign. `signs`, `path_signs` and `agent_signs` hold what
-- the rules ask for. Sizes of a connection may stand in records of their own, under the same flow.
CREATE TEMP TABLE strangers AS
SELECT h.id AS host_id, h.text AS host
FROM facts.hosts AS h ANTI JOIN host_class AS c ON c.host_id = h.id;

CREATE TEMP TABLE candidate_hits AS
WITH event AS NOT MATERIALIZED (
    SELECT e.host_id, e.path_id, e.agent_id, e.port, e.method_id, e.flow, e.bytes_up, e.bytes_down,
        e.duration_ms / 1000.0 AS seconds
    FROM facts.events AS e
    WHERE e.host_id IS NOT NULL AND NOT coalesce(e.blocked, false) AND e.status IS DISTINCT FROM 407
), sized AS (
    SELECT host_id, flow, bytes_up, bytes_down, seconds
    FROM event SEMI JOIN strangers USING (host_id)
    WHERE (SELECT count(*) FROM signs WHERE kind = 'sizes') > 0
), flows AS (
    SELECT e.flow, sum(e.bytes_up) AS bytes_up, sum(e.bytes_down) AS bytes_down,
        max(e.duration_ms) / 1000.0 AS seconds
    FROM facts.events AS e SEMI JOIN (SELECT flow FROM sized WHERE flow IS NOT NULL) USING (flow)
    WHERE e.host_id IS NULL
    GROUP BY e.flow
), fit AS (
    SELECT e.host_id, s.sign, e.seconds, e.bytes_down
    FROM event AS e JOIN path_signs AS p ON p.path_id = e.path_id JOIN signs AS s ON s.sign = p.sign
    LEFT JOIN facts.methods AS m ON m.id = e.method_id
    WHERE len(s.methods) = 0 OR list_contains(s.methods, m.text)
    UNION ALL
    SELECT e.host_id, a.sign, e.seconds, e.bytes_down
    FROM event AS e JOIN agent_signs AS a ON a.agent_id = e.agent_id
    UNION ALL
    SELECT e.host_id, s.sign, e.seconds, e.bytes_down
    FROM event AS e JOIN (SELECT sign, unnest(ports) AS port FROM signs) AS s ON s.port = e.port
    UNION ALL
    SELECT e.host_id, s.sign, e.seconds, e.bytes_down
    FROM (
        SELECT host_id, coalesce(f.seconds, sized.seconds) AS seconds,
            coalesce(f.bytes_up, sized.bytes_up) AS bytes_up,
            coalesce(f.bytes_down, sized.bytes_down) AS bytes_down
        FROM sized LEFT JOIN flows AS f USING (flow)
    ) AS e
    JOIN (FROM signs WHERE kind = 'sizes') AS s
        ON e.seconds BETWEEN s.seconds_from AND s.seconds_to
        AND coalesce(e.bytes_down, 0) >= s.bytes_down_from
        AND coalesce(e.bytes_up, 0) BETWEEN s.bytes_up_from AND s.bytes_up_to
        AND e.bytes_down / greatest(e.seconds, 0.001) BETWEEN s.rate_from AND s.rate_to
), named AS (
    SELECT host_id, s.sign
    FROM (SELECT host_id, unnest(string_split_regex(host, '[^a-z0-9]+')) AS word FROM strangers) AS w
    JOIN (SELECT sign, unnest(words) AS word FROM signs) AS s USING (word)
    GROUP BY host_id, s.sign
), counted AS (
    SELECT host_id, sign, count(*) AS times, avg(seconds) AS seconds, avg(bytes_down) AS bytes_down,
        max(bytes_down) AS largest
    FROM fit SEMI JOIN strangers USING (host_id)
    GROUP BY host_id, sign
), total AS (
    SELECT host_id, count(*) AS events FROM event SEMI JOIN counted USING (host_id) GROUP BY host_id
)
SELECT c.host_id, c.sign, c.times, c.times / total.events AS share, c.seconds, c.bytes_down, c.largest
FROM counted AS c JOIN total USING (host_id) JOIN signs USING (sign)
WHERE c.times / total.events >= signs.share_from
UNION ALL
SELECT host_id, sign, 1, 1, NULL, NULL, NULL FROM named
