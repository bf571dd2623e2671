-- Which signs speak for strangers so far, and for whom: most hosts have none, and stand in one row.
SELECT signs, list(host_id) AS hosts
FROM (
    SELECT host_id, coalesce(list(DISTINCT sign ORDER BY sign) FILTER (sign IS NOT NULL), []) AS signs
    FROM strangers LEFT JOIN (SELECT host_id, sign FROM fits UNION ALL FROM telling_names) USING (host_id)
    GROUP BY host_id
)
GROUP BY signs
