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

-- Squid: user names come percent-encoded (what is no UTF-8 stays as it is written), and its result
-- says what it did; a challenge (407) and a request that never came to be are neither allowed nor
-- blocked.
CREATE MACRO squid_user(name) AS
    CASE WHEN contains(name, '%') THEN coalesce(TRY(url_decode(name)), name) ELSE dash_null(name) END;

CREATE MACRO squid_status(result) AS try_cast(substr(result, strpos(result, '/') + 1) AS INTEGER);

CREATE MACRO squid_action(result, status) AS
    CASE WHEN status = 407 OR starts_with(result, 'NONE') THEN NULL
         WHEN starts_with(result, 'TCP_DENIED') THEN 'blocked'
         WHEN result IS NOT NULL THEN 'allowed' END;

-- seconds since 1970 with a fraction, as text
CREATE MACRO epoch_seconds(seconds) AS
    TRY(make_timestamp(CAST(round(try_cast(seconds AS DOUBLE) * 1000000) AS BIGINT)));

-- 'Sep 23 10:11:12': the newest such moment that does not lie after `latest_time`. What does becomes
-- the first moment that is too late, and then nothing: so is the text read once, not twice.
CREATE MACRO after_latest() AS getvariable('latest_time') + INTERVAL 1 MICROSECOND;

CREATE MACRO yearless_time(moment) AS coalesce(
    nullif(least(try_strptime(year(getvariable('latest_time')) || ' ' || moment, '%Y %b %d %H:%M:%S'),
                 after_latest()), after_latest()),
    try_strptime((year(getvariable('latest_time')) - 1) || ' ' || moment, '%Y %b %d %H:%M:%S'));

-- What `timezone('UTC', instant)` says, in half the time.
CREATE MACRO in_utc(instant) AS make_timestamp(epoch_us(CAST(instant AS TIMESTAMPTZ)));

-- a moment on the clock of the log's own place
CREATE MACRO from_local(moment) AS
    CASE WHEN getvariable('zone') = 'UTC' THEN moment
         ELSE in_utc(timezone(getvariable('zone'), moment)) END;

-- ISO 8601 with an offset, 'Z', 'UTC' or a zone's name; without one it is the log's own place again.
-- Few words and few patterns: each is planned anew for each block of lines.
CREATE MACRO has_zone(moment) AS strlen(moment) > 12 AND regexp_matches(moment,
    '(?:\+..(?:..|:..)?|-(?:....|..:..)|:.*-..|:.* .*/.*|UTC|GMT)$');

CREATE MACRO iso_time(moment) AS CASE
    WHEN ends_with(moment, 'Z') THEN in_utc(try_cast(moment AS TIMESTAMPTZ))
    WHEN NOT (moment LIKE '____-__-_____:__:__') AND has_zone(moment)
    THEN in_utc(coalesce(try_cast(CASE WHEN contains(moment, ' +') OR contains(moment, ' -')
        THEN replace(replace(moment, ' +', '+'), ' -', '-')
        WHEN ends_with(moment, 'GMT') THEN replace(moment, 'GMT', 'Z') ELSE moment END AS TIMESTAMPTZ),
        -- '+3:00', and '--5:00' of who writes the sign twice
        try_cast(regexp_replace(moment, '-*([+-])(\d:\d\d)$', '\10\2') AS TIMESTAMPTZ)))
    ELSE from_local(try_cast(moment AS TIMESTAMP)) END;

-- The first of these texts that is a time, as headers of syslog write it.
CREATE MACRO header_time(moment) AS CASE
    WHEN moment < 'A' THEN iso_time(moment)
    WHEN moment LIKE '% ____ __:__:__' THEN from_local(try_strptime(moment, '%b %d %Y %H:%M:%S'))
    WHEN moment LIKE '___ ___ % UTC ____ ' THEN try_strptime(trim(moment), '%a %b %d %H:%M:%S UTC %Y')
    WHEN moment LIKE '___ ___ % ____ ' THEN from_local(try_strptime(trim(moment), '%a %b %d %H:%M:%S %Y'))
    ELSE from_local(yearless_time(moment)) END;

