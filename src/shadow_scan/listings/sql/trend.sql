-- People and requests of each service by day, for lines that show a trend.
SELECT service, strftime(day, '%Y-%m-%d') AS day, count(DISTINCT identity) AS users,
    sum(events)::BIGINT AS events
FROM usage
WHERE counted_events > 0 AND shown(activity, $activity)
GROUP BY service, day
ORDER BY service, day
