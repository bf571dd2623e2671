-- Records on hosts that no rule counts, which go to an endpoint of agents. Two joins, not one condition:
-- without such paths or hosts the events are not read at all.
SELECT * FROM (
    SELECT e.* FROM facts.events AS e SEMI JOIN endpoint USING (path_id)
    UNION ALL
    SELECT e.* FROM facts.events AS e SEMI JOIN named_host USING (host_id)
    WHERE e.path_id IS NULL OR e.path_id NOT IN (SELECT path_id FROM endpoint)
)
WHERE host_id NOT IN (
    SELECT host_id FROM requests WHERE counted AND NOT blocked AND host_id IS NOT NULL)
