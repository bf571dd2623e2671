-- One identity on one service; a gap is the next begin less the latest end so far, and over 30 minutes
-- it parts two sessions. Shared hosts join the nearest counted request of the same vendor within 30
-- minutes (tie: the earlier): they add events and bytes, never users or sessions.
CREATE TEMP TABLE counted_requests AS
WITH pairs AS MATERIALIZED (
    -- numbers sort faster than names, and few columns faster than all of a request
    SELECT identity, service, row_number() OVER () AS pair
    FROM (SELECT DISTINCT identity, service FROM requests WHERE counted AND NOT blocked)
), asked AS (
    SELECT source_id, source_line, event_time, end_time, pair
    FROM requests JOIN pairs USING (identity, service)
    WHERE counted AND NOT blocked
), ordered AS (
    SELECT *, max(end_time) OVER (earlier ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS latest_end,
        date_diff('millisecond', lag(event_time) OVER earlier, event_time) AS since_ms
    FROM asked WINDOW earlier AS (PARTITION BY pair ORDER BY event_time, source_id, source_line)
), parted AS (
    SELECT *, coalesce(event_time - latest_end > INTERVAL 30 MINUTES, true) AS opens FROM ordered
), numbered AS MATERIALIZED (
    SELECT *, count(*) FILTER (opens) OVER (earlier ROWS UNBOUNDED PRECEDING) AS place,
        -- a beat: what comes at least two seconds after the request before it
        CASE WHEN since_ms >= 2000 AND NOT opens THEN since_ms END AS gap_ms,
        abs(since_ms - lag(CASE WHEN since_ms >= 2000 THEN since_ms END IGNORE NULLS) OVER earlier)
            <= greatest(since_ms / 10, 2000) AS even
    FROM parted WINDOW earlier AS (PARTITION BY pair ORDER BY event_time, source_id, source_line)
), opened AS (
    SELECT pair, place,
        's-' || left(sha256(concat_ws(chr(31), identity, service, source.head_digest, source_line)), 12)
            AS session
    FROM numbered JOIN pairs USING (pair) JOIN facts.sources AS source USING (source_id)
    WHERE opens
)
SELECT requests.*, gap_ms, gap_ms IS NOT NULL AND coalesce(even, false) AS steady, pair, opened.session
FROM numbered
JOIN opened USING (pair, place)
JOIN requests ON requests.source_id = numbered.source_id AND requests.source_line = numbered.source_line;

CREATE TEMP TABLE joined_requests AS
WITH shared AS (
    SELECT * EXCLUDE (service) FROM requests WHERE beside AND NOT blocked
), host AS MATERIALIZED (
    -- of two services at one moment the same one, in whatever order logs were read
    SELECT c.identity, c.vendor, c.event_time, min({'service': c.service, 'session': c.session}) AS own
    FROM counted_requests AS c SEMI JOIN shared ON shared.identity = c.identity AND shared.vendor = c.vendor
    GROUP BY c.identity, c.vendor, c.event_time
), before AS (
    SELECT s.source_id, s.source_line, c.own.service, c.own.session, s.event_time - c.event_time AS distance
    FROM shared AS s ASOF JOIN host AS c
        ON c.identity = s.identity AND c.vendor = s.vendor AND c.event_time <= s.event_time
), after AS (
    SELECT s.source_id, s.source_line, c.own.service, c.own.session, c.event_time - s.event_time AS distance
    FROM shared AS s ASOF JOIN host AS c
        ON c.identity = s.identity AND c.vendor = s.vendor AND c.event_time > s.event_time
)
SELECT shared.*,
    CASE WHEN a.distance IS NULL OR b.distance <= a.distance THEN b.service ELSE a.service END AS service,
    CASE WHEN a.distance IS NULL OR b.distance <= a.distance THEN b.session ELSE a.session END AS session
FROM shared
LEFT JOIN before AS b USING (source_id, source_line)
LEFT JOIN after AS a USING (source_id, source_line)
WHERE least(a.distance, b.distance) <= INTERVAL 30 MINUTES;

-- what is known without rules of work; activity, task and account follow
CREATE TEMP TABLE session_totals AS
WITH request AS (
    SELECT session, identity, user_kind, team, service, event_time, end_time, bytes_up, bytes_down,
        strength, recorders, pair, true AS counted FROM counted_requests
    UNION ALL
    SELECT session, identity, user_kind, team, service, event_time, end_time, bytes_up, bytes_down,
        strength, recorders, NULL, false FROM joined_requests
)
SELECT session, any_value(identity) AS identity, any_value(user_kind) AS user_kind,
    min_by(team, event_time) AS team, any_value(service) AS service,
    CAST(NULL AS VARCHAR) AS activity, 'unknown' AS task, CAST(NULL AS DOUBLE) AS confidence,
    'unknown' AS tier, CAST(NULL AS VARCHAR) AS account, CAST(NULL AS VARCHAR) AS plan,
    CAST(NULL AS VARCHAR) AS surface, CAST([] AS VARCHAR[]) AS reasons,
    min(event_time) FILTER (counted) AS first_time,
    max(end_time) FILTER (counted) AS last_time,
    count(*) AS events, try_cast(sum(bytes_up) AS BIGINT) AS bytes_up,
    try_cast(sum(bytes_down) AS BIGINT) AS bytes_down,
    max(strength) FILTER (counted) AS strength, bit_or(recorders) AS recorders,
    any_value(pair) AS pair
FROM request
GROUP BY session
