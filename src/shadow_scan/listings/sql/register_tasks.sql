SELECT service, list(task ORDER BY sessions DESC, task)
FROM (SELECT service, task, count(*) AS sessions FROM sessions WHERE task <> 'unknown' GROUP BY ALL)
GROUP BY service
