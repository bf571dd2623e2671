-- Every distinct way of asking a service, so that rules are asked once for each, not once a request.
CREATE TEMP TABLE asking AS
SELECT session, true AS counted, service, coalesce(host_id, -1) AS host_id,
    coalesce(path_id, -1) AS path_id, coalesce(method, '') AS method, coalesce(client, '') AS client,
    event_time, end_time, bytes_up, bytes_down, strength, referrer_id, gap_ms, steady
FROM counted_requests LEFT JOIN agent_class USING (agent_id)
UNION ALL
SELECT session, false, service, coalesce(host_id, -1), coalesce(path_id, -1), coalesce(method, ''),
    coalesce(client, ''), event_time, end_time, bytes_up, bytes_down, strength, referrer_id, NULL, NULL
FROM joined_requests LEFT JOIN agent_class USING (agent_id);

CREATE TEMP TABLE look AS
SELECT row_number() OVER () AS look_id, d.*, hosts.text AS host, paths.text AS path
FROM (SELECT DISTINCT service, host_id, path_id, method, client FROM asking) AS d
LEFT JOIN facts.hosts ON hosts.id = d.host_id
LEFT JOIN facts.paths ON paths.id = d.path_id
