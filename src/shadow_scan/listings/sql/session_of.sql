-- the session that an event belongs to; none where it is no use, or was blocked
SELECT session FROM counted_requests WHERE source_id = $source_id AND source_line = $line
UNION
SELECT session FROM joined_requests WHERE source_id = $source_id AND source_line = $line
