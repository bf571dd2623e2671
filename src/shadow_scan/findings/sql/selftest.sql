-- The derived tables that policies read, empty, for the tests that policy files carry.
CREATE TABLE sources (
    source_id INTEGER, source_file VARCHAR, format VARCHAR, first_time TIMESTAMP, last_time TIMESTAMP);
CREATE TABLE coverage (source_file VARCHAR, source_id INTEGER, day DATE, blind VARCHAR[]);
CREATE TABLE vantages (format VARCHAR, place INTEGER, bit BIGINT);
CREATE TABLE requests (source_id INTEGER, service VARCHAR, team VARCHAR);
CREATE TABLE services (
    service VARCHAR, name VARCHAR, category VARCHAR, trains VARCHAR, region VARCHAR, agreement VARCHAR);
CREATE TABLE usage (
    service VARCHAR, team VARCHAR, identity VARCHAR, user_kind VARCHAR, day DATE, activity VARCHAR,
    task VARCHAR, account VARCHAR, plan VARCHAR, surface VARCHAR, events BIGINT,
    counted_events BIGINT, blocked BIGINT, bytes_up BIGINT, bytes_down BIGINT,
    first_time TIMESTAMP, last_time TIMESTAMP, strength TINYINT);
CREATE TABLE sessions (
    session VARCHAR, service VARCHAR, team VARCHAR, identity VARCHAR, user_kind VARCHAR,
    activity VARCHAR, task VARCHAR, account VARCHAR, plan VARCHAR, surface VARCHAR, events BIGINT,
    bytes_up BIGINT, bytes_down BIGINT, first_time TIMESTAMP, last_time TIMESTAMP, strength TINYINT);
CREATE TABLE candidates (
    host VARCHAR, score DOUBLE, users BIGINT, events BIGINT, bytes_up BIGINT, bytes_down BIGINT,
    first_time TIMESTAMP, last_time TIMESTAMP)
