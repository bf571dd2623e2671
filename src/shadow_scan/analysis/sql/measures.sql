-- What each session is made of. A beat is a request at least two seconds after the one before; it is
-- steady where it keeps the distance of the beat before it, within a tenth or two seconds. `even_starts`
-- is of all sessions of one identity on one service: how many begin as far from the one before as that
-- did from its own (within a minute): people do not, jobs by the clock do. `hosts` are those that it met,
-- with those beside it, and `usual_hosts` the middle of the service's sessions: a page that somebody opens
-- brings more hosts than a tab that polls. `away_minutes` is since this person used a work application, or
-- since the log's first; unknown for people who never do.
CREATE TEMP TABLE measures AS
WITH counted AS (
    SELECT asking.*, look_class.kind, coalesce(bytes_up, 0) + coalesce(bytes_down, 0) AS bytes,
        bytes_up IS NOT NULL OR bytes_down IS NOT NULL AS sized
    FROM asking
    LEFT JOIN look_class USING (look_id)
    WHERE counted
), summed AS (
    SELECT session, any_value(pair) AS pair, any_value(service) AS service,
        count(*)::DOUBLE AS requests,
        (count(*) FILTER (kind = 'act'))::DOUBLE AS acts,
        (count(*) FILTER (kind = 'noise'))::DOUBLE AS noise,
        (count(*) FILTER (kind = 'machine'))::DOUBLE AS machine,
        date_diff('millisecond', min(event_time), max(end_time)) / 60000.0 AS minutes,
        count(gap_ms)::DOUBLE AS beats,
        (count(*) FILTER (steady)) / nullif(count(gap_ms) - 1, 0)::DOUBLE AS steady_share,
        greatest(count(gap_ms) - 1 - count(*) FILTER (steady), 0)::DOUBLE AS unsteady,
        avg(gap_ms) / 1000 AS gap_seconds,
        avg(bytes) FILTER (sized) AS bytes_each,
        stddev_pop(bytes) FILTER (sized) / nullif(avg(bytes) FILTER (sized), 0) AS byte_spread,
        sum(bytes) FILTER (sized) AS bytes,
        max(strength)::DOUBLE AS strength
    FROM counted GROUP BY session
), met AS (
    SELECT session, count(DISTINCT host_id)::DOUBLE AS hosts FROM asking GROUP BY session
), began AS (
    SELECT t.session, t.identity, epoch(t.first_time)::BIGINT // 60 AS minute
    FROM session_totals AS t SEMI JOIN application_use AS use ON use.identity = t.identity
), away AS (
    SELECT began.session,
        (began.minute - coalesce(use.minute, (SELECT min(minute) FROM application_use)))::DOUBLE
            AS away_minutes
    FROM began ASOF LEFT JOIN (SELECT DISTINCT identity, minute FROM application_use) AS use
        ON use.identity = began.identity AND use.minute < began.minute
), started AS (
    SELECT session, pair, first_time - lag(first_time) OVER starts AS since,
        lag(first_time) OVER starts - lag(first_time, 2) OVER starts AS before
    FROM session_totals WINDOW starts AS (PARTITION BY pair ORDER BY first_time, session)
), clock AS (
    SELECT pair, count(*)::DOUBLE AS starts,
        count(*) FILTER (since BETWEEN before - INTERVAL 1 MINUTE AND before + INTERVAL 1 MINUTE)
            / count(*)::DOUBLE AS even_starts
    FROM started GROUP BY pair
), usual AS (
    SELECT service, strength, median(hosts) AS usual_hosts, median(bytes_each) AS usual_bytes
    FROM summed JOIN met USING (session) GROUP BY service, strength
)
SELECT summed.* EXCLUDE (bytes, pair), starts, even_starts, hosts, away_minutes, usual_hosts,
    bytes / greatest(minutes, 1) AS minute_bytes, acts / requests AS act_share, noise / requests AS noise_share,
    machine / requests AS machine_share,
    bytes_each / nullif(usual_bytes, 0) AS relative_bytes
FROM summed JOIN clock USING (pair) JOIN met USING (session) JOIN usual USING (service, strength)
LEFT JOIN away USING (session)
