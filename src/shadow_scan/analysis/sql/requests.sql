-- Records that witness one request become one: by the log's own flow (Zeek conn, ssl and http share a
-- uid), and a CONNECT row with the requests seen inside its tunnel. Bytes come from the best witness.
CREATE TEMP TABLE {requests} AS
WITH record AS (
    SELECT r.*, i.identity, CAST(i.user_kind AS {kind_name}) AS user_kind,
        CAST(i.team AS {team_name}) AS team,
        i.identity = 'unattributed' AND r.address_id IS NOT NULL AS relayed,
        -- whether it was no TLS, as far as that is known: who asks a site in the clear is sent to the other port
        CASE WHEN r.port IS NOT NULL THEN r.port = 80
             WHEN r.status IN (301, 302, 303, 307, 308) THEN true END AS in_clear
    FROM {records} AS r
    JOIN {identities} AS i
        ON i.user_id IS NOT DISTINCT FROM r.user_id
        AND i.device_id IS NOT DISTINCT FROM r.device_id
        AND i.address_id IS NOT DISTINCT FROM r.address_id
        AND i.department_id IS NOT DISTINCT FROM r.department_id
        AND i.leased IS NOT DISTINCT FROM r.leased
        AND i.seen_user_id IS NOT DISTINCT FROM r.seen_user_id
), flows AS (
    -- one connection may have several conn records: pieces, not witnesses, so they add up; a firewall's
    -- own (FortiGate's traffic) may carry the name too
    SELECT flow,
        try_cast(coalesce(sum(bytes_up) FILTER (host_id IS NULL), sum(bytes_up)) AS BIGINT) AS bytes_up,
        try_cast(coalesce(sum(bytes_down) FILTER (host_id IS NULL), sum(bytes_down)) AS BIGINT)
            AS bytes_down,
        min(event_time) AS event_time, max(end_time) AS end_time
    FROM flow_records
    WHERE host_id IS NULL OR (strength = 2 AND coalesce(bytes_up, bytes_down) IS NOT NULL)
    GROUP BY flow
), ranked AS (
    SELECT *,
        max(strength) OVER (PARTITION BY flow) AS flow_strength,
        row_number() OVER (PARTITION BY flow, host_id, strength ORDER BY event_time, source_id, source_line)
            AS flow_place,
        -- URL records of a firewall have no sizes, and Suricata's of HTTP none of what was sent: the first
        -- of a connection stands for bytes that none of them tells
        min(row(event_time, source_id, source_line)) OVER (PARTITION BY flow, strength)
            = row(event_time, source_id, source_line) AS stands_for_flow,
        bool_and(strength < 3 OR bytes_up IS NULL) OVER (PARTITION BY flow) AS up_untold,
        bool_and(strength < 3 OR bytes_down IS NULL) OVER (PARTITION BY flow) AS down_untold
    FROM record WHERE flow IS NOT NULL
), joined AS (
    SELECT r.* EXCLUDE (event_time, end_time, bytes_up, bytes_down, flow_strength, flow_place,
            stands_for_flow, up_untold, down_untold),
        CASE WHEN strength = 2 THEN least(r.event_time, coalesce(f.event_time, r.event_time))
             ELSE r.event_time END AS event_time,
        CASE WHEN strength = 2 THEN greatest(r.end_time, coalesce(f.end_time, r.end_time))
             ELSE r.end_time END AS end_time,
        CASE WHEN f.flow IS NOT NULL AND (strength = 2 OR stands_for_flow AND up_untold) THEN f.bytes_up
             ELSE r.bytes_up END AS bytes_up,
        CASE WHEN f.flow IS NOT NULL AND (strength = 2 OR stands_for_flow AND down_untold)
             THEN f.bytes_down ELSE r.bytes_down END AS bytes_down
    FROM ranked AS r
    LEFT JOIN flows AS f ON f.flow = r.flow
    WHERE strength = 3 OR (strength = flow_strength AND flow_place = 1)
), single AS (
    FROM record WHERE flow IS NULL UNION ALL BY NAME FROM joined
), inner_record AS (
    -- of one recorder: what another saw meanwhile is a witness, not what the tunnel held; nor did it
    -- hold what sent somebody there
    SELECT identity, host_id, blocked, event_time, source.format
    FROM single JOIN facts.sources AS source USING (source_id)
    WHERE flow IS NULL AND in_clear IS NOT TRUE
        AND (strength = 3 OR (strength = 2 AND method IS DISTINCT FROM 'CONNECT'))
), tunnel AS (
    SELECT c.source_id, c.source_line,
        i.event_time <= greatest(c.end_time, c.event_time + INTERVAL 60 SECONDS) AS absorbed
    FROM single AS c
    JOIN facts.sources AS source USING (source_id)
    ASOF JOIN inner_record AS i
        ON i.format = source.format AND i.identity = c.identity AND i.host_id = c.host_id AND i.blocked = c.blocked
        AND i.event_time >= c.event_time - INTERVAL 2 SECONDS
    WHERE c.flow IS NULL AND c.method = 'CONNECT'
), asked_in_flows AS (
    SELECT DISTINCT format FROM {records} JOIN facts.sources USING (source_id)
    WHERE strength = 3 AND flow IS NOT NULL
)
SELECT s.source_id, s.source_line, s.event_time, s.end_time, s.identity, s.user_kind, s.team,
    s.service, s.vendor, s.counted, s.beside, s.blocked, s.bytes_up, s.bytes_down, s.strength, s.host_id,
    s.path_id, s.agent_id, s.referrer_id, s.method, s.relayed, v.bit AS recorders, s.in_clear,
    -- a product that ends connections may log them apart from what was asked in them
    v.ends AND s.strength = 2 AND s.method IS NULL
        AND (s.flow IS NULL OR source.format NOT IN (FROM asked_in_flows)) AS apart
FROM single AS s
JOIN facts.sources AS source USING (source_id)
JOIN vantages AS v ON v.format = source.format
ANTI JOIN (SELECT source_id, source_line FROM tunnel WHERE absorbed) AS t
    ON t.source_id = s.source_id AND t.source_line = s.source_line
