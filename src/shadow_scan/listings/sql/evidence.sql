-- The requests behind a figure, each with the line that proves it; `usage` is that of evidence_rows.sql.
SELECT event_time, team, identity AS "user",
    concat_ws(' ', method, coalesce(hosts.text, '?') || coalesce(paths.text, '')) AS request,
    bytes_up, strength_name(strength) AS evidence, part, task, usage.service AS service, session,
    sources.source_file, source_line,
    source_id, hosts.text AS host
FROM usage
JOIN facts.sources AS sources USING (source_id)
LEFT JOIN facts.hosts AS hosts ON hosts.id = usage.host_id
LEFT JOIN facts.paths AS paths ON paths.id = usage.path_id
WHERE shown(usage.activity, $activity)
