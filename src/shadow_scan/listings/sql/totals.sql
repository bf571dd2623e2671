SELECT coalesce(sum(events), 0)::BIGINT AS ai_events,
    count(DISTINCT service) AS services,
    (SELECT count(*) FROM (SELECT identity FROM usage GROUP BY identity HAVING sum(events) > 0)) AS users
FROM usage
