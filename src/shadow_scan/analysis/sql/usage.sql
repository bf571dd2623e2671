-- The roll-up that feeds every listing and screen: service x team x identity x day (UTC), parted by
-- what the work was, by what or whom it was done, and under which account and plan.
-- A sum that hostile sizes push out of its type is unknown; it must not stop the rest.
CREATE TABLE usage AS
WITH request AS (
    SELECT session, service, team, identity, user_kind, event_time, bytes_up, bytes_down, strength,
        true AS counted, false AS blocked
    FROM counted_requests
    UNION ALL
    SELECT session, service, team, identity, user_kind, event_time, bytes_up, bytes_down, strength,
        false, false
    FROM joined_requests
    UNION ALL
    SELECT NULL, service, team, identity, user_kind, event_time, NULL, NULL, NULL, false, true
    FROM requests WHERE counted AND blocked
), summed AS (
    SELECT session, service, team, identity, user_kind, CAST(event_time AS DATE) AS day,
        sum(CASE WHEN blocked THEN 0 ELSE 1 END) AS events,
        sum(CASE WHEN counted THEN 1 ELSE 0 END) AS counted_events,
        sum(CASE WHEN blocked THEN 1 ELSE 0 END) AS blocked,
        sum(bytes_up) AS bytes_up, sum(bytes_down) AS bytes_down,
        min(CASE WHEN counted THEN event_time END) AS first_time,
        max(CASE WHEN counted THEN event_time END) AS last_time,
        max(CASE WHEN counted THEN strength END) AS strength
    FROM request
    GROUP BY session, service, team, identity, user_kind, CAST(event_time AS DATE)
)
SELECT s.service, s.team, s.identity, s.user_kind, s.day, work.activity,
    coalesce(work.task, 'unknown') AS task, work.account, work.plan, work.surface,
    CAST(sum(s.events) AS BIGINT) AS events,
    CAST(sum(s.counted_events) AS BIGINT) AS counted_events,
    CAST(sum(s.blocked) AS BIGINT) AS blocked,
    try_cast(sum(s.bytes_up) AS BIGINT) AS bytes_up,
    try_cast(sum(s.bytes_down) AS BIGINT) AS bytes_down,
    min(s.first_time) AS first_time, max(s.last_time) AS last_time, max(s.strength) AS strength
FROM summed AS s
LEFT JOIN sessions AS work ON work.session = s.session
GROUP BY s.service, s.team, s.identity, s.user_kind, s.day, work.activity,
    coalesce(work.task, 'unknown'), work.account, work.plan, work.surface
