-- Services in use of the same kind as one, which are not sanctioned for everybody.
SELECT DISTINCT u.service
FROM all_usage AS u
JOIN services AS k USING (service)
WHERE u.service <> $service AND u.counted_events > 0
    AND k.category = (SELECT category FROM services AS s WHERE s.service = $service)
    AND u.service NOT IN (SELECT service FROM rulings WHERE status = 'sanctioned' AND team IS NULL
        AND plan IS NULL)
ORDER BY u.service
