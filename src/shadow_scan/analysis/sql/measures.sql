-- What each session is made of. A beat is a request at least two seconds after the one before; it is
-- steady where it keeps the distance of the beat before it, within a tenth or two seconds. `even_starts`
-- is of all sessions of one identity on one service: how many begin as far from the one before as that
-- did from its own (within a minute): people do not, jobs by the clock do.
CREATE TEMP TABLE measures AS
WITH counted AS (
    SELECT asking.*, look_class.kind, coalesce(bytes_up, 0) + coalesce(bytes_down, 0) AS bytes,
        bytes_up IS NOT NULL OR bytes_down IS NOT NULL AS sized
    FROM asking
    LEFT JOIN look USING (service, host_id, path_id, method, client)
    LEFT JOIN look_class USING (look_id)
    WHERE counted
), summed AS (
    SELECT session, any_value(service) AS service,
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
        max(strength)::DOUBLE AS strength
    FROM counted GROUP BY session
), started AS (
    SELECT session, identity, service, first_time - lag(first_time) OVER starts AS since
    FROM session_totals WINDOW starts AS (PARTITION BY identity, service ORDER BY first_time, session)
), clocked AS (
    SELECT session, identity, service, since BETWEEN lag(since) OVER starts - INTERVAL 1 MINUTE
        AND lag(since) OVER starts + INTERVAL 1 MINUTE AS even
    FROM started JOIN session_totals USING (session, identity, service)
    WINDOW starts AS (PARTITION BY identity, service ORDER BY first_time, session)
), clock AS (
    SELECT session, (count(*) OVER service_of)::DOUBLE AS starts,
        (count(*) FILTER (even) OVER service_of) / (count(*) OVER service_of)::DOUBLE AS even_starts
    FROM clocked WINDOW service_of AS (PARTITION BY identity, service)
)
SELECT summed.*, starts, even_starts, acts / requests AS act_share, noise / requests AS noise_share,
    machine / requests AS machine_share,
    bytes_each / nullif(median(bytes_each) OVER (PARTITION BY service, strength), 0) AS relative_bytes
FROM summed JOIN clock USING (session)
