-- Paths as they may be stored, for each of `texts(value)`: words of a feature stay; a segment that looks
-- like an id, a token, a mail address or a file name becomes '*', unless a rule names it; six segments
-- at most.
WITH bare AS (
    SELECT bare_path(value) AS path FROM texts
), short AS (
    SELECT path LIKE '/%/%/%/%/%/%/%' AS deep,
        CASE WHEN deep THEN regexp_extract(path, '^(?:/[^/]*){0,6}') ELSE path END AS path
    FROM bare
)
SELECT masked_path(path) || CASE WHEN deep THEN '/*' ELSE '' END AS text FROM short
