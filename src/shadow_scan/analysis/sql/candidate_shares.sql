-- What fits often enough, as a share of all requests to the host; and names that tell.
CREATE TEMP TABLE candidate_hits AS
WITH total AS (
    SELECT host_id, count(*) AS events
    FROM facts.events SEMI JOIN possible USING (host_id)
    WHERE blocked IS NOT TRUE AND status IS DISTINCT FROM 407
    GROUP BY host_id
)
SELECT f.host_id, f.sign, f.times, f.times / total.events AS share, f.seconds, f.bytes_down, f.largest
FROM fits AS f JOIN total USING (host_id) JOIN signs USING (sign)
WHERE f.times / total.events >= signs.share_from
UNION ALL
SELECT host_id, sign, 1, 1, NULL, NULL, NULL FROM telling_names SEMI JOIN possible USING (host_id)
