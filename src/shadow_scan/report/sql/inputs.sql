-- The digest of what was read of each source, with a last line that has no line end; NULL where nothing was.
SELECT s.source_file, CASE WHEN s.lines > 0 THEN coalesce(tail.read_digest, s.read_digest) END AS digest
FROM sources AS s
LEFT JOIN source_marks AS tail ON tail.source_id = s.source_id AND tail.read_bytes > s.read_bytes
ORDER BY s.source_file
