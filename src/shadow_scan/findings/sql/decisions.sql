-- The latest decision of each scope, unless it was taken back, with people's use of the scope.
WITH counted AS (
    SELECT d.place, count(DISTINCT u.identity) FILTER (u.counted_events > 0) AS users,
        count(DISTINCT u.day) FILTER (u.counted_events > 0) AS days, sum(u.events)::BIGINT AS events,
        sum(u.blocked)::BIGINT AS blocked, total(u.bytes_up) AS bytes_up,
        total(u.bytes_down) AS bytes_down, min(u.first_time) AS first_time,
        max(u.last_time) AS last_time
    FROM decided AS d
    JOIN main.usage AS u ON u.service = d.service AND (d.team IS NULL OR u.team = d.team)
        AND (d.plan IS NULL OR lower(u.plan) = lower(d.plan)) AND shown(u.activity, $activity)
    GROUP BY d.place
)
SELECT d.service, d.team, d.status, d.plan, d.owner, d.until, d.review, d.days_left,
    d.days_to_review, coalesce(c.users, 0) AS users, coalesce(c.days, 0) AS days,
    coalesce(c.events, 0) AS events, coalesce(c.blocked, 0) AS blocked, c.bytes_up, c.bytes_down,
    c.first_time, c.last_time, NULL::BIGINT AS sessions, NULL::VARCHAR[] AS evidence,
    NULL::BIGINT AS hits
FROM decided AS d LEFT JOIN counted AS c USING (place)
