-- The ledger of what can be seen: for each source and day (UTC) what is there, which fields it fills,
-- what hides names, and when a recorder was silent that speaks at such hours on other days.
CREATE OR REPLACE TEMP MACRO told(amount, one) AS amount || ' ' || one || CASE amount WHEN 1 THEN '' ELSE 's' END;

CREATE TEMP TABLE hour_seen AS
SELECT source_id, make_timestamp(hour * 3600000000) AS hour, max(strength) AS strength,
    sum(COLUMNS(* EXCLUDE (source_id, hour, strength)))::BIGINT
FROM (
    SELECT source_id, hour, strength, sum(COLUMNS(* EXCLUDE (source_id, hour, strength)))
    FROM facts.hours GROUP BY source_id, hour, strength HAVING sum(events) > 0
)
GROUP BY source_id, hour;

-- Records without a name (or with an address for one), but for those whose connection another record names (Zeek conn beside ssl).
CREATE TEMP TABLE unnamed AS
WITH bare AS MATERIALIZED (
    SELECT id FROM facts.hosts WHERE regexp_full_match(text, '[0-9.]+') OR contains(text, ':')
), nameless AS MATERIALIZED (
    SELECT source_id, CAST(event_time AS DATE) AS day, flow FROM facts.events
    WHERE strength >= 2 AND (host_id IS NULL OR host_id IN (FROM bare))
), named_flow AS (
    SELECT DISTINCT e.flow FROM facts.events AS e
    SEMI JOIN (SELECT flow FROM nameless WHERE flow IS NOT NULL) AS wanted ON wanted.flow = e.flow
    WHERE e.host_id IS NOT NULL AND e.host_id NOT IN (FROM bare)
)
SELECT source_id, day, count(*) AS events
FROM nameless ANTI JOIN named_flow USING (flow)
GROUP BY source_id, day;

CREATE TEMP TABLE veiled AS
SELECT e.source_id, CAST(e.event_time AS DATE) AS day,
    count(*) FILTER (h.role = 'resolver') AS resolvers, count(*) FILTER (h.role = 'veil') AS veils
FROM facts.events AS e
JOIN (SELECT host_id, role FROM host_class WHERE role IN ('resolver', 'veil')) AS h USING (host_id)
GROUP BY e.source_id, CAST(e.event_time AS DATE);

-- AI requests of nobody in any team, of all AI requests.
CREATE TEMP TABLE owners AS
SELECT source_id, CAST(event_time AS DATE) AS day, count(*) AS requests,
    count(*) FILTER (team = 'unattributed') AS unattributed
FROM requests
GROUP BY source_id, CAST(event_time AS DATE);

-- Hours and whole days without any record of a recorder (all logs of one format), between its first and
-- its last. Silence tells nothing where records are few: on at least three other days of the same kind
-- (weekday, weekend), and three in four of them, there are some, and twenty on the middle one.
CREATE TEMP TABLE silence AS
WITH hourly AS (
    SELECT s.format, h.hour, CAST(h.hour AS DATE) AS day, hour(h.hour) AS clock_hour,
        dayofweek(h.hour) IN (0, 6) AS weekend, sum(h.events) AS events
    FROM hour_seen AS h JOIN facts.sources AS s USING (source_id)
    GROUP BY s.format, h.hour
), daily AS (
    SELECT format, day, weekend, sum(events) AS events FROM hourly GROUP BY format, day, weekend
), usual_day AS (
    SELECT format, weekend, count(*) AS days, median(events) AS middle
    FROM daily GROUP BY format, weekend HAVING count(*) >= 3
), usual_hour AS (
    SELECT format, weekend, clock_hour
    FROM hourly JOIN usual_day USING (format, weekend)
    GROUP BY format, weekend, clock_hour
    HAVING count(*) >= 3 AND count(*) >= 0.75 * any_value(days) AND median(events) >= 20
), span AS (
    SELECT format, min(hour) AS first_hour, max(hour) AS last_hour FROM hourly GROUP BY format
), expected AS (
    -- a clock that jumped must not make a calendar of centuries
    SELECT format, hour, CAST(hour AS DATE) AS day, hour(hour) AS clock_hour,
        dayofweek(hour) IN (0, 6) AS weekend
    FROM (
        SELECT format, unnest(generate_series(first_hour, last_hour, INTERVAL 1 HOUR)) AS hour
        FROM span WHERE last_hour - first_hour < INTERVAL 800 DAYS
    )
), lost_day AS (
    SELECT DISTINCT e.format, e.day
    FROM expected AS e
    JOIN usual_day AS u ON u.format = e.format AND u.weekend = e.weekend AND u.middle >= 20
    ANTI JOIN daily AS d ON d.format = e.format AND d.day = e.day
), lost_hour AS (
    SELECT e.format, e.day, e.clock_hour
    FROM expected AS e
    SEMI JOIN usual_hour AS u ON u.format = e.format AND u.clock_hour = e.clock_hour
        AND u.weekend = e.weekend
    SEMI JOIN daily AS d ON d.format = e.format AND d.day = e.day
    ANTI JOIN hourly AS h ON h.format = e.format AND h.hour = e.hour
), run AS (
    SELECT *, clock_hour - row_number() OVER (PARTITION BY format, day ORDER BY clock_hour) AS island
    FROM lost_hour
), gap AS (
    SELECT format, day, min(clock_hour) AS first_at, max(clock_hour) + 1 AS end_at
    FROM run GROUP BY format, day, island
)
SELECT format, day, false AS whole,
    list(printf('%02d:00-%02d:00', first_at, end_at) ORDER BY first_at) AS gaps
