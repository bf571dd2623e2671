-- Every distinct way of asking a service, so that rules are asked once for each, not once a request.
CREATE TEMP TABLE asked AS
SELECT session, true AS counted, service, host_id, path_id, method, client, event_time, end_time,
    bytes_up, bytes_down, strength, referrer_id, gap_ms, steady, pair
FROM counted_requests LEFT JOIN agent_class USING (agent_id)
UNION ALL
SELECT session, false, service, host_id, path_id, method, client, event_time, end_time,
    bytes_up, bytes_down, strength, referrer_id, NULL, NULL, NULL
FROM joined_requests LEFT JOIN agent_class USING (agent_id);

CREATE TEMP TABLE look AS
SELECT row_number() OVER () AS look_id, d.*, hosts.text AS host, paths.text AS path
FROM (SELECT DISTINCT service, host_id, path_id, method, client FROM asked) AS d
LEFT JOIN facts.hosts ON hosts.id = d.host_id
LEFT JOIN facts.paths ON paths.id = d.path_id;

CREATE TEMP TABLE asking AS
SELECT asked.* EXCLUDE (path_id, method), look_id
FROM asked JOIN look ON look.service = asked.service AND look.host_id IS NOT DISTINCT FROM asked.host_id
    AND look.path_id IS NOT DISTINCT FROM asked.path_id
    AND look.method IS NOT DISTINCT FROM asked.method
    AND look.client IS NOT DISTINCT FROM asked.client;

DROP TABLE asked
