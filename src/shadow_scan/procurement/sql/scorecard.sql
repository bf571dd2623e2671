-- The six criteria by which buyers chose, for every service in use: what the catalogue states, what was
-- seen, what our people answered; what nobody knows stays unknown.
WITH day_of_use AS (
    SELECT service, identity, day, week_of(day, $newest) AS week, coalesce(task, 'unknown') AS task
    FROM usage
    WHERE counted_events > 0 AND shown(activity, $activity)
    GROUP BY ALL
), person AS (
    SELECT service, identity, count(DISTINCT day) FILTER (week < 4) AS days,
        count(DISTINCT week) FILTER (week < 4) AS weeks
    FROM day_of_use GROUP BY ALL
), used AS (
    SELECT service, count(*) AS users,
        count(*) FILTER (regular(days, weeks, weeks_seen($oldest, $newest))) AS regulars
    FROM person GROUP BY service
), tasks AS (
    SELECT service, count(DISTINCT task) FILTER (task <> 'unknown') AS tasks FROM day_of_use GROUP BY service
), facts AS (
    SELECT service, criterion, string_agg(name || ': ' || value, '; ' ORDER BY name) AS fact,
        string_agg(DISTINCT source, '; ') AS source, min(coalesce(as_of, 'recorded ' || recorded)) AS as_of
    FROM terms JOIN (VALUES ('compliance', 'trust'), ('single_sign_on', 'disruption'),
        ('training_default', 'data'), ('retention', 'data'), ('residency', 'data'),
        ('memory', 'learning'), ('customisation', 'workflow'), ('enterprise_plans', 'flexibility'))
        AS meant(name, criterion) USING (name)
    GROUP BY ALL
), seen AS (
    SELECT service, unnest([
        {criterion: 'workflow', seen: CASE WHEN weeks_seen($oldest, $newest) >= 2
            THEN regulars || ' of ' || users || ' users are regular' END},
        {criterion: 'learning', seen: CASE WHEN tasks > 0 THEN 'used for ' || tasks || ' kinds of work' END},
        {criterion: 'disruption', seen: CASE WHEN len(surfaces) > 0
            THEN 'comes as ' || array_to_string(surfaces, ', ') END}], recursive := true)
    FROM used JOIN tasks USING (service) LEFT JOIN product USING (service)
)
SELECT used.service, criteria.criterion, criteria.means,
    coalesce(answers.grade, 'unknown') AS answer,
    answers.reason,
    CASE WHEN answers.grade NOTNULL THEN coalesce(answers."by", 'our people')
         || coalesce(', ' || strftime(answers.as_of, '%Y-%m-%d'), '') END AS answered_by,
    facts.fact AS catalogue, facts.source, facts.as_of, seen.seen AS observed,
    CASE WHEN answers.grade NOTNULL AND answers.grade <> 'unknown' THEN 'answered'
        WHEN facts.fact NOTNULL OR seen.seen NOTNULL THEN 'hints' ELSE 'unknown' END AS known,
    users
FROM used CROSS JOIN criteria
LEFT JOIN answers ON answers.service = used.service AND answers.criterion = criteria.criterion
LEFT JOIN facts ON facts.service = used.service AND facts.criterion = criteria.criterion
LEFT JOIN seen ON seen.service = used.service AND seen.criterion = criteria.criterion
ORDER BY users DESC, used.service, criteria.place
