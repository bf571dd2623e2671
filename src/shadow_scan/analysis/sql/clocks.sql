-- How far the clocks of recorders stand apart, where that is sure. Differences of one visit fall together,
-- those of two visits anywhere. Sure is what holds for two in three of all visits that either of them could
-- share with the other, twenty of three people at least, and for half as many at no other distance: what
-- runs at fixed times meets itself at several. Asked of all logs of a recorder, and of each.
INSERT INTO clocks
WITH distance AS MATERIALIZED (
    -- each difference stands in two steps, which are twenty seconds wide
    SELECT known_by, format, other, source_id, step, count(*) AS visits, count(DISTINCT who) AS people,
        round(avg(behind))::BIGINT AS behind
    FROM (SELECT *, unnest([behind // 10, behind // 10 + 1]) AS step FROM shared_visits)
    GROUP BY GROUPING SETS ((known_by, format, other, step), (known_by, format, other, step, source_id))
    HAVING count(*) >= 10
), compared AS (
    SELECT known_by, format, other, source_id,
        least(count(DISTINCT visit), count(DISTINCT other_visit)) AS of_visits
    FROM shared_visits
    GROUP BY GROUPING SETS ((known_by, format, other), (known_by, format, other, source_id))
), usual AS (
    SELECT DISTINCT ON (known_by, format, other, source_id) * FROM distance
    ORDER BY known_by, format, other, source_id, visits DESC, abs(behind), step
), sure AS (
    SELECT u.*, c.of_visits
    FROM usual AS u
    JOIN compared AS c ON c.known_by = u.known_by AND c.format = u.format AND c.other = u.other
        AND c.source_id IS NOT DISTINCT FROM u.source_id
    LEFT JOIN distance AS d ON d.known_by = u.known_by AND d.format = u.format AND d.other = u.other
        AND d.source_id IS NOT DISTINCT FROM u.source_id AND abs(d.step - u.step) > 2
    WHERE abs(u.behind) > 60 AND u.visits >= 20 AND u.people >= 3 AND u.visits * 3 >= c.of_visits * 2
    GROUP BY ALL
    HAVING coalesce(max(d.visits), 0) * 2 <= u.visits
)
SELECT v.source_id, v.other, min(v.day), max(v.day),
    unnest(arg_max({'behind': sure.behind, 'visits': sure.visits, 'of_visits': sure.of_visits}, sure.visits))
FROM shared_visits AS v
JOIN sure ON sure.known_by = v.known_by AND sure.format = v.format AND sure.other = v.other
    AND coalesce(sure.source_id, v.source_id) = v.source_id
    AND v.behind // 10 IN (sure.step - 1, sure.step)
GROUP BY v.source_id, v.other
