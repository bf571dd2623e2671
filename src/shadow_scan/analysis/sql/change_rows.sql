-- Every change as one row, of the kinds that are asked for.
WITH service_change AS (
    SELECT service, any_value(change) AS change, sum(old_events) AS old_events,
        sum(new_events) AS new_events, count(DISTINCT identity) AS users
    FROM (
        SELECT service, identity, old_events, new_events,
            CASE WHEN service NOT IN (SELECT service FROM derived.usage) THEN 'added'
                 WHEN service NOT IN (SELECT service FROM main.usage) THEN 'removed'
                 ELSE 'changed' END AS change
        FROM usage_changes)
    GROUP BY service
    HAVING any_value(change) <> 'changed' OR sum(old_events) <> sum(new_events)
), listed AS (
    SELECT 1 AS place, 'service' AS kind, change, service AS name, NULL AS "user",
        old_events || ' events' AS before, new_events || ' events' AS after, users,
        (new_events - old_events)::BIGINT AS events
    FROM service_change
    UNION ALL
    SELECT 2, 'session', change, session, identity,
        concat_ws(', ', before.name, before.team, before.task, before.tier, before.activity,
            before.account),
        concat_ws(', ', after.name, after.team, after.task, after.tier, after.activity, after.account),
        1, events
    FROM session_changes
    UNION ALL
    SELECT 3, 'usage', change,
        concat_ws(' ', service, team, task, strftime(day, '%Y-%m-%d'), activity, account, plan, surface),
        identity, old_events || ' events', new_events || ' events', 1, (new_events - old_events)::BIGINT
    FROM usage_changes
    UNION ALL
    SELECT 4, 'candidate', change, host, NULL, old_score::VARCHAR, new_score::VARCHAR, users, events
    FROM candidate_changes
)
SELECT kind, change, name, "user", nullif(before, '') AS before, nullif(after, '') AS after, users, events
FROM listed
WHERE list_contains($kinds, kind)
ORDER BY place, change, name, "user"
