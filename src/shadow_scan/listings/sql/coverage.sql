SELECT coverage.source_file, strftime(day, '%Y-%m-%d') AS day, lines, events, rejected, skipped, blind,
    CASE WHEN day IS NULL THEN
        (SELECT list(r.reason || ' (' || r.lines || ', first at line '
                     || coalesce(r.first_lines[1]::VARCHAR, '?') || ')' ORDER BY r.lines DESC, r.reason)
         FROM reasons AS r WHERE r.source_id = coverage.source_id AND r.verdict = 'rejected')
    END AS why
FROM coverage
ORDER BY source_file, day NULLS LAST
