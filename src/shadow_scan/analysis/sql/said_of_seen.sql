-- One digest of what the rules say of all hosts and paths that were seen.
SELECT sha256(coalesce(string_agg(said, chr(10) ORDER BY said), ''))
FROM (
    SELECT CAST(host_class AS VARCHAR) AS said FROM host_class
    UNION ALL
    SELECT CAST(path_class AS VARCHAR) FROM path_class
)
