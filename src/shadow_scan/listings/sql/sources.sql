SELECT source_file, format, lines, events, rejected, skipped, first_time, last_time, status,
    damage, assumed, mended
FROM sources
ORDER BY first_time NULLS LAST, source_file
