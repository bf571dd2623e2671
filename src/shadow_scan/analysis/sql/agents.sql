-- Traffic of programs and agents, apart from people's use: MCP and A2A endpoints on any host (known or
-- not), model APIs, and clients that name themselves an SDK, a command line or a script (rules/clients.toml).
-- MCP: modelcontextprotocol.io, transports (endpoint `/mcp`, formerly `/sse`); A2A: a2a-protocol.org,
-- agent discovery (`/.well-known/agent-card.json`, formerly `agent.json`).
CREATE TABLE agent_use AS
WITH client AS (
    SELECT agent_id,
        regexp_extract(text, '^([A-Za-z0-9_.+-]{1,40}(/(Python|JS|Go|Java|Ruby))?)', 1) AS client,
        CASE class.client WHEN 'ai-sdk' THEN 'sdk' WHEN 'script' THEN 'script' WHEN 'agent' THEN 'agent'
             WHEN 'claude-code' THEN 'cli' WHEN 'codex' THEN 'cli' WHEN 'gemini-cli' THEN 'cli'
             WHEN 'other-cli' THEN 'cli' END AS kind
    FROM agent_class AS class JOIN facts.agents ON agents.id = class.agent_id
), known AS (
    SELECT r.source_id, r.source_line, r.event_time, CAST(r.service AS VARCHAR) AS service, s.category,
        r.host_id, r.path_id, r.agent_id, r.identity, CAST(r.team AS VARCHAR) AS team, r.bytes_up,
        r.bytes_down
    FROM requests AS r LEFT JOIN services AS s USING (service)
    WHERE r.counted AND NOT r.blocked
), strange AS (
    SELECT source_id, source_line, event_time, service, CAST(NULL AS VARCHAR) AS category, host_id, path_id,
        agent_id, identity, team, bytes_up, bytes_down
    FROM strange_requests
    WHERE NOT blocked AND (path_id IN (SELECT path_id FROM endpoint)
        OR host_id IN (SELECT host_id FROM named_host))
), request AS (
    SELECT * FROM known UNION ALL SELECT * FROM strange
), kinds AS (
    SELECT request.*, hosts.text AS host, client.client,
        CASE WHEN endpoint.protocol IS NOT NULL THEN endpoint.protocol
             WHEN category = 'mcp-connector' OR named_host.host_id IS NOT NULL THEN 'mcp'
             WHEN client.kind IN ('cli', 'sdk', 'agent') THEN client.kind
             WHEN category IN ('model-api', 'llm-gateway', 'gpu-cloud') THEN 'model-api'
             WHEN client.kind = 'script' THEN 'script'
             WHEN category = 'agents' THEN 'agent-service' END AS kind
    FROM request
    LEFT JOIN endpoint USING (path_id)
    LEFT JOIN named_host USING (host_id)
    LEFT JOIN client USING (agent_id)
    LEFT JOIN facts.hosts ON hosts.id = request.host_id
)
SELECT kind, service, host, client, identity, team, CAST(event_time AS DATE) AS day,
    count(*) AS events, try_cast(sum(bytes_up) AS BIGINT) AS bytes_up,
    try_cast(sum(bytes_down) AS BIGINT) AS bytes_down,
    min(event_time) AS first_time, max(event_time) AS last_time
FROM kinds
WHERE kind IS NOT NULL
GROUP BY kind, service, host, client, identity, team, CAST(event_time AS DATE);

DROP TABLE endpoint;
DROP TABLE named_host
