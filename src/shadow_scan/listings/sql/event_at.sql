-- One stored event with its texts, and whose it is: source file and line name it. Whose: as the request
-- that it became, or witnessed, says; else by the names that the event carries.
WITH event AS (
    SELECT e.source_id, e.source_line,
        strftime(e.event_time, '%Y-%m-%dT%H:%M:%S.%fZ') AS event_time, hosts.text AS host,
        paths.text AS path, methods.text AS method, e.bytes_up, e.bytes_down, sources.format,
        e.user_id, e.device_id, e.address_id, e.department_id
    FROM facts.events AS e
    JOIN facts.sources USING (source_id)
    LEFT JOIN facts.hosts ON hosts.id = e.host_id
    LEFT JOIN facts.paths ON paths.id = e.path_id
    LEFT JOIN facts.methods ON methods.id = e.method_id
    WHERE e.source_id = $source_id AND e.source_line = $line
), counted AS (
    SELECT r.source_id, r.source_line, r.identity, r.team FROM requests AS r
    WHERE r.source_id = $source_id AND r.source_line = $line
    UNION ALL
    SELECT w.source_id, w.source_line, r.identity, r.team
    FROM witnesses AS w
    JOIN requests AS r ON r.source_id = w.by_source_id AND r.source_line = w.by_line
    WHERE w.source_id = $source_id AND w.source_line = $line
)
SELECT event.* EXCLUDE (source_id, source_line), i.identity, i.user_kind, i.team, i.team_known_by,
    w.by_recorder AS witness_of
FROM event
LEFT JOIN counted USING (source_id, source_line)
LEFT JOIN witnesses AS w USING (source_id, source_line)
LEFT JOIN identities AS i
    ON i.user_id IS NOT DISTINCT FROM event.user_id
    AND i.device_id IS NOT DISTINCT FROM event.device_id
    AND i.address_id IS NOT DISTINCT FROM event.address_id
    AND i.department_id IS NOT DISTINCT FROM event.department_id
    AND (counted.identity IS NULL OR (counted.identity = i.identity AND counted.team = i.team))
QUALIFY row_number() OVER (ORDER BY i.leased NULLS LAST, i.seen_user_id NULLS LAST) = 1
