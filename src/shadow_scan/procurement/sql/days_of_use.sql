-- Who used what on which day: all that an estimate of seats reads.
SELECT DISTINCT service, team, identity, user_kind, day FROM usage
WHERE counted_events > 0 AND shown(activity, $activity)
