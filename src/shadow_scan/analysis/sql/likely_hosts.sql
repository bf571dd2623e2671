-- Hosts that end as names do of which rules speak, or hold a word of theirs in their first label: the
-- others need not be looked at one by one.
SELECT id, text FROM facts.hosts
WHERE regexp_extract(text, '[^.]*\.[^.]*$') IN (SELECT unnest($names::VARCHAR[]))
    OR regexp_matches(text, $tails) OR regexp_matches(text, $words)
