-- Which lines stand behind a service's requests: runs of lines of one source file, whole. Their number
-- is the service's `events` in every listing.
WITH request AS (
    SELECT service, session, source_id, source_line FROM counted_requests
    UNION ALL
    SELECT service, session, source_id, source_line FROM joined_requests
), line AS (
    SELECT r.service, s.source_file, r.source_line
    FROM request AS r JOIN sources AS s USING (source_id) JOIN sessions USING (session)
    WHERE shown(sessions.activity, $activity)
), run AS (
    SELECT *, source_line - row_number() OVER (PARTITION BY service, source_file ORDER BY source_line) AS run
    FROM line
), lines AS (
    SELECT service, source_file, min(source_line) AS first_line, max(source_line) AS last_line
    FROM run GROUP BY service, source_file, run
)
SELECT service, source_file, sum(last_line - first_line + 1)::BIGINT AS requests, count(*) AS runs,
    list(CASE WHEN first_line = last_line THEN first_line::VARCHAR
        ELSE first_line || '-' || last_line END ORDER BY first_line) AS lines
FROM lines
GROUP BY service, source_file
ORDER BY service, source_file
