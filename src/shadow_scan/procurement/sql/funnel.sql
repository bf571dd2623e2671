-- Tried, piloted, in sustained use: for each tool how many people came how far, and in how many days.
-- Sustained: four days in three weeks of 28 days. Piloted: three days within a fortnight, or sustained,
-- which begins with a pilot however far its days lie apart.
-- Days are counted of people alone whose first day cannot lie before the data (not in its first week).
WITH used AS (
    SELECT service, identity, list_sort(list(DISTINCT day)) AS days FROM usage
    WHERE counted_events > 0 AND shown(activity, $activity)
    GROUP BY ALL
), weekly AS (
    -- the last day of use of each week since the first
    SELECT *, list_filter(days, lambda d, i: i = len(days)
        OR date_diff('day', days[1], d) // 7 <> date_diff('day', days[1], days[i + 1]) // 7) AS lasts
    FROM used
), person AS (
    SELECT service, identity, days[1] AS first_day,
        list_filter(days, lambda d, i: i > 3 AND date_diff('day', days[i - 3], d) < 28
            AND len(list_filter(lasts, lambda l: l < d AND date_diff('day', l, d) < 28
                AND date_diff('day', days[1], l) // 7 < date_diff('day', days[1], d) // 7)) > 1)[1] AS sustained_day,
        least(list_filter(days, lambda d, i: i > 2 AND date_diff('day', days[i - 2], d) < 14)[1], sustained_day)
            AS piloted_day
    FROM weekly
), placed AS (
    SELECT *, date_diff('day', $oldest, first_day) >= 7 AS begin_known,
        row_number() OVER (PARTITION BY service ORDER BY piloted_day NULLS LAST, identity) AS pilot,
        row_number() OVER (PARTITION BY service ORDER BY sustained_day NULLS LAST, identity) AS place
    FROM person
), tool AS (
    SELECT service, count(*) AS tried, count(piloted_day) AS piloted, count(sustained_day) AS sustained,
        median(date_diff('day', first_day, piloted_day)) FILTER (begin_known) AS days_to_pilot,
        median(date_diff('day', first_day, sustained_day)) FILTER (begin_known) AS days_to_sustained,
        count(*) FILTER (begin_known) AS begin_known,
        -- a tool is as far as three people came
        min(first_day) AS tried_on, min(piloted_day) FILTER (pilot = 3) AS piloted_on,
        min(sustained_day) FILTER (place = 3) AS sustained_on,
        date_diff('day', $oldest, $newest) >= 27 AS long_enough
    FROM placed GROUP BY ALL
)
SELECT service, coalesce(product.kind, 'task-specific') AS kind, tried, piloted,
    CASE WHEN long_enough THEN sustained END AS sustained,
    per_hundred(piloted, tried) AS piloted_percent,
    CASE WHEN long_enough THEN per_hundred(sustained, tried) END AS sustained_percent,
    days_to_pilot, CASE WHEN long_enough THEN days_to_sustained END AS days_to_sustained, begin_known,
    strftime(tried_on, '%Y-%m-%d') AS tried_on, strftime(piloted_on, '%Y-%m-%d') AS piloted_on,
    CASE WHEN long_enough THEN strftime(sustained_on, '%Y-%m-%d') END AS sustained_on,
    CASE WHEN long_enough AND sustained_on NOTNULL THEN 'in use'
        WHEN piloted_on NOTNULL THEN 'piloted' ELSE 'tried' END AS stage,
    CASE WHEN NOT long_enough THEN 'under four weeks of data: sustained use cannot be seen'
        WHEN begin_known = 0 THEN 'everybody was there in the first week: days are unknown' END AS limits,
    CASE coalesce(product.kind, 'task-specific') WHEN 'generic' THEN $generic ELSE $task_specific END AS study
FROM tool LEFT JOIN product USING (service)
ORDER BY tried DESC, piloted DESC, service
