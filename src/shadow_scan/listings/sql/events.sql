-- Every stored event with its texts, in the order of its source.
SELECT strftime(e.event_time, '%Y-%m-%dT%H:%M:%S.%fZ') AS event_time,
    addresses.text AS source_ip, users.text AS user_name, devices.text AS device_name,
    departments.text AS department, hosts.text AS host, e.port,
    destinations.text AS destination_ip, methods.text AS method, paths.text AS path, e.status,
    e.bytes_up, e.bytes_down, e.duration_ms, agents.text AS user_agent,
    referrers.text AS referrer_host, 
    CASE WHEN e.blocked THEN 'blocked' WHEN NOT e.blocked THEN 'allowed' END AS action,
    CASE e.strength WHEN 3 THEN 'transacted' WHEN 2 THEN 'connected' ELSE 'resolved' END AS evidence,
    sources.format, sources.source_file,
    e.source_line
FROM events AS e
JOIN sources USING (source_id)
LEFT JOIN addresses ON addresses.id = e.address_id
LEFT JOIN users ON users.id = e.user_id
LEFT JOIN devices ON devices.id = e.device_id
LEFT JOIN departments ON departments.id = e.department_id
LEFT JOIN hosts ON hosts.id = e.host_id
LEFT JOIN destinations ON destinations.id = e.destination_id
LEFT JOIN methods ON methods.id = e.method_id
LEFT JOIN paths ON paths.id = e.path_id
LEFT JOIN agents ON agents.id = e.agent_id
LEFT JOIN hosts AS referrers ON referrers.id = e.referrer_id
ORDER BY e.source_id, e.source_line