FROM gap GROUP BY format, day
UNION ALL
SELECT format, day, true, ['00:00-24:00'] FROM lost_day;

-- When clocks are set back, an hour comes twice: local times do not tell which.
CREATE TEMP TABLE doubled AS
SELECT source_id, CAST(hour AS DATE) AS day, zone,
    string_agg(strftime(hour, '%H:00') || '-' || strftime(hour + INTERVAL 1 HOUR, '%H:00'), ', '
        ORDER BY hour) AS hours
FROM hour_seen JOIN facts.sources USING (source_id)
WHERE zone <> 'UTC' AND timezone(zone, timezone('UTC', hour))
    = timezone(zone, timezone('UTC', hour - INTERVAL 1 HOUR))
GROUP BY source_id, CAST(hour AS DATE), zone;

-- Clocks that stand apart, in words. Whole quarters of an hour are mostly a zone that nobody said.
CREATE TEMP TABLE apart AS
SELECT source_id, CAST(day AS DATE) AS day, list(claim ORDER BY claim) AS claims
FROM (
    SELECT source_id, unnest(generate_series(since, until, INTERVAL 1 DAY)) AS day,
        printf('when, and how often (%d:%02d:%02d %s %s in %d of %d visits of both, so not joined: mend a clock%s)',
            abs(behind) // 3600, abs(behind) // 60 % 60, abs(behind) % 60,
            CASE WHEN behind > 0 THEN 'behind' ELSE 'ahead of' END, other, visits, of_visits,
            CASE WHEN zone IS NOT NULL AND abs((abs(behind) + 450) % 900 - 450) <= 10
                THEN ', or scan with --tz' ELSE '' END) AS claim
    FROM clocks JOIN facts.sources USING (source_id)
)
GROUP BY source_id, day;

