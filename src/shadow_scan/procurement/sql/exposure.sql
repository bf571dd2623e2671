-- What left, to whom, under which terms: sent bytes by service, plan and account, and who sent them.
WITH sent AS (
    SELECT service, coalesce(plan, 'unknown') AS plan, coalesce(account, 'unknown') AS account,
        CASE $who WHEN 'team' THEN team WHEN 'user' THEN identity ELSE '' END AS who,
        count(DISTINCT identity) FILTER (counted_events > 0) AS users,
        count(DISTINCT team) FILTER (counted_events > 0 AND team <> 'unattributed') AS teams,
        sum(events)::BIGINT AS events, total(bytes_up) AS bytes_up,
        min(first_time) AS first_time, max(last_time) AS last_time
    FROM usage WHERE events > 0 AND shown(activity, $activity)
    GROUP BY ALL
), uploads AS (
    SELECT service, coalesce(plan, 'unknown') AS plan, coalesce(account, 'unknown') AS account,
        CASE $who WHEN 'team' THEN team WHEN 'user' THEN identity ELSE '' END AS who,
        count(*) AS sessions, count(*) FILTER (bytes_up >= $large) AS large_uploads,
        max(bytes_up) AS largest, count(*) FILTER (bytes_up IS NULL) AS unsized
    FROM sessions WHERE shown(activity, $activity)
    GROUP BY ALL
)
SELECT sent.service, sent.who, sent.plan, sent.account, users, teams, coalesce(sessions, 0) AS sessions,
    events, bytes_up, coalesce(large_uploads, 0) AS large_uploads, largest, coalesce(unsized, 0) AS unsized,
    coalesce(training.value, 'unknown') AS training_default,
    coalesce((SELECT any_value(status) FROM rulings WHERE rulings.service = sent.service
        AND rulings.plan IS NULL AND rulings.team IS NULL), 'unreviewed') AS status,
    training.source, coalesce(training.as_of, 'recorded ' || training.recorded) AS as_of,
    training.confidence, first_time, last_time
FROM sent
LEFT JOIN uploads ON uploads.service = sent.service AND uploads.who = sent.who
    AND uploads.plan = sent.plan AND uploads.account = sent.account
LEFT JOIN terms AS training ON training.service = sent.service AND training.name = 'training_default'
ORDER BY bytes_up DESC NULLS LAST, users DESC, sent.service, sent.who, sent.plan, sent.account