CREATE MACRO first_header_time(texts) AS list_filter(
    list_transform(texts, lambda moment: header_time(moment)), lambda instant: instant IS NOT NULL)[1];

-- A header out of a JSON list of objects: `called` is the member that holds its name.
CREATE MACRO listed_header(headers, called, name) AS nullif(regexp_extract(headers,
    '(?i)"' || called || '": ?"' || name || '", ?"value": ?"([^"]*)"', 1), '');

-- What a JSON list begins with; what is none is itself.
CREATE MACRO first_listed(field) AS CASE WHEN starts_with(field, '[') AND json_valid(field)
    THEN json_extract_string(field, '$[0]') ELSE field END;

-- A path without its query, and no longer than anybody needs.
CREATE MACRO bare_path(path) AS without_query(CASE WHEN strlen(path) > 2048 THEN left(path, 2048) ELSE path END);

-- Segments that look like an id, a token, a mail address or a file name: two digits, or one beside ten
-- letters, a long run of letters, capitals within words three times, or anything but letters, digits and
-- hyphens. `kept` are those that rules name.
CREATE MACRO telling() AS '/[^/]*(?:[^A-Za-z0-9_/-]|[0-9][^/]*[0-9]|[A-Za-z]{25}'
    || '|[0-9][A-Za-z]{10}|[A-Za-z]{10}[0-9]|(?:[a-z][A-Z][^/]*){3})';

CREATE MACRO is_telling(path) AS regexp_matches(path, telling());

CREATE MACRO masked_segments(path) AS
    regexp_replace(path, telling() || '[^/]*', '/*', 'g');

-- A custom assistant (`g-1a2b3c-nda-review-for-ada`) keeps of its name the words that rules read:
-- `g-*-nda-review`. They stand in `kept` as `g-*-nda`.
CREATE MACRO kept_slug(segment) AS concat_ws('-', 'g', '*', nullif(array_to_string(
    list_filter(list_slice(string_split(lower(segment), '-'), 3, 20),
        lambda word: list_contains(getvariable('kept'), 'g-*-' || word)), '-'), ''));

CREATE MACRO masked_path(path) AS CASE
    WHEN NOT regexp_matches(path, getvariable('kept_pattern')) THEN masked_segments(path)
    WHEN NOT is_telling(path) THEN path
    ELSE array_to_string(list_transform(string_split(path, '/'), lambda segment:
        CASE WHEN list_contains(getvariable('kept'), segment) THEN segment
             WHEN starts_with(segment, 'g-') THEN kept_slug(segment)
             ELSE substr(masked_segments('/' || segment), 2) END), '/') END;

-- Whether a flow's direction is the server's answer: from a well-known port to a higher one, or from
-- any below those that systems give to clients (32768 and up) to one of them.
CREATE MACRO is_answer(source_port, destination_port) AS
    coalesce(source_port < 1024 AND destination_port >= 1024
             OR source_port < 32768 AND destination_port >= 32768, false);

-- '10:11:12' of the newest day on which it does not lie after `latest_time`
CREATE MACRO dateless_time(clock) AS list_max(list_filter(list_transform([-1, 0, 1],
    lambda days: from_local(CAST(getvariable('latest_time') AS DATE) + days + try_cast(clock AS TIME))),
    lambda moment: moment <= getvariable('latest_time')));

-- Named fields (values of keys come from `keyed_values`) --------------------------------------------

-- CEF: seven header fields parted by '|' (from 1), then an extension of key=value.
CREATE MACRO cef_header(line, place) AS split_part(
    CASE WHEN contains(line, '\|') THEN replace(line, '\|', '/') ELSE line END, '|', place);

