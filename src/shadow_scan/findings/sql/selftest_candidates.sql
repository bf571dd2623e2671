CREATE TABLE candidates (
    host VARCHAR, score DOUBLE, users BIGINT, events BIGINT, bytes_up BIGINT, bytes_down BIGINT,
    first_time TIMESTAMP, last_time TIMESTAMP)
