-- What the policies found, as it stands today.
CREATE TEMP TABLE findings (
    finding VARCHAR, policy VARCHAR, severity VARCHAR, service VARCHAR, team VARCHAR,
    reasons VARCHAR[], users BIGINT, events BIGINT, bytes_up BIGINT, first_time TIMESTAMP,
    last_time TIMESTAMP, state VARCHAR, name VARCHAR, host VARCHAR, sessions BIGINT, blocked BIGINT,
    bytes_down BIGINT, days BIGINT, recommendation VARCHAR, coverage VARCHAR[], evidence VARCHAR[],
    answer VARCHAR)
