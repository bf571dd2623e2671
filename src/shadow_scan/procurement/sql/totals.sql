-- The figures of a first page.
SELECT count(DISTINCT identity) FILTER (counted_events > 0) AS users,
    count(DISTINCT service) FILTER (counted_events > 0) AS services,
    count(DISTINCT team) FILTER (counted_events > 0 AND team <> 'unattributed') AS teams,
    (SELECT count(*) FROM sessions WHERE shown(activity, $activity)) AS sessions,
    coalesce(sum(events), 0)::BIGINT AS events, total(bytes_up) AS bytes_up,
    coalesce(sum(blocked), 0)::BIGINT AS blocked
FROM usage WHERE shown(activity, $activity)
