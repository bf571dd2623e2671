-- What nobody has classed yet counts as interactive; 'people' means interactive.
CREATE TEMP MACRO shown(activity, wanted) AS wanted = 'all'
    OR coalesce(activity, 'interactive') = CASE wanted WHEN 'people' THEN 'interactive' ELSE wanted END;

CREATE TEMP MACRO strength_name(strength) AS
    CASE strength WHEN 3 THEN 'transacted' WHEN 2 THEN 'connected' WHEN 1 THEN 'resolved' END;

-- a sum; unknown where hostile sizes push it out of its type
CREATE TEMP MACRO total(amount) AS try_cast(sum(amount) AS BIGINT);

-- the recorders (by format) that saw it
CREATE TEMP MACRO recorder_names(bits) AS (
    SELECT list(format ORDER BY format) FROM vantages WHERE (bits & bit) <> 0);

CREATE TEMP MACRO severity_rank(severity) AS
    CASE severity WHEN 'critical' THEN 4 WHEN 'high' THEN 3 WHEN 'medium' THEN 2 WHEN 'low' THEN 1 ELSE 0 END
