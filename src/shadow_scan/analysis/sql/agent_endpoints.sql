-- Endpoints of agents, and hosts that are named after one.
CREATE TEMP TABLE endpoint AS
SELECT id AS path_id,
    CASE WHEN regexp_matches(text, '/\.well-known/agent(-card)?\.json$') THEN 'a2a'
         WHEN regexp_matches(text, '(^|/)mcp(/sse|/message|/messages)?/?$') THEN 'mcp' END AS protocol
FROM facts.paths
WHERE regexp_matches(text, '/\.well-known/agent(-card)?\.json$|(^|/)mcp(/sse|/message|/messages)?/?$');

CREATE TEMP TABLE named_host AS
SELECT id AS host_id FROM facts.hosts WHERE regexp_matches(text, '^mcp[.-]|^[a-z0-9-]+-mcp\.|\.mcp\.');
