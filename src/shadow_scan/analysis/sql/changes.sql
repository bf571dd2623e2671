-- What differs between two sets of derived tables over the same facts: `derived` is before, the database
-- itself after. A session that lies in the place of another one, of the same person, is the same session
-- under another service.
CREATE TEMP TABLE session_changes AS
WITH old AS (FROM derived.sessions), new AS (FROM main.sessions), gone AS (
    SELECT * FROM old ANTI JOIN new USING (session)
), come AS (
    SELECT * FROM new ANTI JOIN old USING (session)
), renamed AS (
    SELECT g.session AS old_session, c.session AS new_session,
        row_number() OVER (PARTITION BY g.session ORDER BY c.session) AS new_place,
        row_number() OVER (PARTITION BY c.session ORDER BY g.session) AS old_place
    FROM gone AS g JOIN come AS c ON c.identity = g.identity AND c.service <> g.service
        AND c.first_time <= g.last_time AND c.last_time >= g.first_time
), pair AS (
    SELECT old_session, new_session FROM renamed WHERE new_place = 1 AND old_place = 1
    UNION ALL
    SELECT session, session FROM old SEMI JOIN new USING (session)
    UNION ALL
    SELECT session, NULL FROM gone WHERE session NOT IN (
        SELECT old_session FROM renamed WHERE new_place = 1 AND old_place = 1)
    UNION ALL
    SELECT NULL, session FROM come WHERE session NOT IN (
        SELECT new_session FROM renamed WHERE new_place = 1 AND old_place = 1)
)
SELECT coalesce(p.new_session, p.old_session) AS session,
    coalesce(n.identity, o.identity) AS identity,
    CASE WHEN o.session IS NULL THEN 'added' WHEN n.session IS NULL THEN 'removed'
         WHEN o.session <> n.session THEN 'renamed' ELSE 'changed' END AS change,
    {name: o.service, team: o.team, task: o.task, tier: o.tier, activity: o.activity,
     account: o.account, identity: o.identity} AS before,
    {name: n.service, team: n.team, task: n.task, tier: n.tier, activity: n.activity,
     account: n.account, identity: n.identity} AS after,
    coalesce(n.events, o.events) AS events,
    coalesce(n.first_time, o.first_time) AS first_time
FROM pair AS p
LEFT JOIN old AS o ON o.session = p.old_session
LEFT JOIN new AS n ON n.session = p.new_session
WHERE before IS DISTINCT FROM after;

CREATE TEMP TABLE usage_changes AS
WITH old AS (
    SELECT service, team, task, identity, day, activity, account, plan, surface, sum(events) AS events
    FROM derived.usage GROUP BY ALL
), new AS (
    SELECT service, team, task, identity, day, activity, account, plan, surface, sum(events) AS events
    FROM main.usage GROUP BY ALL
), sides AS (
    SELECT *, 0 AS old_events, events AS new_events, 1 AS side FROM new
    UNION ALL
    SELECT *, events, 0, -1 FROM old
)
SELECT service, team, task, identity, day, activity, account, plan, surface,
    sum(old_events)::BIGINT AS old_events, sum(new_events)::BIGINT AS new_events,
    CASE WHEN min(side) = 1 THEN 'added' WHEN max(side) = -1 THEN 'removed' ELSE 'changed' END AS change
FROM sides
GROUP BY service, team, task, identity, day, activity, account, plan, surface
HAVING sum(old_events) <> sum(new_events) OR min(side) = max(side);

CREATE TEMP TABLE candidate_changes AS
SELECT host, CASE WHEN o.host IS NULL THEN 'added' WHEN n.host IS NULL THEN 'removed' ELSE 'changed' END
        AS change,
    o.score AS old_score, n.score AS new_score, coalesce(n.users, o.users) AS users,
    coalesce(n.events, o.events) AS events
FROM derived.candidates AS o FULL JOIN main.candidates AS n USING (host)
WHERE o.score IS DISTINCT FROM n.score;
