-- Sources of one format that reach into each other's time.
CREATE TEMP TABLE overlapping AS
SELECT source_id, format
FROM facts.sources
WHERE first_time IS NOT NULL
WINDOW before AS (PARTITION BY format ORDER BY first_time, source_id ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING),
    behind AS (PARTITION BY format ORDER BY first_time, source_id ROWS BETWEEN 1 FOLLOWING AND UNBOUNDED FOLLOWING)
QUALIFY max(last_time) OVER before >= first_time OR min(first_time) OVER behind <= last_time
