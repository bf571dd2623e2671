-- Of each person on each service, within the last $looked days that the logs cover up to $newest: on how
-- many of the days after the first they used it, and for how many days they have not. The first day is left
-- out where it lies within those days; `before` are the days of the data until then, not a number where it
-- lies earlier.
WITH covered AS (
    SELECT day, row_number() OVER (ORDER BY day DESC) - 1 AS age
    FROM (SELECT DISTINCT day FROM coverage WHERE events > 0 AND day BETWEEN $oldest AND $newest)
), aged AS (
    SELECT used.*, coalesce(covered.age, 0) AS age FROM days_of_use AS used LEFT JOIN covered USING (day)
    WHERE day <= $newest
), edge AS (
    SELECT max(age) AS last, least($looked - 1, max(age)) AS window_age,
        (date_diff('day', min(day) FILTER (age < $looked), $newest) + 1) / 7 AS weeks FROM covered
)
-- as texts: lists of names would come with a library of their own
SELECT CAST(service AS VARCHAR) AS service, CAST(arg_max(team, day) AS VARCHAR) AS team,
    any_value(user_kind) = 'person' AS is_person,
    (count(*) FILTER (age <= window_age)
        - CASE WHEN max(age) <= window_age THEN 1 ELSE 0 END)::DOUBLE AS active,
    CASE WHEN max(age) <= window_age THEN max(age) ELSE window_age + 1 END::DOUBLE AS seen,
    CASE WHEN max(age) <= window_age THEN (last - max(age))::DOUBLE ELSE 'nan'::DOUBLE END AS before,
    min(age)::DOUBLE AS silent,
    (any_value(weeks) / (any_value(window_age) + 1))::DOUBLE AS threshold
FROM aged CROSS JOIN edge
GROUP BY service, identity, last, window_age
ORDER BY service, identity
