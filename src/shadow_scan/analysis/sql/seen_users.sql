-- Who sat at an address that a log shows without any name, or at a device that it shows without its user:
-- the user whom other records (of a proxy that asks for names, of programs that somebody started) show
-- there within half an hour before and after. Where both sides disagree, where two were seen there at
-- the same moment, or where more than three people share the place on a day (terminal servers, address
-- translation), nobody.
UPDATE {table} SET seen_user_id = found.user_id
FROM (
    WITH nameless AS MATERIALIZED (
        SELECT source_id, source_line, event_time, {place} FROM {table}
        WHERE {nameless}
    ), sighting AS MATERIALIZED (
        SELECT e.{place}, e.event_time, e.user_id, coalesce(alias.user_text, users.text) AS person
        FROM facts.events AS e
        SEMI JOIN nameless USING ({place})
        JOIN facts.users ON users.id = e.user_id
        LEFT JOIN facts.people_aliases AS alias ON alias.alias_text = users.text
        WHERE e.status IS DISTINCT FROM 407
    ), shared AS (
        SELECT {place}, CAST(event_time AS DATE) AS day FROM sighting
        GROUP BY {place}, CAST(event_time AS DATE)
        HAVING count(DISTINCT person) > 3
    ), own AS MATERIALIZED (
        SELECT {place}, event_time, min(user_id) AS user_id, min(person) AS person,
            min(person) <> max(person) AS torn
        FROM sighting
        ANTI JOIN shared ON shared.{place} = sighting.{place}
            AND shared.day = CAST(sighting.event_time AS DATE)
        GROUP BY {place}, event_time
    ), before AS (
        SELECT n.source_id, n.source_line, own.user_id, own.person, own.torn
        FROM nameless AS n ASOF JOIN own
            ON own.{place} = n.{place} AND own.event_time <= n.event_time
        WHERE n.event_time - own.event_time <= INTERVAL 30 MINUTES
    ), after AS (
        SELECT n.source_id, n.source_line, own.user_id, own.person, own.torn
        FROM nameless AS n ASOF JOIN own
            ON own.{place} = n.{place} AND own.event_time > n.event_time
        WHERE own.event_time - n.event_time <= INTERVAL 30 MINUTES
    )
    SELECT source_id, source_line, coalesce(before.user_id, after.user_id) AS user_id
    FROM before FULL JOIN after USING (source_id, source_line)
    WHERE (before.person IS NULL OR after.person IS NULL OR before.person = after.person)
        AND NOT coalesce(before.torn, false) AND NOT coalesce(after.torn, false)
) AS found
WHERE {table}.source_id = found.source_id AND {table}.source_line = found.source_line