-- Relays write a tab as '#011', templates that nobody filled in as '\t'.
CREATE MACRO tabbed(line) AS
    CASE WHEN contains(line, '#011') THEN replace(line, '#011', chr(9))
         WHEN contains(line, '\tsrc=') AND NOT contains(line, chr(9))
         THEN regexp_replace(line, '\\t(\w+=)', chr(9) || '\1', 'g') ELSE line END;

-- LEEF: 1.0 parts attributes by tabs, 2.0 by what the sixth field of its header names ('^', 'x09').
CREATE MACRO leef_delimiter(named) AS CASE
    WHEN named IS NULL OR named = '' OR lower(named) IN ('\t', 'tab') THEN chr(9)
    WHEN regexp_full_match(named, '(?:0?[xX])[0-9a-fA-F]{2,4}')
    THEN chr(CAST('0x' || regexp_extract(named, '[0-9a-fA-F]+$') AS INTEGER))
    ELSE left(named, 1) END;

-- A 2.0 that names no sign at all parts them as 1.0 does. Templates of one's own may part attributes by the header's sign in 1.0, too,
-- and relays make blanks of tabs.
CREATE MACRO leef_parted(attributes) AS CASE
    WHEN contains(attributes, chr(9)) THEN attributes
    WHEN contains(attributes, '|')
    THEN regexp_replace(attributes, '\|+([A-Za-z][\w-]*=)', chr(9) || '\1', 'g')
    ELSE regexp_replace(attributes, ' +([A-Za-z][\w-]*=)', chr(9) || '\1', 'g') END;

-- A blank stands in values, too: only the one before a name parts them.
CREATE MACRO leef_named(attributes, delimiter) AS CASE WHEN delimiter = ' '
    THEN regexp_replace(attributes, ' ([A-Za-z][\w.-]*=)', chr(9) || '\1', 'g')
    ELSE replace(attributes, leef_delimiter(delimiter), chr(9)) END;

CREATE MACRO leef_attributes(line) AS CASE
    WHEN (contains(left(line, 240), 'LEEF:2') OR contains(left(line, 240), 'LEEF: 2')
            OR starts_with(line, '2.0|')) AND NOT contains(split_part(line, '|', 6), '=')
    THEN leef_named(substr(line, 7 + length(array_to_string(string_split(line, '|')[1:6], ''))),
                    split_part(line, '|', 6))
    ELSE leef_parted(substr(line, 6 + length(array_to_string(string_split(line, '|')[1:5], ''))))
    END;

