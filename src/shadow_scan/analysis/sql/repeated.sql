-- What a log writes again under its name of a record (`flow` below zero), as it grows or after an outage, is
-- one record: as it was written last, from its first begin on.
CREATE TEMP TABLE repeated AS
SELECT * REPLACE (min(event_time) OVER same AS event_time, max(end_time) OVER same AS end_time, NULL AS flow)
FROM {records}
WHERE flow < 0
WINDOW same AS (PARTITION BY flow, host_id)
QUALIFY row_number() OVER (
    PARTITION BY flow, host_id
    ORDER BY event_time DESC, coalesce(bytes_up, 0) + coalesce(bytes_down, 0) DESC, source_id DESC, source_line DESC
) = 1;

DELETE FROM {records} WHERE flow < 0;

INSERT INTO {records} BY NAME FROM repeated;

DROP TABLE repeated
