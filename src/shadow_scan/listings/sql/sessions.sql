SELECT session, identity AS "user", team, sessions.service AS service, task, confidence, tier,
    coalesce(activity, 'interactive') AS activity, first_time, last_time, events, bytes_up, bytes_down,
    strength_name(strength) AS evidence, reasons, account, plan, surface,
    coalesce(services.name, sessions.service) AS name, recorder_names(recorders) AS witnesses
FROM sessions LEFT JOIN services USING (service)
WHERE shown(activity, $activity)
ORDER BY first_time, session
