-- Every path that was seen on `asked_hosts`.
SELECT seen.host_id, seen.path_id, h.text, p.text
FROM (
    SELECT DISTINCT host_id, path_id FROM facts.events SEMI JOIN asked_hosts USING (host_id)
    WHERE path_id IS NOT NULL
) AS seen
JOIN facts.hosts AS h ON h.id = seen.host_id
JOIN facts.paths AS p ON p.id = seen.path_id
