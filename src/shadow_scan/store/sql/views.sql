-- What filters and listings read of the derived tables; folding replaces both.
CREATE TEMP VIEW all_usage AS FROM {catalog}.main.usage;
CREATE TEMP VIEW all_sessions AS FROM {catalog}.main.sessions
