-- All evidence of a session in one line of words, so that sessions that show the same are asked about once.
CREATE TEMP TABLE evidence AS
WITH asked AS (
    SELECT session, array_to_string(list_sort(list(DISTINCT signal)), ' ') AS signals
    FROM asking JOIN look_signal USING (look_id)
    GROUP BY session
), clients AS (
    SELECT session, array_to_string(list_sort(list(DISTINCT client)), ' ') AS clients
    FROM asking WHERE counted AND client <> '' GROUP BY session
), referrers AS (
    SELECT session, array_to_string(list_sort(list(DISTINCT application)), ' ') AS referrers
    FROM asking JOIN application_class ON application_class.host_id = asking.referrer_id
    GROUP BY session
), most AS (
    SELECT session, any_value(service) AS service, max(strength) AS strength,
        max(bytes_up) AS up, max(bytes_down) AS down
    FROM asking GROUP BY session
), usual AS (
    SELECT service, strength, median(up) AS up, median(down) AS down
    FROM most GROUP BY service, strength HAVING count(*) >= 5
), sized AS (
    SELECT most.session, concat_ws(' ',
        CASE WHEN most.up >= 100000 AND most.up >= 5 * usual.up THEN 'upload' END,
        CASE WHEN most.up >= 1000000 AND most.up >= 20 * usual.up THEN 'large-upload' END,
        CASE WHEN most.down >= 1500000 AND most.down >= 5 * usual.down THEN 'large-download' END) AS sizes
    FROM most JOIN usual USING (service, strength)
)
SELECT t.session, concat_ws('|', t.service,
    CASE t.strength WHEN 3 THEN 'transacted' WHEN 2 THEN 'connected' ELSE 'resolved' END,
    coalesce(signals, ''), coalesce(clients, ''), coalesce(context, ''), coalesce(referrers, ''),
    coalesce(f.known, ''), coalesce(sizes, '')) AS shown
FROM session_totals AS t
LEFT JOIN asked USING (session)
LEFT JOIN clients USING (session)
LEFT JOIN session_context USING (session)
LEFT JOIN referrers USING (session)
LEFT JOIN sized USING (session)
LEFT JOIN (SELECT identity, any_value(function) AS function FROM identities GROUP BY identity) AS person
    ON person.identity = t.identity
LEFT JOIN function_class AS f
    ON f.function = coalesce(person.function, '') AND f.team = coalesce(t.team, '')