-- Epoch in seconds, or in milli-, micro- or nanoseconds: the number of digits says which.
CREATE MACRO epoch_time(number) AS CASE
    WHEN contains(number, '.') THEN epoch_seconds(number)
    WHEN length(number) <= 11 THEN TRY(make_timestamp(try_cast(number AS BIGINT) * 1000000))
    WHEN length(number) <= 14 THEN TRY(make_timestamp(try_cast(number AS BIGINT) * 1000))
    WHEN length(number) <= 17 THEN TRY(make_timestamp(try_cast(number AS BIGINT)))
    ELSE TRY(make_timestamp(try_cast(number AS BIGINT) // 1000)) END;

-- a whole number, or nothing
CREATE MACRO number(field) AS try_cast(field AS BIGINT);

CREATE MACRO one_blanked(text) AS
    CASE WHEN contains(text, '  ') THEN regexp_replace(text, ' +', ' ', 'g') ELSE text END;

-- A shape that does not fit costs seven times one that does: each is told by its look first. Runs of
-- blanks fit one blank.
CREATE MACRO month_first_time(moment) AS CASE
    WHEN contains(moment, '@') THEN try_strptime(moment, '%b %d, %Y @ %H:%M:%S.%f')
    WHEN contains(moment, ',') THEN try_strptime(moment, ['%b %d, %Y %I:%M:%S %p', '%b %d, %Y %I:%M:%S.%f %p'])
    WHEN moment LIKE '% ____' THEN try_strptime(moment, '%a %b %d %H:%M:%S %Y')
    WHEN contains(moment, '.') THEN try_strptime(moment, '%b %d %Y %H:%M:%S.%f')
    ELSE try_strptime(moment, '%b %d %Y %H:%M:%S') END;

CREATE MACRO named_month_time(moment) AS CASE
    WHEN moment >= 'A' THEN month_first_time(moment)
    WHEN contains(moment, '/') THEN try_strptime(moment, '%m/%d/%Y %I:%M:%S %p')
    WHEN contains(left(moment, 4), ' ') THEN try_strptime(moment, '%d %b %Y %H:%M:%S')
    ELSE try_strptime(moment, '%d%b%Y %H:%M:%S') END;

-- A time as people and appliances write it: epoch, ISO 8601 (also with slashes or a blank, 'UTC' or
-- an offset), or with the name of the month. Without a zone it is the log's own place. `moment` is
-- best the name of a column: it stands here many times, and each costs when the statement is planned.
CREATE MACRO text_time(moment) AS CASE
    WHEN moment LIKE '____-%' OR moment LIKE '____/__/%' THEN iso_time(moment)
    WHEN moment < 'A' AND regexp_full_match(moment, '[0-9]{9,19}(?:\.[0-9]+)?') THEN epoch_time(moment)
    WHEN ends_with(moment, 'Z') OR ends_with(moment, 'UTC') OR ends_with(moment, 'GMT')
    THEN list_transform([regexp_replace(moment, ' ?(?:UTC|GMT|Z)$', '')], lambda bare: named_month_time(bare))[1]
    WHEN moment LIKE '%:__ UTC ____' THEN try_strptime(moment, '%a %b %d %H:%M:%S UTC %Y')
    WHEN moment LIKE '% +____' OR moment LIKE '% -____'
    THEN timezone('UTC', try_strptime(moment, ['%b %d %Y %H:%M:%S.%f %z', '%b %d %Y %H:%M:%S %z']))
    ELSE from_local(named_month_time(moment)) END;

-- '9/23/2026, 10:11:12.417 AM', as Azure's portal exports a table in UTC (its workbooks without
-- the comma); else any text's time
CREATE MACRO portal_time(moment) AS CASE
    WHEN moment LIKE '%/% %M'
    THEN try_strptime(replace(moment, ',', ''), ['%m/%d/%Y %I:%M:%S.%f %p', '%m/%d/%Y %I:%M:%S %p', '%m/%d/%Y %I:%M %p'])
    -- Browsers elsewhere say days first, and twenty-four hours.
    WHEN moment LIKE '%/%, %:%'
    THEN try_strptime(replace(moment, ',', ''), ['%d/%m/%Y %H:%M:%S.%f', '%d/%m/%Y %H:%M:%S'])
    WHEN moment LIKE '%.%.%, %:%'
    THEN try_strptime(replace(moment, ',', ''), ['%d.%m.%Y %H:%M:%S.%f', '%d.%m.%Y %H:%M:%S'])
    ELSE text_time(moment) END;

-- host of an absolute URL, or of one without a scheme ('chatgpt.com/c'); '-/' is none
CREATE MACRO bare_authority(url) AS nullif(nullif(url_authority(url), '-'), '');

-- a name with the port it was reached at, unless it says one itself; an IPv6 address says none
CREATE MACRO with_port(name, port) AS CASE WHEN port IS NULL OR port = '0' THEN name
    WHEN NOT contains(name, ':') OR starts_with(name, '[') AND ends_with(name, ']') THEN name || ':' || port
    WHEN contains(name, ':') AND regexp_full_match(name, '[0-9A-Fa-f]{0,4}(?::[0-9A-Fa-f]{0,4}){2,7}(?:[.]\d{1,3}){0,3}')
    THEN '[' || name || ']:' || port ELSE name END;

-- What a zone's letters mean, where they mean one thing everywhere ('CST' and 'IST' do not).
CREATE MACRO zone_offset(letters) AS CASE upper(letters)
    WHEN 'UTC' THEN 'Z' WHEN 'GMT' THEN 'Z' WHEN 'WET' THEN '+00:00' WHEN 'WEST' THEN '+01:00'
    WHEN 'BST' THEN '+01:00' WHEN 'CET' THEN '+01:00' WHEN 'CEST' THEN '+02:00'
    WHEN 'EET' THEN '+02:00' WHEN 'EEST' THEN '+03:00' WHEN 'MSK' THEN '+03:00'
    WHEN 'EST' THEN '-05:00' WHEN 'EDT' THEN '-04:00' WHEN 'CDT' THEN '-05:00'
    WHEN 'MST' THEN '-07:00' WHEN 'MDT' THEN '-06:00' WHEN 'PST' THEN '-08:00'
    WHEN 'PDT' THEN '-07:00' WHEN 'JST' THEN '+09:00' WHEN 'AEST' THEN '+10:00'
    WHEN 'AEDT' THEN '+11:00' WHEN 'AWST' THEN '+08:00' WHEN 'NZST' THEN '+12:00'
    WHEN 'NZDT' THEN '+13:00' WHEN 'KST' THEN '+09:00' WHEN 'HKT' THEN '+08:00'
    WHEN 'SGT' THEN '+08:00' WHEN 'SAST' THEN '+02:00' WHEN 'EAT' THEN '+03:00'
    WHEN 'BRT' THEN '-03:00' END;

CREATE MACRO percent_decoded(field) AS CASE WHEN contains(field, '%')
    THEN coalesce(TRY(url_decode(field)), field) ELSE field END;

-- Bytes written as two digits behind a mark ('\xC3\xBC', HAProxy's '#22'); control characters, and
-- what would be no text, stay as they are written.
CREATE MACRO hex_decoded(field, mark) AS CASE WHEN contains(field, mark)
    THEN coalesce(TRY(url_decode(regexp_replace(replace(field, '%', '%25'),
        regexp_escape(mark) || '([2-9A-Fa-f][0-9A-Fa-f])', '%\1', 'g'))), field)
    ELSE field END;

-- The address of 'address:port', '[address]:port' or SonicWall's 'address:port:interface'.
CREATE MACRO host_of(packed) AS CASE
    WHEN starts_with(packed, '[') THEN split_part(substr(packed, 2), ']', 1)
    WHEN regexp_matches(packed, '^\d+\.\d+\.\d+\.\d+') THEN split_part(packed, ':', 1)
    ELSE packed END;

CREATE MACRO port_of(packed) AS try_cast(CASE
    WHEN starts_with(packed, '[') THEN split_part(split_part(packed, ']:', 2), ':', 1)
    WHEN regexp_matches(packed, '^\d+\.\d+\.\d+\.\d+') THEN split_part(packed, ':', 2) END AS INTEGER);

-- Milliseconds between two moments; unknown where the clock was set back in between.
CREATE MACRO lasted(begun, ended) AS
    CASE WHEN ended >= begun THEN epoch_ms(ended) - epoch_ms(begun) END;

-- Who asked behind another proxy or a balancer: the first address that it forwarded, if it is one.
CREATE MACRO first_forwarded(forwarded, peer) AS CASE
    WHEN regexp_full_match(trim(split_part(forwarded, ',', 1)), '[0-9.]{7,15}|[0-9A-Fa-f]*:[0-9A-Fa-f:.]+')
    THEN trim(split_part(forwarded, ',', 1)) ELSE peer END;

-- an address of a network's own
CREATE MACRO is_private(address) AS coalesce(regexp_matches(address,
    '^(?:10\.|192\.168\.|172\.(?:1[6-9]|2\d|3[01])\.|f[cd])'), false);

-- an IPv4 address written as one number
CREATE MACRO number_address(text) AS CASE WHEN try_cast(text AS BIGINT) BETWEEN 1 AND 4294967295
    THEN concat_ws('.', CAST(text AS BIGINT) >> 24, (CAST(text AS BIGINT) >> 16) & 255,
                   (CAST(text AS BIGINT) >> 8) & 255, CAST(text AS BIGINT) & 255) ELSE text END;
