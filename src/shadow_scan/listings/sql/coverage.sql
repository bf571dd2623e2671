SELECT coverage.source_file, strftime(day, '%Y-%m-%d') AS day, lines, events, rejected, skipped, blind,
    CASE WHEN day IS NULL THEN
        (SELECT list(r.reason || ' (' || r.lines || ', first at line '
                     || coalesce(r.first_lines[1]::VARCHAR, '?') || ')' ORDER BY r.lines DESC, r.reason)
         FROM reasons AS r WHERE r.source_id = coverage.source_id AND r.verdict = 'rejected')
    END AS why,
    list_transform(filled, lambda field: CASE WHEN field.seen >= events THEN field.name
        ELSE printf('%s %d%%', field.name, least(99, greatest(1, (100 * field.seen // events)::INTEGER))) END)
        AS fields,
    unseen_share, unattributed_share, format
FROM coverage
ORDER BY source_file NULLS LAST, format, day NULLS LAST
