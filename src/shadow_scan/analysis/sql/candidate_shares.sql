-- What fits often enough, as a share of all requests to the host that tell what the sign looks at: a
-- lookup, which has neither path nor size, says nothing against it. And names that tell.
CREATE TEMP TABLE candidate_hits AS
WITH total AS (
    SELECT host_id, count(path_id) AS paths, count(agent_id) AS agents, count(port) AS ports
    FROM facts.events SEMI JOIN possible USING (host_id)
    WHERE blocked IS NOT TRUE AND status IS DISTINCT FROM 407
    GROUP BY host_id
), sizes AS (
    SELECT host_id, count(*) AS sizes FROM sized GROUP BY host_id
), fit AS (
    SELECT f.*, f.times / CASE signs.looks_at WHEN 'paths' THEN total.paths WHEN 'agents' THEN total.agents
            WHEN 'ports' THEN total.ports WHEN 'sizes' THEN sizes.sizes END AS share, signs.share_from
    FROM fits AS f JOIN total USING (host_id) LEFT JOIN sizes USING (host_id) JOIN signs USING (sign)
)
SELECT host_id, sign, times, share, seconds, bytes_down, largest FROM fit WHERE share >= share_from
UNION ALL
SELECT host_id, sign, 1, 1, NULL, NULL, NULL FROM telling_names SEMI JOIN possible USING (host_id)
