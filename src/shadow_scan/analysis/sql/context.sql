-- Work applications that the same person used shortly before turning to the service. A session is made
-- of bouts of work with pauses between them; what was open before most of that work counts, three kinds
-- at most, those that were used longest first. `+` marks what somebody worked in for long, or in two
-- products of the kind.
-- Work on the service: acts where the log has paths, else what keeps no even beat.
CREATE TEMP TABLE bouts AS
WITH moments AS (
    SELECT DISTINCT session, epoch(event_time)::BIGINT // 60 AS minute
    FROM asking LEFT JOIN look_class USING (look_id)
    WHERE counted AND (kind = 'act' OR (strength < 3 AND steady IS NOT TRUE))
), parted AS (
    SELECT session, minute, count(*) OVER (PARTITION BY session) AS of_session,
        minute - lag(minute) OVER (PARTITION BY session ORDER BY minute) <= $before AS goes_on
    FROM moments
), numbered AS (
    SELECT session, minute, of_session, count(*) FILTER (goes_on IS NOT TRUE)
        OVER (PARTITION BY session ORDER BY minute) AS bout
    FROM parted
)
SELECT session, bout, min(minute) AS minute, count(*) / any_value(of_session)::DOUBLE AS share
FROM numbered GROUP BY session, bout;

CREATE TEMP TABLE session_context AS
WITH asked AS (
    SELECT b.*, t.identity, unnest([b.minute // $before - 1, b.minute // $before]) AS bucket
    FROM bouts AS b JOIN session_totals AS t ON t.session = b.session
), near AS (
    SELECT asked.session, bout, use.application, any_value(share) AS share,
        sum(use.moments) AS moments, list(DISTINCT use.product) AS products
    FROM asked
    JOIN application_use AS use ON use.identity = asked.identity AND use.bucket = asked.bucket
        AND use.minute BETWEEN asked.minute - $before AND asked.minute
    GROUP BY asked.session, bout, use.application
), joined AS (
    SELECT session, application, sum(share) AS share, sum(moments) AS moments,
        len(list_distinct(flatten(list(products)))) AS products
    FROM near GROUP BY session, application HAVING sum(share) >= $share
), marked AS (
    SELECT session, application, share, moments, products > 1 OR moments >= $long AS worked
    FROM joined
)
SELECT session, array_to_string(list_sort(
    list(application || CASE WHEN worked THEN '+' ELSE '' END
        ORDER BY worked DESC, moments DESC, share DESC, application)[:3]), ' ') AS context
FROM marked GROUP BY session
