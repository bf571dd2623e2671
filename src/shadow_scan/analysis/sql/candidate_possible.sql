-- Strangers for whom enough ($1: those sets of signs) is told; those of whom nothing is, if that does ($2).
CREATE TEMP TABLE possible AS
SELECT host_id FROM told WHERE list_contains(CAST($1 AS VARCHAR[][]), signs)
UNION ALL
SELECT host_id FROM strangers ANTI JOIN told USING (host_id) WHERE $2
