-- The requests that are use of one service, the newest first, each with the line that proves it.
SELECT strftime(r.event_time, '%Y-%m-%dT%H:%M:%S.%fZ') AS event_time, r.team, r.identity AS "user",
    concat_ws(' ', r.method, coalesce(hosts.text, '?') || coalesce(paths.text, '')) AS request,
    r.bytes_up, CASE r.strength WHEN 3 THEN 'transacted' WHEN 2 THEN 'connected' ELSE 'resolved' END
        AS evidence,
    r.blocked, sources.source_file, r.source_line
FROM requests AS r
JOIN facts.sources AS sources USING (source_id)
LEFT JOIN facts.hosts AS hosts ON hosts.id = r.host_id
LEFT JOIN facts.paths AS paths ON paths.id = r.path_id
WHERE r.service = $service AND ($team IS NULL OR r.team = $team)
    AND ($since IS NULL OR r.event_time >= CAST($since AS TIMESTAMP))
ORDER BY r.event_time DESC, r.source_id, r.source_line
LIMIT $most
