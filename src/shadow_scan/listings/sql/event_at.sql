-- One stored event with its texts, and whose it is: source file and line name it.
SELECT event.*, i.identity, i.user_kind, i.team, i.team_known_by
FROM (
    SELECT strftime(e.event_time, '%Y-%m-%dT%H:%M:%S.%fZ') AS event_time, hosts.text AS host,
        paths.text AS path, methods.text AS method, e.bytes_up, e.bytes_down, sources.format,
        e.user_id, e.device_id, e.address_id, e.department_id
    FROM facts.events AS e
    JOIN facts.sources USING (source_id)
    LEFT JOIN facts.hosts ON hosts.id = e.host_id
    LEFT JOIN facts.paths ON paths.id = e.path_id
    LEFT JOIN facts.methods ON methods.id = e.method_id
    WHERE e.source_id = $source_id AND e.source_line = $line
) AS event
LEFT JOIN identities AS i
    ON i.user_id IS NOT DISTINCT FROM event.user_id
    AND i.device_id IS NOT DISTINCT FROM event.device_id
    AND i.address_id IS NOT DISTINCT FROM event.address_id
    AND i.department_id IS NOT DISTINCT FROM event.department_id
