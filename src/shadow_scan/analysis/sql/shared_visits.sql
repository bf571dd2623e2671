-- When somebody turned to a host after an hour of silence, as two recorders have it, for each two times
-- of one day. Who it was is told by the address, or by the user, if it is one; a thousand of those who
-- went somewhere tell as much as all.
CREATE TEMP TABLE shared_visits AS
WITH asked AS (
    SELECT format, source_id, 'address' AS known_by, address_id AS who, host_id, event_time
    FROM matched JOIN facts.sources USING (source_id) WHERE address_id IS NOT NULL
    UNION ALL
    SELECT format, source_id, 'user', user_id, host_id, event_time
    FROM matched JOIN facts.sources USING (source_id) WHERE user_id > 0
), shared AS MATERIALIZED (
    SELECT known_by, who, host_id FROM asked
    GROUP BY known_by, who, host_id HAVING min(format) <> max(format)
    ORDER BY hash(who, host_id) LIMIT 1000
), visit AS MATERIALIZED (
    SELECT *, CAST(first_time AS DATE) AS day, row_number() OVER () AS visit
    FROM (
        SELECT format, known_by, who, host_id, arg_min(source_id, event_time) AS source_id,
            min(event_time) AS first_time
        FROM asked SEMI JOIN shared USING (known_by, who, host_id)
        GROUP BY format, known_by, who, host_id, date_trunc('hour', event_time)
        QUALIFY coalesce(min(event_time) - lag(max(event_time)) OVER (
            PARTITION BY format, known_by, who, host_id ORDER BY min(event_time)) >= INTERVAL 1 HOUR, true)
    )
)
SELECT own.known_by, own.who, own.day, own.format, own.source_id, own.visit, other.format AS other,
    other.visit AS other_visit, date_diff('second', own.first_time, other.first_time) AS behind
FROM visit AS own
JOIN visit AS other ON other.known_by = own.known_by AND other.who = own.who
    AND other.host_id = own.host_id AND other.day = own.day AND other.format <> own.format