CREATE TABLE coverage AS
WITH seen AS (
    SELECT source_id, CAST(hour AS DATE) AS day, sum(events)::BIGINT AS events,
        sum(users) AS users, sum(devices) AS devices, sum(addresses) AS addresses,
        sum(hosts) AS hosts, sum(paths) AS paths, sum(statuses) AS statuses, sum(up) AS up,
        sum(down) AS down, sum(durations) AS durations, sum(agents) AS agents,
        sum(referrers) AS referrers, sum(actions) AS actions, max(strength) AS strength
    FROM hour_seen GROUP BY source_id, CAST(hour AS DATE)
), shares AS (
    SELECT seen.*,
        coalesce(u.events, 0) AS unnamed, coalesce(v.resolvers, 0) AS resolvers,
        coalesce(v.veils, 0) AS veils, o.requests, o.unattributed
    FROM seen
    LEFT JOIN unnamed AS u USING (source_id, day)
    LEFT JOIN veiled AS v USING (source_id, day)
    LEFT JOIN owners AS o USING (source_id, day)
)
SELECT s.source_file, s.source_id, s.format, shares.day, shares.events AS lines, shares.events,
    0::BIGINT AS rejected, 0::BIGINT AS skipped,
    list_filter([
        CASE WHEN users = 0 THEN 'who (no user names)' END,
        CASE WHEN users > 0 AND users < 0.5 * shares.events
            THEN printf('who (user names on %d %% of the records)', (100 * users // shares.events)::INTEGER) END,
        CASE WHEN strength = 1 THEN 'use (lookups alone)' END,
        CASE WHEN strength > 1 AND up = 0 THEN 'upload sizes' END,
        CASE WHEN strength > 1 AND down = 0 THEN 'download sizes' END,
        CASE WHEN strength > 1 AND paths = 0 THEN 'what was done (no paths)' END,
        CASE WHEN hosts = 0 AND unnamed > 0 THEN 'where to (no names)'
             WHEN unnamed > 0 THEN printf('where to (%s with no name or a bare address)', told(unnamed, 'record')) END,
        CASE WHEN resolvers > 0 THEN printf('further names (%s to encrypted DNS)', told(resolvers, 'request')) END,
        CASE WHEN veils > 0 THEN printf('names behind ECH or a relay (%s)', told(veils, 'request')) END,
        CASE WHEN doubled.hours IS NOT NULL
            THEN printf('when (%s UTC, or an hour before: that hour came twice in %s)', doubled.hours, doubled.zone) END,
        CASE WHEN len(silence.gaps) > 0
            THEN printf('%s UTC (silent; other days speak then)', list_aggregate(silence.gaps, 'string_agg', ', ')) END]
        || coalesce(apart.claims, []),
        lambda claim: claim IS NOT NULL) AS blind,
    list_filter([
        {'name': 'user', 'seen': users}, {'name': 'device', 'seen': devices},
        {'name': 'address', 'seen': addresses}, {'name': 'host', 'seen': hosts},
        {'name': 'path', 'seen': paths}, {'name': 'status', 'seen': statuses},
        {'name': 'bytes_up', 'seen': up}, {'name': 'bytes_down', 'seen': down},
        {'name': 'duration', 'seen': durations}, {'name': 'user_agent', 'seen': agents},
        {'name': 'referrer', 'seen': referrers}, {'name': 'action', 'seen': actions}],
        lambda field: field.seen > 0) AS filled,
    round((unnamed + veils) / shares.events, 4) AS unseen_share,
    round(unattributed / requests, 4) AS unattributed_share,
    coalesce(silence.gaps, []) AS gaps
FROM shares
JOIN facts.sources AS s USING (source_id)
LEFT JOIN doubled ON doubled.source_id = shares.source_id AND doubled.day = shares.day
LEFT JOIN apart ON apart.source_id = shares.source_id AND apart.day = shares.day
LEFT JOIN silence ON silence.format = s.format AND silence.day = shares.day
UNION ALL
-- Lines that became no event have no day: they stand in a row of their own, so that a source's rows add
-- up to its lines.
SELECT source_file, source_id, format, NULL, rejected + skipped, 0, rejected, skipped,
    list_filter([CASE WHEN rejected > 0 THEN 'lines that could not be read' END,
        CASE WHEN clock_jumps > 0 THEN printf('when (the clock steps back by over an hour %s, first at line %d)',
            CASE clock_jumps WHEN 1 THEN 'once' ELSE clock_jumps || ' times' END, first_jump) END,
        CASE WHEN status = 'damaged' THEN 'what is behind the damage: ' || damage END,
        CASE WHEN status = 'reading' THEN 'what is behind line ' || lines || ': it was not read to its end' END,
        CASE WHEN status = 'unrecognised' THEN 'the whole file: no known format' END,
        CASE WHEN status = 'unreadable' THEN 'all that is in it: ' || damage END],
        lambda claim: claim IS NOT NULL),
    [], NULL, NULL, []
FROM facts.sources
WHERE rejected + skipped + clock_jumps > 0 OR status IN ('damaged', 'reading', 'unrecognised', 'unreadable')
UNION ALL
-- A day of which a recorder left nothing at all is a row too: what happened then cannot be claimed.
SELECT NULL, NULL, format, day, 0, 0, 0, 0,
    [printf('the whole day (no record of %s, which has some on other such days)', format)], [], NULL, NULL, gaps
FROM silence WHERE whole;

DROP TABLE hour_seen;
DROP TABLE unnamed;
DROP TABLE veiled;
DROP TABLE owners;
DROP TABLE doubled;
DROP TABLE apart;
DROP TABLE silence
