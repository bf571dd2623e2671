-- Records on hosts that no rule counts, which go to an endpoint of agents.
CREATE TEMP TABLE endpoint AS
SELECT id AS path_id,
    CASE WHEN regexp_matches(text, '/\.well-known/agent(-card)?\.json$') THEN 'a2a'
         WHEN regexp_matches(text, '(^|/)mcp(/sse|/message|/messages)?/?$') THEN 'mcp' END AS protocol
FROM facts.paths
WHERE regexp_matches(text, '/\.well-known/agent(-card)?\.json$|(^|/)mcp(/sse|/message|/messages)?/?$');

CREATE TEMP TABLE named_host AS
SELECT id AS host_id FROM facts.hosts WHERE regexp_matches(text, '^mcp[.-]|^[a-z0-9-]+-mcp\.|\.mcp\.');

CREATE TEMP TABLE strange_use AS
WITH asked AS (
    -- two joins, not one condition: without such paths or hosts the events are not read at all
    SELECT e.* FROM facts.events AS e SEMI JOIN endpoint USING (path_id)
    UNION ALL
    SELECT e.* FROM facts.events AS e SEMI JOIN named_host USING (host_id)
    WHERE e.path_id IS NULL OR e.path_id NOT IN (SELECT path_id FROM endpoint)
)
SELECT source_id, source_line, event_time, user_id, device_id, address_id, department_id, host_id, path_id,
    agent_id, bytes_up, bytes_down, CAST(NULL AS VARCHAR) AS leased, CAST(NULL AS INTEGER) AS seen_user_id
FROM asked
WHERE NOT coalesce(blocked, false) AND status IS DISTINCT FROM 407
    AND host_id NOT IN (
        SELECT host_id FROM requests WHERE counted AND NOT blocked AND host_id IS NOT NULL)
