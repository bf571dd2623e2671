-- Whose each of these records is.
CREATE TEMP TABLE owners AS
SELECT r.source_id, r.source_line, i.identity, i.team
FROM {table} AS r
JOIN strange_identities AS i
    ON i.user_id IS NOT DISTINCT FROM r.user_id
    AND i.device_id IS NOT DISTINCT FROM r.device_id
    AND i.address_id IS NOT DISTINCT FROM r.address_id
    AND i.department_id IS NOT DISTINCT FROM r.department_id
    AND i.leased IS NOT DISTINCT FROM r.leased
    AND i.seen_user_id IS NOT DISTINCT FROM r.seen_user_id
