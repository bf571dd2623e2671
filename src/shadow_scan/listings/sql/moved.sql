-- People who used a service in the four weeks before a day: what they use in the four weeks after it.
-- Only services for the same count: of the same kind, or for a task that they did with it before.
WITH before AS (
    SELECT identity, arg_max(team, day) AS team,
        list(DISTINCT task) FILTER (task <> 'unknown') AS tasks
    FROM usage
    WHERE service = $service AND counted_events > 0 AND shown(activity, $activity)
        AND day >= CAST($day AS DATE) - 28 AND day < CAST($day AS DATE)
    GROUP BY identity
), after AS (
    SELECT u.identity, u.service, sum(u.events)::BIGINT AS events, total(u.bytes_up) AS bytes_up,
        list(DISTINCT u.task) FILTER (u.task <> 'unknown') AS tasks
    FROM usage AS u
    WHERE u.events > 0 AND shown(u.activity, $activity)
        AND u.day > CAST($day AS DATE) AND u.day <= CAST($day AS DATE) + 28
    GROUP BY u.identity, u.service
    HAVING sum(u.counted_events) > 0
), kindred AS (
    SELECT b.identity, b.team, a.service, a.events, a.bytes_up,
        -- which plan is used is not asked: what one plan alone may not be used for does not count
        coalesce((SELECT arg_max(r.status, r.weight) FROM rulings AS r WHERE r.service = a.service
            AND (r.team IS NULL OR r.team = b.team)
            AND (r.plan IS NULL OR r.status = 'sanctioned')) = 'sanctioned', false) AS approved
    FROM before AS b
    JOIN after AS a USING (identity)
    JOIN services AS k ON k.service = a.service
    WHERE a.service = $service
        OR k.category = (SELECT category FROM services AS s WHERE s.service = $service)
        OR list_has_any(coalesce(a.tasks, []), coalesce(b.tasks, []))
), fate AS (
    SELECT b.identity, b.team,
        count(*) FILTER (k.service = $service) > 0 AS stayed,
        arg_max(k.service, (k.approved, k.events, k.service)) FILTER (k.service <> $service) AS to_service,
        coalesce(bool_or(k.approved) FILTER (k.service <> $service), false) AS approved,
        sum(k.events)::BIGINT AS events, total(k.bytes_up) AS bytes_up
    FROM before AS b LEFT JOIN kindred AS k USING (identity)
    GROUP BY b.identity, b.team
)
SELECT CASE WHEN stayed AND approved THEN 'uses both'
        WHEN stayed THEN 'stayed'
        WHEN approved THEN 'moved to approved'
        WHEN to_service IS NOT NULL THEN 'moved to another'
        ELSE 'stopped' END AS kind,
    $service AS service, CASE WHEN NOT stayed OR approved THEN to_service END AS to_service, team,
    count(*) AS users, coalesce(sum(events), 0)::BIGINT AS events, total(bytes_up) AS bytes_up,
    CAST($day AS VARCHAR) AS decided,
    (SELECT date_diff('day', CAST($day AS DATE), max(day)) FROM all_usage)::INTEGER AS days_after
FROM fate
GROUP BY ALL
