-- What fits, added up again to findings.
SELECT service, team, count(DISTINCT identity) AS users, count(DISTINCT day) AS days,
    sum(events)::BIGINT AS events, sum(blocked)::BIGINT AS blocked,
    total(bytes_up) AS bytes_up, total(bytes_down) AS bytes_down,
    min(first_time) AS first_time, max(last_time) AS last_time,
    sum(sessions)::BIGINT AS sessions,
    list_filter(list(session ORDER BY bytes_up DESC NULLS LAST, events DESC, session),
        lambda one: one IS NOT NULL)[1:5] AS evidence,
    count(*) AS hits
FROM ({each})
GROUP BY service, team
