SELECT s.source_file, unnest(r.first_lines) AS line, r.reason, r.lines AS alike, s.format
FROM reasons AS r JOIN sources AS s USING (source_id)
WHERE r.verdict = 'rejected' AND r.lines > 0
ORDER BY s.source_file, line
