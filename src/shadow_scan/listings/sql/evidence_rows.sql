-- What `usage` was counted from, a row a request: the service's own requests, those of shared hosts
-- that joined it, and the blocked ones. It stands in for `usage`, so that any filter holds as it does
-- where the figures are counted.
CREATE TEMP VIEW usage AS
WITH request AS (
    SELECT session, service, team, identity, user_kind, event_time, bytes_up, strength, host_id, path_id,
        method, source_id, source_line, 'own' AS part
    FROM counted_requests
    UNION ALL
    SELECT session, service, team, identity, user_kind, event_time, bytes_up, strength, host_id, path_id,
        method, source_id, source_line, 'joined'
    FROM joined_requests
    UNION ALL
    SELECT NULL, service, team, identity, user_kind, event_time, bytes_up, strength, host_id, path_id,
        method, source_id, source_line, 'blocked'
    FROM requests WHERE counted AND blocked
)
SELECT request.*, CAST(event_time AS DATE) AS day, work.activity, coalesce(work.task, 'unknown') AS task,
    work.account, work.plan, work.surface
FROM request LEFT JOIN sessions AS work ON work.session = request.session;

CREATE OR REPLACE TEMP VIEW all_usage AS FROM usage
