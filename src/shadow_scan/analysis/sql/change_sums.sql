SELECT
    (SELECT count(*) FROM (SELECT service FROM usage_changes
        GROUP BY service HAVING sum(old_events) <> sum(new_events))),
    (SELECT count(*) FROM session_changes),
    (SELECT count(*) FROM session_changes
        WHERE change IN ('changed', 'renamed') AND before.task IS DISTINCT FROM after.task),
    (SELECT count(*) FROM session_changes
        WHERE change IN ('changed', 'renamed') AND before.team IS DISTINCT FROM after.team),
    (SELECT count(DISTINCT identity) FROM (
        SELECT identity FROM session_changes UNION ALL SELECT identity FROM usage_changes)),
    (SELECT count(*) FROM usage_changes),
    (SELECT count(*) FROM candidate_changes)
