-- Of each service and team: in how many sources it was seen, and what those are blind to.
SELECT service, team, count(DISTINCT source_file) AS sources,
    list_sort(list_distinct(list(DISTINCT regexp_extract(source_file, '[^/]*$') || ' cannot show: '
        || array_to_string(blind, ', ')) FILTER (len(blind) > 0))) AS blind
FROM seen_in
GROUP BY GROUPING SETS ((service, team), (service))
