SELECT session, identity, user_kind, team, service, coalesce(activity, 'interactive') AS activity, task,
    confidence, tier, account, plan, surface, first_time, last_time, events, reasons
FROM sessions
WHERE session = $name
