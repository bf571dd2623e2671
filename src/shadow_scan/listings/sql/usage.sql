-- The roll-up itself, for other tools.
SELECT service, team, task, identity AS "user", user_kind, strftime(day, '%Y-%m-%d') AS day, activity,
    account, plan, surface, events, counted_events, blocked, bytes_up, bytes_down, first_time, last_time,
    strength_name(strength) AS evidence
FROM usage
WHERE shown(activity, $activity)
ORDER BY day, service, team, task, identity
