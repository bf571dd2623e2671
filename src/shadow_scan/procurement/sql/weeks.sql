-- People seen using AI, week by week: blocks of seven days back from the newest day; the oldest may
-- hold fewer.
SELECT CAST($newest - (7 * week_of(day, $newest) + 6)::INTEGER AS DATE) AS week,
    count(DISTINCT identity) AS users, count(DISTINCT service) AS services, sum(events)::BIGINT AS events
FROM usage WHERE counted_events > 0 AND shown(activity, $activity)
GROUP BY week_of(day, $newest)
ORDER BY week
