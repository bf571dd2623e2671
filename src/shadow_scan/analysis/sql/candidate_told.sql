-- Which signs speak for strangers so far. Most have none, and are not among them.
CREATE TEMP TABLE told AS
SELECT host_id, list(DISTINCT sign ORDER BY sign) AS signs
FROM (SELECT host_id, sign FROM fits UNION ALL FROM telling_names)
GROUP BY host_id
