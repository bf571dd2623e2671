-- Facts: what the logs said. Append only; every row knows its source and line.
-- Texts stand once in a dictionary; events carry integers.

CREATE TABLE meta (key VARCHAR PRIMARY KEY, value VARCHAR NOT NULL);

CREATE TABLE sources (
    source_id INTEGER PRIMARY KEY,
    source_file VARCHAR NOT NULL,
    format VARCHAR,
    kind VARCHAR,                   -- of recorder: proxy, firewall, dns ...
    status VARCHAR NOT NULL,        -- reading, read, damaged, empty, unrecognised, unreadable
    damage VARCHAR,                 -- what is missing, or why all is, in one line
    assumed VARCHAR,                -- what the log did not say (zone, year)
    zone VARCHAR,                   -- of times that were read as local ones
    file_bytes BIGINT,
    file_time_ns BIGINT,
    head_bytes INTEGER NOT NULL,    -- length and digest of the first bytes: how a copy is noticed
    head_digest VARCHAR NOT NULL,
    read_bytes BIGINT NOT NULL,     -- decompressed bytes read to the last line end, and their digest
    read_digest VARCHAR NOT NULL,
    milestone_bytes BIGINT,         -- a length, and the digest there, from which a reading of what the
    milestone_digest VARCHAR,       -- file grew by may begin
    header VARCHAR,                 -- JSON: where a header-driven log stands
    lines BIGINT NOT NULL,
    events BIGINT NOT NULL,
    rejected BIGINT NOT NULL,
    skipped BIGINT NOT NULL,
    mended BIGINT NOT NULL,         -- lines that were no UTF-8
    first_time TIMESTAMP,
    last_time TIMESTAMP,
    tail_verdict VARCHAR,           -- a last line without line end: event, rejected or skipped ...
    tail_reason VARCHAR,            -- ... which is read again when the file has grown
    clock_jumps BIGINT NOT NULL,    -- how often time steps back by over an hour, and the first such line
    first_jump BIGINT
);

CREATE TABLE source_reasons (
    source_id INTEGER NOT NULL,
    verdict VARCHAR NOT NULL,       -- rejected or skipped
    reason VARCHAR NOT NULL,
    lines BIGINT NOT NULL,
    first_lines BIGINT[] NOT NULL,  -- the first few, to look at
    PRIMARY KEY (source_id, verdict, reason)
);

-- digests at recorded lengths: by them a shorter copy of a source is known
CREATE TABLE source_marks (source_id INTEGER, read_bytes BIGINT, read_digest VARCHAR);

CREATE TABLE hosts (id INTEGER, text VARCHAR);
CREATE TABLE users (id INTEGER, text VARCHAR);
CREATE TABLE devices (id INTEGER, text VARCHAR);
CREATE TABLE addresses (id INTEGER, text VARCHAR, subnet_team VARCHAR, relay VARCHAR);
CREATE TABLE departments (id INTEGER, text VARCHAR);
CREATE TABLE destinations (id INTEGER, text VARCHAR);
CREATE TABLE methods (id INTEGER, text VARCHAR);
CREATE TABLE paths (id INTEGER, text VARCHAR);
CREATE TABLE agents (id INTEGER, text VARCHAR);

-- From the people file, under the names that the store uses: every spelling of a person leads to
-- one, and a device to its person.
CREATE TABLE people (user_text VARCHAR, team VARCHAR, function VARCHAR, site VARCHAR);
CREATE TABLE people_aliases (alias_text VARCHAR, user_text VARCHAR);
CREATE TABLE people_devices (
    device_text VARCHAR, user_text VARCHAR, team VARCHAR, function VARCHAR, site VARCHAR);

-- DHCP leases of all lease files so far: which device held an address, and when (end: not any more).
CREATE TABLE leases (
    address_text VARCHAR, device_text VARCHAR, begin_time TIMESTAMP, end_time TIMESTAMP);

-- How many events of a source each hour (since 1970, UTC) has, and how many of them fill a field: all
-- rows of an hour are added up. What is taken back is a row of negative numbers.
CREATE TABLE hours (
    source_id INTEGER NOT NULL, hour BIGINT NOT NULL, strength TINYINT, events BIGINT NOT NULL,
    users BIGINT, devices BIGINT, addresses BIGINT, hosts BIGINT, paths BIGINT, statuses BIGINT, up BIGINT,
    down BIGINT, durations BIGINT, agents BIGINT, referrers BIGINT, actions BIGINT);
