-- One visit counted once, though a proxy, a firewall and a sensor all saw it. Per identity and host the
-- recorders are ranked: by the strongest thing that their records prove, then by where they stand. A
-- record that overlaps one of a better recorder in time (60 seconds apart at most, for clocks differ)
-- is its witness and no request of its own; one that was blocked is that of a blocked one only, and one
-- that was let through that of a blocked one only where nothing else was let through.
-- Lookups stand for themselves: they prove no connection, carry no bytes, and fall into the session.
INSERT INTO {witnesses}
WITH record AS (
    SELECT r.source_id, r.source_line, r.identity, r.host_id, r.event_time, r.end_time, r.blocked,
        r.strength, r.bytes_up, r.bytes_down, r.recorders, r.in_clear, v.place, {recorder} AS recorder
    FROM {requests} AS r
    JOIN facts.sources AS s USING (source_id)
    JOIN vantages AS v ON v.format = s.format
    WHERE r.strength >= 2
), heard AS MATERIALIZED (
    SELECT identity, host_id, recorder, max(strength)::INTEGER * 100 + any_value(place) AS rank,
        bool_or(blocked) AS blocks, coalesce(bool_or(in_clear), false) AS clears
    FROM record
    GROUP BY identity, host_id, recorder
    QUALIFY count(*) OVER (PARTITION BY identity, host_id) > 1
), better AS (
    SELECT weak.identity, weak.host_id, weak.recorder, weak.rank, strong.recorder AS by_recorder,
        strong.rank AS by_rank, asked.blocked AS by_blocked, asked.in_clear AS by_clear
    FROM heard AS weak
    JOIN heard AS strong ON strong.identity = weak.identity AND strong.host_id = weak.host_id
        AND (strong.rank, strong.recorder) > (weak.rank, weak.recorder)
    JOIN (VALUES (false, false), (true, false), (false, true), (true, true)) AS asked(blocked, in_clear)
        ON (strong.blocks OR NOT asked.blocked) AND (strong.clears OR NOT asked.in_clear)
), begun AS (
    -- of what begins together, the last to end speaks for all
    SELECT identity, host_id, recorder, blocked, in_clear IS TRUE AS in_clear, event_time,
        max(struct_pack(end_time := end_time, source_id := source_id, source_line := source_line))
            AS longest
    FROM record SEMI JOIN heard ON heard.identity = record.identity AND heard.host_id = record.host_id
    GROUP BY ALL
), vouching AS MATERIALIZED (
    SELECT * EXCLUDE (longest), longest.source_id, longest.source_line,
        max(longest.end_time) OVER (
            PARTITION BY identity, host_id, recorder, blocked, in_clear ORDER BY event_time) AS latest_end
    FROM begun
), asking AS (
    SELECT record.*, better.rank, better.by_recorder, better.by_rank, better.by_blocked, better.by_clear,
        record.end_time + INTERVAL 60 SECONDS AS until
    FROM record JOIN better USING (identity, host_id, recorder)
    WHERE (better.by_blocked OR NOT record.blocked) AND NOT (better.by_clear AND record.in_clear IS FALSE)
)
SELECT w.source_id, w.source_line, w.identity, w.host_id, w.recorder, w.rank, w.recorders,
    w.bytes_up, w.bytes_down, w.by_recorder, v.source_id AS by_source_id, v.source_line AS by_line
FROM asking AS w
ASOF JOIN vouching AS v
    ON v.identity = w.identity AND v.host_id = w.host_id AND v.recorder = w.by_recorder
    AND v.blocked = w.by_blocked AND v.in_clear = w.by_clear AND v.event_time <= w.until
WHERE v.latest_end >= w.event_time - INTERVAL 60 SECONDS
QUALIFY row_number() OVER (PARTITION BY w.source_id, w.source_line
    ORDER BY w.by_blocked, w.by_clear, w.by_rank DESC, w.by_recorder DESC) = 1;

-- What our own proxies and gateways send on, and a sensor outside of them sees, is whoever's request
-- another recorder saw on that host at that time. Whose exactly is not known, so they lend no sizes.
INSERT INTO {witnesses}
WITH relayed AS (
    SELECT r.*, {recorder} AS recorder, r.end_time + INTERVAL 60 SECONDS AS until
    FROM {requests} AS r JOIN facts.sources AS s USING (source_id)
    WHERE r.relayed AND r.strength >= 2
), vouching AS (
    SELECT r.host_id, r.source_id, r.source_line, r.event_time, {recorder} AS recorder,
        max(r.end_time) OVER (PARTITION BY r.host_id ORDER BY r.event_time, r.source_id,
            r.source_line ROWS UNBOUNDED PRECEDING) AS latest_end
    FROM {requests} AS r
    JOIN facts.sources AS s USING (source_id)
    SEMI JOIN relayed ON relayed.host_id = r.host_id
    WHERE NOT r.relayed AND r.strength >= 2
)
SELECT w.source_id, w.source_line, w.identity, w.host_id, w.recorder, 0, w.recorders, NULL, NULL,
    v.recorder, v.source_id, v.source_line
FROM relayed AS w
ASOF JOIN vouching AS v ON v.host_id = w.host_id AND v.event_time <= w.until
WHERE v.latest_end >= w.event_time - INTERVAL 60 SECONDS;

DELETE FROM {requests} AS r USING {witnesses} AS w
WHERE r.source_id = w.source_id AND r.source_line = w.source_line;

-- Sizes that the best recorder never writes down (Squid's own format: no upload) are lent by the next
-- one that does, and by that one alone: sizes of two witnesses never add up.
CREATE TEMP TABLE lent AS
WITH silent AS (
    SELECT r.identity, r.host_id, {recorder} AS recorder, count(r.bytes_up) = 0 AS up,
        count(r.bytes_down) = 0 AS down
    FROM {requests} AS r JOIN facts.sources AS s USING (source_id)
    SEMI JOIN {witnesses} AS w ON w.identity = r.identity AND w.host_id = r.host_id
    WHERE r.strength >= 2
    GROUP BY r.identity, r.host_id, {recorder}
), lender AS (
    SELECT identity, host_id, by_recorder,
        arg_max(recorder, (rank, recorder)) FILTER (bytes_up IS NOT NULL) AS up,
        arg_max(recorder, (rank, recorder)) FILTER (bytes_down IS NOT NULL) AS down
    FROM {witnesses} GROUP BY identity, host_id, by_recorder
)
SELECT w.by_source_id AS source_id, w.by_line AS source_line,
    try_cast(sum(w.bytes_up) FILTER (silent.up AND lender.up = w.recorder) AS BIGINT) AS bytes_up,
    try_cast(sum(w.bytes_down) FILTER (silent.down AND lender.down = w.recorder) AS BIGINT)
        AS bytes_down,
    bit_or(w.recorders) AS recorders
FROM {witnesses} AS w
JOIN lender USING (identity, host_id, by_recorder)
JOIN silent ON silent.identity = w.identity AND silent.host_id = w.host_id
    AND silent.recorder = w.by_recorder
GROUP BY w.by_source_id, w.by_line;

UPDATE {requests} AS r SET bytes_up = coalesce(r.bytes_up, lent.bytes_up),
    bytes_down = coalesce(r.bytes_down, lent.bytes_down), recorders = r.recorders | lent.recorders
FROM lent
WHERE r.source_id = lent.source_id AND r.source_line = lent.source_line;

DROP TABLE lent
