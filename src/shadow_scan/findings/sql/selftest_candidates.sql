CREATE TABLE candidates (host VARCHAR, score DOUBLE, users BIGINT, events BIGINT, bytes_up BIGINT)
