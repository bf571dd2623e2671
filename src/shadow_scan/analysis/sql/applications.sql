-- Each person's minutes with a work application, and in how many moments of five seconds of each: a page
-- brings dozens of requests within one. Buckets make looking back an equality.
CREATE TEMP TABLE application_use AS
WITH with_paths AS (
    SELECT DISTINCT e.source_id, e.host_id
    FROM facts.events AS e JOIN application_path AS p ON p.host_id = e.host_id AND p.path_id = e.path_id
), used AS (
    SELECT nullif(e.user_id, 0) AS user_id, e.device_id, e.address_id, c.product,
        coalesce(p.application, c.application) AS application,
        epoch(e.event_time)::BIGINT // 60 AS minute,
        bit_or(1::BIGINT << (epoch(e.event_time)::BIGINT % 60 // 5)::INTEGER) AS moments
    FROM facts.events AS e
    JOIN application_class AS c ON c.host_id = e.host_id
    LEFT JOIN application_path AS p ON p.host_id = e.host_id AND p.path_id = e.path_id
    LEFT JOIN with_paths AS w ON w.source_id = e.source_id AND w.host_id = e.host_id
    WHERE e.blocked IS NOT TRUE AND e.status IS DISTINCT FROM 407
        -- the tunnel around requests whose paths tell the application
        AND (w.host_id IS NULL OR e.path_id IS NOT NULL)
    GROUP BY ALL
), who AS (
    SELECT DISTINCT nullif(user_id, 0) AS user_id, device_id, address_id, identity FROM identities
)
SELECT identity, application, product, minute, minute // $before AS bucket,
    bit_count(bit_or(moments)) AS moments
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
)
GROUP BY identity, application, product, minute
