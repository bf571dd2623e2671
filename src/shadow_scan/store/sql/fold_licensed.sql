-- What is bought for a team that folds is its people's, by name: others of the small teams have none of it.
INSERT INTO licensed
SELECT DISTINCT l.service, u.identity, NULL, false
FROM licensed AS l
JOIN {catalog}.main.usage AS u ON u.team = l.team AND (l.everyone OR (u.service = l.service AND u.counted_events > 0))
WHERE l.team IN (FROM folded);

DELETE FROM licensed WHERE team IN (FROM folded)
