-- Leases of a file (`entries`), laid over those of earlier files. Whoever asks takes the lease that began
-- last before a moment; one without a device ends those before it. Of two that begin together, what was
-- told last holds.
CREATE TEMP TABLE told AS
WITH others AS (
    -- A begin that is assumed goes no further back than what earlier files said of other devices.
    SELECT e.address_text, e.begin_time, max(CASE WHEN held.device_text IS NULL THEN held.begin_time
        ELSE least(coalesce(held.end_time, e.known_time), e.known_time) END) AS until
    FROM entries AS e
    JOIN leases AS held ON held.address_text = e.address_text AND held.begin_time <= e.known_time
        AND held.device_text IS DISTINCT FROM e.device_text
    GROUP BY e.address_text, e.begin_time
), begun AS (
    SELECT e.* REPLACE (greatest(e.begin_time, o.until) AS begin_time)
    FROM entries AS e LEFT JOIN others AS o
        ON o.address_text = e.address_text AND o.begin_time = e.begin_time
)
-- A server that takes a lease back writes it again without its name; the name was right all the same.
SELECT b.address_text,
    CASE WHEN b.nameless THEN coalesce(before.device_text, b.device_text) ELSE b.device_text END
        AS device_text,
    b.begin_time, b.end_time
FROM begun AS b LEFT JOIN (
    SELECT address_text, begin_time, any_value(device_text) AS device_text FROM leases
    GROUP BY address_text, begin_time
) AS before ON before.address_text = b.address_text AND before.begin_time = b.begin_time;

DELETE FROM leases USING told
WHERE leases.address_text = told.address_text AND leases.begin_time = told.begin_time
    AND (leases.device_text IS DISTINCT FROM told.device_text
        OR leases.end_time IS DISTINCT FROM told.end_time);

INSERT INTO leases SELECT * FROM told EXCEPT SELECT * FROM leases;

DROP TABLE told
