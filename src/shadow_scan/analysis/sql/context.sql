-- Work applications that the same person used shortly before the moments of a session, three kinds at
-- most: those of several minutes first, then those before most moments; `~` marks what was met in one minute alone. Each
-- person's minutes with an application stand once; buckets make the look back an equality.
CREATE TEMP TABLE application_use AS
WITH used AS (
    SELECT DISTINCT e.user_id, e.device_id, e.address_id,
        coalesce(p.application, c.application) AS application,
        epoch(e.event_time)::BIGINT // 60 AS minute
    FROM facts.events AS e
    JOIN application_class AS c ON c.host_id = e.host_id
    LEFT JOIN application_path AS p ON p.host_id = e.host_id AND p.path_id = e.path_id
    WHERE e.blocked IS NOT TRUE AND e.status IS DISTINCT FROM 407
), who AS (
    SELECT DISTINCT user_id, device_id, address_id, identity FROM identities
)
SELECT DISTINCT identity, application, minute, minute // $before AS bucket
FROM (
    SELECT used.*, who.identity FROM used
    JOIN (SELECT DISTINCT user_id, identity FROM who WHERE user_id IS NOT NULL) AS who
        ON who.user_id = used.user_id
    UNION ALL
    SELECT used.*, who.identity FROM used
    JOIN (SELECT DISTINCT device_id, identity FROM who WHERE user_id IS NULL AND device_id IS NOT NULL)
        AS who ON who.device_id = used.device_id AND used.user_id IS NULL
    UNION ALL
    SELECT used.*, who.identity FROM used
    JOIN (SELECT DISTINCT address_id, identity FROM who WHERE user_id IS NULL AND device_id IS NULL)
        AS who ON who.address_id = used.address_id AND used.user_id IS NULL AND used.device_id IS NULL
);

-- When somebody did something: acts where the log has paths, else what keeps no even beat.
CREATE TEMP TABLE moments AS
SELECT DISTINCT session, epoch(event_time)::BIGINT // 60 AS minute
FROM asking LEFT JOIN look USING (service, host_id, path_id, method, client)
LEFT JOIN look_class USING (look_id)
WHERE counted AND (kind = 'act' OR (strength < 3 AND steady IS NOT TRUE));

CREATE TEMP TABLE session_context AS
WITH asked AS (
    SELECT m.session, t.identity, m.minute, count(*) OVER (PARTITION BY m.session) AS moments,
        unnest(range((m.minute - $before) // $before, (m.minute + 1) // $before + 1)) AS bucket
    FROM moments AS m JOIN session_totals AS t ON t.session = m.session
), near AS (
    SELECT asked.session, use.application, count(DISTINCT use.minute) AS minutes,
        count(DISTINCT asked.minute) / any_value(moments)::DOUBLE AS share
    FROM asked
    JOIN application_use AS use ON use.identity = asked.identity AND use.bucket = asked.bucket
        AND use.minute BETWEEN asked.minute - $before AND asked.minute + 1
    GROUP BY asked.session, use.application
)
SELECT session, array_to_string(list_sort(
    list(application || CASE WHEN minutes < 2 THEN '~' ELSE '' END
        ORDER BY minutes > 1 DESC, share DESC, application)[:3]), ' ') AS context
FROM near WHERE share >= $share GROUP BY session
