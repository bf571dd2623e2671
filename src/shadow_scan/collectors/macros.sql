-- Words shared by the statements of the formats. Only functions of their arguments: they run
-- wherever DuckDB runs, here or inside the task of a cluster.

CREATE MACRO dash_null(field) AS CASE WHEN field <> '-' AND field <> '' THEN field END;

-- Host, port and user information of a URL, absolute or without a scheme. A query that follows at
-- once is cut off where names are reduced, once for each distinct value.
CREATE MACRO url_authority(url) AS
    CASE WHEN contains(url, '://') THEN split_part(url, '/', 3) ELSE split_part(url, '/', 1) END;

-- The path of a URL behind its authority, with its query still on.
CREATE MACRO url_path(url) AS
    CASE WHEN contains(url, '://')
         THEN substr(url, strpos(url, '://') + 3 + length(split_part(url, '/', 3)))
         ELSE substr(url, 1 + length(split_part(url, '/', 1))) END;

-- What may follow a path (query, fragment, parameters) is cut off; the empty path is '/'.
CREATE MACRO without_query(path) AS CASE
    WHEN contains(path, '?') OR contains(path, '#') OR contains(path, ';')
    THEN coalesce(nullif(regexp_extract(path, '^[^?#;]*'), ''), '/')
    WHEN path = '' THEN '/' ELSE path END;

-- Squid: user names come percent-encoded, and its result says what it did; a challenge (407) and a
-- request that never came to be are neither allowed nor blocked.
CREATE MACRO squid_user(name) AS
    CASE WHEN contains(name, '%') THEN url_decode(name) ELSE dash_null(name) END;

CREATE MACRO squid_action(result, status) AS
    CASE WHEN status = 407 OR starts_with(result, 'NONE') THEN NULL
         WHEN starts_with(result, 'TCP_DENIED') THEN 'blocked'
         WHEN result IS NOT NULL THEN 'allowed' END;

-- seconds since 1970 with a fraction, as text
CREATE MACRO epoch_seconds(seconds) AS
    TRY(make_timestamp(CAST(round(try_cast(seconds AS DOUBLE) * 1000000) AS BIGINT)));

-- 'Sep 23 10:11:12': the newest such moment that does not lie after `latest_time`
CREATE MACRO yearless_time(moment) AS coalesce(
    CASE WHEN try_strptime(year(getvariable('latest_time')) || ' ' || moment, '%Y %b %d %H:%M:%S')
              <= getvariable('latest_time')
         THEN try_strptime(year(getvariable('latest_time')) || ' ' || moment, '%Y %b %d %H:%M:%S')
    END,
    try_strptime((year(getvariable('latest_time')) - 1) || ' ' || moment, '%Y %b %d %H:%M:%S'));

-- a moment on the clock of the log's own place
CREATE MACRO from_local(moment) AS
    CASE WHEN getvariable('zone') = 'UTC' THEN moment
         ELSE timezone('UTC', timezone(getvariable('zone'), moment)) END;

-- ISO 8601 with an offset or 'Z'; without one it is the log's own place again
CREATE MACRO iso_time(moment) AS
    CASE WHEN regexp_matches(moment, '(Z|[+-]\d\d:?\d\d)$')
         THEN timezone('UTC', try_cast(regexp_replace(moment, '([+-]\d\d)(\d\d)$', '\1:\2') AS TIMESTAMPTZ))
         ELSE from_local(try_cast(moment AS TIMESTAMP)) END;

-- A path without its query, and no longer than anybody needs.
CREATE MACRO bare_path(path) AS left(without_query(path), 2048);

-- Segments that look like an id, a token, a mail address or a file name: two digits, a long run of
-- letters, or anything but letters, digits and hyphens. `kept` are those that rules name.
CREATE MACRO is_telling(path) AS
    regexp_matches(path, '/[^/]*(?:[^A-Za-z0-9_/-]|[0-9][^/]*[0-9]|[A-Za-z]{25})');

CREATE MACRO masked_segments(path) AS
    regexp_replace(path, '/[^/]*(?:[^A-Za-z0-9_/-]|[0-9][^/]*[0-9]|[A-Za-z]{25})[^/]*', '/*', 'g');

CREATE MACRO masked_path(path) AS CASE
    WHEN NOT is_telling(path) THEN path
    WHEN regexp_matches(path, getvariable('kept_pattern'))
    THEN array_to_string(list_transform(string_split(path, '/'), lambda segment:
        CASE WHEN list_contains(getvariable('kept'), segment) THEN segment
             ELSE substr(masked_segments('/' || segment), 2) END), '/')
    ELSE masked_segments(path) END;
