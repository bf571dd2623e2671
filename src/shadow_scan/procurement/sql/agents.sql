-- Programs and agents, apart from people's use: through which door, to which service or host, for whom.
SELECT kind, service, host, team,
    count(DISTINCT identity) AS users,
    sum(events)::BIGINT AS events, total(bytes_up) AS bytes_up, total(bytes_down) AS bytes_down,
    count(DISTINCT day) AS days,
    list(DISTINCT client ORDER BY client) FILTER (client <> '') AS clients,
    min(first_time) AS first_time, max(last_time) AS last_time
FROM agent_use
GROUP BY kind, service, host, team
ORDER BY users DESC, events DESC, kind, host, team
