-- Sessions with what they were: activity, task, account, plan and surface.
CREATE TABLE sessions AS
WITH told AS (
    -- what all its requests say that say anything
    SELECT session,
        CASE WHEN min(account) = max(account) THEN min(account) END AS account,
        CASE WHEN min(plan) = max(plan) THEN min(plan) END AS plan,
        CASE WHEN min(surface) = max(surface) THEN min(surface) END AS surface
    FROM asking JOIN look_class USING (look_id)
    WHERE counted
    GROUP BY session
)
SELECT t.* EXCLUDE (pair) REPLACE (
    coalesce(a.activity, 'interactive') AS activity,
    CASE WHEN a.activity = 'background' THEN 'unknown' ELSE coalesce(answer.task, 'unknown') END AS task,
    CASE WHEN a.activity = 'background' THEN NULL ELSE answer.confidence END AS confidence,
    CASE WHEN a.activity = 'background' THEN 'unknown' ELSE coalesce(answer.tier, 'unknown') END AS tier,
    told.account AS account, told.plan AS plan, told.surface AS surface,
    list_concat(coalesce(a.reasons, []),
        CASE WHEN a.activity = 'background' THEN [] ELSE coalesce(answer.reasons, []) END) AS reasons),
    evidence.shown
FROM session_totals AS t
LEFT JOIN session_activity AS a USING (session)
LEFT JOIN evidence USING (session)
LEFT JOIN answer USING (shown)
LEFT JOIN told USING (session)
