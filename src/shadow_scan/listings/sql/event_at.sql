-- One stored event with its texts, and whose it is: source file and line name it. Whose: as the request
-- that it became, or witnessed, says; else by the names that the event carries, or by the lease of its
-- address at that moment. Where these fit several, nobody: who sat there hangs on what others saw.
WITH event AS (
    SELECT e.source_id, e.source_line, e.event_time AS moment,
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
    SELECT identity, team FROM requests WHERE source_id = $source_id AND source_line = $line
    UNION ALL
    SELECT w.identity, r.team
    FROM witnesses AS w
    LEFT JOIN requests AS r ON r.source_id = w.by_source_id AND r.source_line = w.by_line
    WHERE w.source_id = $source_id AND w.source_line = $line
), held AS (
    SELECT arg_max({'device': l.device_text, 'until': l.end_time}, l.begin_time) AS lease, any_value(moment) AS moment
    FROM event
    JOIN facts.addresses AS a ON a.id = event.address_id
    JOIN facts.leases AS l ON l.address_text = a.text AND l.begin_time <= moment
    WHERE coalesce(user_id, 0) = 0 AND device_id IS NULL
), fitting AS (
    SELECT i.identity, i.user_kind, i.team, i.team_known_by, counted.identity AS known,
        i.team = counted.team AS same_team
    FROM event
    JOIN identities AS i
        ON i.user_id IS NOT DISTINCT FROM event.user_id
        AND i.device_id IS NOT DISTINCT FROM event.device_id
        AND i.address_id IS NOT DISTINCT FROM event.address_id
        AND i.department_id IS NOT DISTINCT FROM event.department_id
    LEFT JOIN counted ON true
    LEFT JOIN held ON held.lease.until IS NULL OR held.moment < held.lease.until
    WHERE CASE WHEN counted.identity IS NOT NULL THEN i.identity = counted.identity
        ELSE i.leased IS NOT DISTINCT FROM held.lease.device END
), owner AS (
    SELECT * EXCLUDE (known, same_team) FROM fitting
    QUALIFY row_number() OVER (ORDER BY same_team DESC NULLS LAST, team) = 1
        AND (known IS NOT NULL OR min(identity) OVER () = max(identity) OVER ())
), last AS (
    -- of what was written again, under its name of the record or in another log: that which counts
    SELECT any_value(s.source_file || ':' || e.source_line) AS again_at
    FROM facts.events AS own
    JOIN facts.events AS e ON e.host_id = own.host_id AND CASE WHEN own.flow < 0 THEN e.flow = own.flow
        ELSE e.event_time = own.event_time AND e.source_id <> own.source_id
            AND row(e.user_id, e.device_id, e.address_id, e.path_id, e.method_id, e.status, e.bytes_up, e.bytes_down,
                e.duration_ms) IS NOT DISTINCT FROM row(own.user_id, own.device_id, own.address_id, own.path_id,
                own.method_id, own.status, own.bytes_up, own.bytes_down, own.duration_ms) END
    JOIN facts.sources AS s ON s.source_id = e.source_id
    SEMI JOIN event ON event.format = s.format
    SEMI JOIN (SELECT source_id, source_line FROM requests UNION ALL
        SELECT source_id, source_line FROM witnesses) AS told
        ON told.source_id = e.source_id AND told.source_line = e.source_line
    WHERE own.source_id = $source_id AND own.source_line = $line AND NOT EXISTS (FROM counted)
)
SELECT event.* EXCLUDE (source_id, source_line, moment), owner.*, (FROM last) AS again_at,
    (SELECT any_value(s.format) FROM witnesses AS w JOIN facts.sources AS s ON s.source_id = w.by_source_id
        WHERE w.source_id = $source_id AND w.source_line = $line) AS witness_of
FROM event LEFT JOIN owner ON true
