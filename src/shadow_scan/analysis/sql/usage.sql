-- The roll-up that feeds every listing and screen: service x team x identity x day (UTC), parted by
-- what the work was, by what or whom it was done, and under which account and plan.
-- A sum that hostile sizes push out of its type is unknown; it must not stop the rest.
CREATE TABLE usage AS
WITH request AS (
    SELECT service, team, identity, user_kind, event_time, bytes_up, bytes_down, strength,
        true AS counted, false AS blocked
    FROM counted_requests
    UNION ALL
    SELECT service, team, identity, user_kind, event_time, bytes_up, bytes_down, strength, false, false
    FROM joined_requests
    UNION ALL
    SELECT service, team, identity, user_kind, event_time, NULL, NULL, NULL, false, true
    FROM requests WHERE counted AND blocked
)
SELECT service, team, identity, user_kind, CAST(event_time AS DATE) AS day,
    CAST(NULL AS VARCHAR) AS activity, 'unknown' AS task, CAST(NULL AS VARCHAR) AS account,
    CAST(NULL AS VARCHAR) AS plan, CAST(NULL AS VARCHAR) AS surface,
    CAST(sum(CASE WHEN blocked THEN 0 ELSE 1 END) AS BIGINT) AS events,
    CAST(sum(CASE WHEN counted THEN 1 ELSE 0 END) AS BIGINT) AS counted_events,
    CAST(sum(CASE WHEN blocked THEN 1 ELSE 0 END) AS BIGINT) AS blocked,
    try_cast(sum(bytes_up) AS BIGINT) AS bytes_up,
    try_cast(sum(bytes_down) AS BIGINT) AS bytes_down,
    min(CASE WHEN counted THEN event_time END) AS first_time,
    max(CASE WHEN counted THEN event_time END) AS last_time,
    max(CASE WHEN counted THEN strength END) AS strength
FROM request
GROUP BY service, team, identity, user_kind, CAST(event_time AS DATE)
