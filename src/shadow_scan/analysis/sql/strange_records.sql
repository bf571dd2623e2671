-- Records on hosts that no rule counts, in the columns of `matched`: those on hosts in `wanted`, and those
-- that go to an endpoint of agents. Joins, not one condition: without such hosts and paths the events
-- are not read at all.
CREATE TEMP TABLE strange_records AS
WITH to_agents AS (
    SELECT e.* FROM facts.events AS e SEMI JOIN endpoint USING (path_id)
    UNION ALL
    SELECT e.* FROM facts.events AS e SEMI JOIN named_host USING (host_id)
    WHERE e.path_id IS NULL OR e.path_id NOT IN (SELECT path_id FROM endpoint)
), asked AS (
    SELECT e.* FROM facts.events AS e SEMI JOIN wanted USING (host_id)
    UNION ALL
    SELECT * FROM to_agents
    WHERE host_id IS NOT NULL AND host_id NOT IN (FROM wanted) AND host_id NOT IN (
        SELECT host_id FROM requests WHERE counted AND NOT blocked AND host_id IS NOT NULL)
)
SELECT e.source_id, e.source_line, e.event_time,
    e.event_time + to_milliseconds(coalesce(e.duration_ms, 0)) AS end_time,
    e.user_id, e.device_id, e.address_id, e.department_id, e.host_id, e.path_id, e.agent_id, e.referrer_id,
    m.text AS method, e.bytes_up, e.bytes_down, e.strength, e.flow, coalesce(e.blocked, false) AS blocked,
    e.port, e.status,
    CAST(NULL AS VARCHAR) AS service, CAST(NULL AS VARCHAR) AS vendor, false AS counted, false AS beside,
    CAST(NULL AS VARCHAR) AS leased, CAST(NULL AS INTEGER) AS seen_user_id
FROM asked AS e
LEFT JOIN facts.methods AS m ON m.id = e.method_id
WHERE e.status IS DISTINCT FROM 407
