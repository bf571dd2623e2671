r"""Access lines of proxies and web servers in layouts of one's own, by the look of their words.

NGINX, Apache, HAProxy, Envoy, Squid and Traefik let anybody choose what stands where. A request, a
status, addresses, names, agents and times look like nothing else; what is a mere number is taken
only from its place beside one of these. Words are parted by blanks (quotes, brackets and braces
hold one together), or by the sign that stands before the request's method.
"""

from __future__ import annotations

import re

from shadow_scan.collectors import fields
from shadow_scan.collectors.format import Format
from shadow_scan.collectors.products.access_keyed import KEYED, KEYED_LINE
from shadow_scan.collectors.products.access_known import (
    MANAGED,
    MANAGED_SQL,
    REFERRED,
    REFERRED_SQL,
    WALLED,
    WALLED_SQL,
)
from shadow_scan.collectors.products.access_words import (
    ABSOLUTE,
    ACCOUNT,
    ADDRESS,
    AGENT,
    ASKS,
    CLIENT,
    DAY,
    FLAGS,
    METHODS,
    MILLISECONDS,
    NAME,
    NO_AGENT,
    PROGRAM,
    RESULT,
    SECONDS,
    STATUS,
    TIMERS,
    first,
    has,
    moment,
)

# Where the request stands in brackets, so do all others; a time keeps its own.
_BOXED = rf"\[(?:-|[\d.]+|[\w.-]+\.[A-Za-z]{{{{2,}}}}|(?:{METHODS}) [^\]]+)\]"
_WORDS = rf"""
SELECT line_number, line, bare, {{moment}} AS instant, list_transform(list_transform(
        CASE parted WHEN '|' THEN string_split(bare, '|')
            WHEN chr(9) THEN string_split(bare, chr(9))
            WHEN ',' THEN regexp_extract_all(bare, '"(?:[^"]|"")*"|[^,]+')
            WHEN ';' THEN regexp_extract_all(bare, '"(?:[^"]|"")*"|[^;]+')
            ELSE regexp_extract_all(bare,
                '[\w.-]*=?"(?:[^"\\]|\\.)*"|\[[^\]]*\](?::\d+)?|\{{{{[^}}}}]*\}}}}|[^ \t]+') END,
        lambda word: CASE WHEN contains(word, '=')
            THEN regexp_replace(word, '^[A-Za-z_][\w.-]*=("|[^=/&?]*$)', '\1') ELSE word END),
        lambda word: CASE WHEN parted = '[' AND regexp_full_match(word, '{_BOXED}')
            THEN substr(word, 2, length(word) - 2)
            WHEN starts_with(word, '"') AND ends_with(word, '"') AND length(word) > 1
            THEN replace(replace(substr(word, 2, length(word) - 2), '\"', '"'), '\x22', '"')
            WHEN contains(word, ' ') OR contains(word, '"') OR contains(word, '''')
            THEN trim(word, ' "''') ELSE word END) AS word
FROM (SELECT line_number, line, header, bare,
        regexp_extract(bare, '([ ,;|\t\[])["'']?(?:{METHODS})["'' ,;|\t]', 1) AS parted
      FROM (SELECT line_number, line, header, regexp_replace(line, '{PROGRAM}', '') AS bare
            FROM lines))"""


# IIS without its header has its own address before the method; path, query, port and user stand
# between it and the client's. Sizes are behind the three codes where the duration is, too.
_PLACED = rf"""
SELECT * REPLACE (CASE WHEN iis THEN spot + 5 ELSE client END AS client),
    CASE WHEN iis THEN spot + 5 ELSE spot END AS behind
FROM (SELECT *, coalesce(CASE WHEN spot > 1 AND client = spot - 1
        AND starts_with(word[spot + 1], '/') AND strlen(word[spot + 3]) < 6
        THEN number(word[spot + 3]) IS NOT NULL AND regexp_matches(word[spot + 5], '{CLIENT}')
        END, false) AS iis
    FROM (SELECT *, {first(ASKS)} AS spot, {first(RESULT)} AS squid,
            {first(CLIENT)} AS client,
            {first(TIMERS, f"NOT regexp_matches(w, '{DAY}')")} AS timers
        FROM ({{words}})))"""

_IS_TARGET = r"^(?:[a-z]{2,8}://|/|\*$|[^/ ]+:\d+/?$|\[[0-9A-Fa-f:]+\]:\d+$|error:)"
# A status behind the host and before the request, where what is far behind may be anything.
_BEFORE = rf"[A-Za-z0-9-]\.[A-Za-z]{{{{2,}}}}\"? \"?[1-5]\d\d\"? .*[ \"](?:{METHODS}) "
_ASKED = rf"""
SELECT *, split_part(word[spot], ' ', 1) AS verb,
    CASE WHEN starts_with(split_part(word[spot], ' ', 3), '/')
         THEN '://' || split_part(word[spot], ' ', 2) || split_part(word[spot], ' ', 3)
         WHEN contains(word[spot], ' ') THEN split_part(word[spot], ' ', 2)
         WHEN regexp_matches(word[spot + 1], '{_IS_TARGET}') THEN word[spot + 1]
         WHEN regexp_matches(word[spot - 1], '{_IS_TARGET}') THEN word[spot - 1]
         ELSE list_filter(word, lambda w: contains(w, '://'))[1] END AS target,
    CASE WHEN squid > 0 AND regexp_matches(word[squid], '/\d{{3}}') THEN squid
         WHEN squid > 1 AND squid < spot AND regexp_matches(word[squid - 1], '{STATUS}')
         THEN squid - 1
         WHEN later > spot + 4 AND regexp_matches(bare, '{_BEFORE}')
         THEN {first(STATUS, "i > timers")}
         WHEN squid > 0 AND list_contains(word[spot + 1:later - 1], '0') THEN 0
         ELSE coalesce(nullif(later, 0), {first(STATUS, "i > timers")}) END AS coded
FROM (SELECT *, CASE WHEN squid = 0 OR NOT regexp_matches(word[squid], '/\d{{3}}')
    THEN {first(STATUS, "i > behind")} END AS later FROM ({{placed}}))"""

_TOLD = rf"""
SELECT *, coalesce(verb = 'CONNECT', false) AS tunnel,
    coalesce(contains(split_part(target, '?', 1), '://'), false) AS absolute,
    try_cast(CASE WHEN squid = coded AND squid > 0 THEN regexp_extract(word[coded], '/(\d{{3}})', 1)
        WHEN coded > 0 THEN word[coded] END AS INTEGER) AS code,
    squid > 0 AND squid = coded AND number(word[squid + 1]) IS NOT NULL
        AND regexp_matches(word[squid + 2], '^(?:{METHODS})$') AS native,
    CASE WHEN native AND verb = 'CONNECT' AND regexp_matches(word[squid + 6], '^[A-Z_]+/')
            AND regexp_full_match(target, '[0-9.]+:[0-9]+')
        THEN regexp_extract(word[squid + 4], '{NAME}') END AS greeted,
    squid > 0 AND squid = coded AND spot = squid + 6
        AND regexp_full_match(word[spot + 2], '[12][.]\d') AS sized,
    regexp_matches(word[coded + 1], '{FLAGS}') AND number(word[coded + 2]) IS NOT NULL
        AND number(word[coded + 3]) IS NOT NULL AS mesh,
    list_filter(parts, lambda w: {has(AGENT, f"NOT regexp_matches(w, '{NO_AGENT}')")})[1]
        AS agent,
    list_filter(list_concat(word[:greatest(spot - 1, 0)], list_reverse(word[spot + 1:])),
        lambda w: {has(ABSOLUTE, "w <> target")})[1] AS origin,
    split_part(list_filter(parts, lambda w: {has(NAME, "w <> target")})[1], ' ', 1) AS site
FROM (SELECT *, flatten(list_transform(list_concat(word[:spot - 1], word[spot + 1:]), lambda w:
    CASE WHEN starts_with(w, '{{{{') THEN string_split(trim(w, '{{{{}}}}'), '|') ELSE [w] END))
    AS parts FROM ({{asked}}))"""

_TOOK = rf"""CASE WHEN timers > 0 THEN number(ltrim(string_split(word[timers], '/')[-1], '+'))
    WHEN native THEN CASE WHEN NOT contains(word[squid - 2], '.') THEN number(word[squid - 2]) END
    WHEN squid > 0 AND regexp_full_match(word[client - 1], '\d{{1,8}}')
    THEN number(word[client - 1])
    WHEN mesh THEN number(word[coded + 4])
    WHEN iis THEN CASE WHEN number(word[coded + 4]) IS NOT NULL THEN number(word[coded + 5])
        ELSE number(word[coded + 3]) END
    ELSE coalesce(number(rtrim(list_filter(word, lambda w: {has(MILLISECONDS)})[1], 'ms')),
        CAST(round(try_cast(list_filter(word, lambda w, i:
            {has(SECONDS, "i > coded AND i > spot AND i <> client")})[1]
            AS DOUBLE) * 1000) AS BIGINT)) END"""
# The name of a greeting may stand behind the address that Squid was redirected from.
# Before the time in brackets stand client, identity and user, or before the request where the time
# stands before them; behind Squid's URL stands the user,
# or behind the version, as in the layout that Elastic has for Squid.
_USER = rf"""CASE WHEN greeted <> '' THEN word[squid + 5]
    WHEN native THEN CASE WHEN NOT starts_with(word[squid + 4], '/') THEN word[squid + 4] END
    WHEN iis THEN word[spot + 4]
    WHEN squid > 0 AND regexp_full_match(word[spot + 2], '(?:HTTP/)?[12](?:[.][0-9])?')
        AND regexp_matches(word[spot + 4], '^[A-Z_]+/')
    THEN word[spot + 3]
    WHEN client > 0 AND regexp_matches(word[client + 3], '^(?:\[|1\d{{9}}(?:[.]\d+)?$)')
        AND NOT starts_with(word[client + 2], '[')
    THEN word[client + 2]
    WHEN client > 0 AND spot = client + 3 AND word[client + 1] = '-' THEN word[client + 2]
    ELSE list_filter(word, lambda w: {has(ACCOUNT)})[1] END"""
# The number of the request, its router, the service's URL, and how long it took.
_TRAEFIK = r" \d+ \"[^\"]*\" \"[^\"]*\" \d+ms$"
# Whoever writes a time as Envoy does may write the bytes of the request first, as that does.
_OF_ENVOY = r"^\[\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z\] "
# Apache's counted bytes, in and out, end a line.
_COUNTED = r"regexp_extract(bare, '\" \d{3} \S+ .*\" (\d+) (\d+)$', ['sent', 'received'])"

_EVENTS = (
    _TOLD.replace("{asked}", _ASKED)
    .replace("{placed}", _PLACED)
    .replace("{words}", _WORDS)
    .replace("{moment}", moment())
    .replace("{{", "{")
    .replace("}}", "}")
)

LINE_SQL = fields.record(
    f"SELECT *, {_TOOK} AS took, {_USER} AS account, {_COUNTED} AS counted FROM ({_EVENTS})",
    skipped={
        "no request of a forward proxy (a page of this server)": "instant IS NOT NULL "
        "AND spot > 0 AND NOT tunnel AND NOT absolute AND site IS NULL "
        "AND starts_with(target, '/')",
        "no request (a message of the program)": "instant IS NOT NULL AND spot = 0",
    },
    rejected={
        "no request": "spot = 0 OR target IS NULL",
        "the time cannot be read": "instant IS NULL",
        "no status": "code IS NULL AND squid = 0 AND NOT tunnel AND NOT absolute",
    },
    # HAProxy, Envoy and Traefik write when a request began, all others when it was over.
    event_time=f"""CASE WHEN timers > 0 OR mesh OR ends_with(bare, 'ms')
            AND regexp_matches(bare, '{_TRAEFIK}')
        THEN instant + to_milliseconds(coalesce(took, 0)) ELSE instant END""",
    duration_ms="CASE WHEN took >= 0 THEN took END",
    source_ip="host_of(trim(split_part(word[nullif(client, 0)], ',', 1)))",
    user_name=r"squid_user(hex_decoded(account, '\x'))",
    authority="""CASE WHEN starts_with(target, 'error:') THEN NULL
        WHEN greeted <> '' THEN greeted || regexp_extract(target, ':[0-9]+$')
        WHEN tunnel OR regexp_full_match(target, '[A-Za-z0-9_.-]+:[0-9]+') THEN target
        WHEN absolute THEN url_authority(target) ELSE site END""",
    path="""CASE WHEN tunnel THEN NULL WHEN absolute THEN url_path(target)
        WHEN starts_with(target, '/') THEN target END""",
    destination_ip=f"""nullif(regexp_extract(bare,
        '(?:HIER_[A-Z_]+|DIRECT|DEFAULT_PARENT)/({ADDRESS})', 1), '')""",
    method="verb",
    status="nullif(code, 0)",
    # Elastic's layout for Squid: behind the result the sizes of answer and request, then parts.
    bytes_up="""CASE WHEN mesh THEN number(word[coded + 2]) WHEN sized THEN number(word[squid + 2])
        WHEN iis THEN CASE WHEN number(word[coded + 5]) IS NOT NULL THEN number(word[coded + 4]) END
        ELSE number(counted.sent) END""",
    bytes_down=f"""CASE WHEN mesh THEN number(word[coded + 3])
        WHEN number(word[coded + 2]) IS NOT NULL AND regexp_matches(bare, '{_OF_ENVOY}') THEN NULL
        WHEN iis THEN CASE WHEN number(word[coded + 5]) IS NOT NULL AND number(word[coded + 4])
            IS NOT NULL THEN number(word[coded + 3]) END
        ELSE coalesce(number(counted.received), number(ltrim(word[coded + 1], '+'))) END""",
    user_agent=r"""CASE WHEN iis THEN replace(agent, '+', ' ')
        WHEN squid > 0 AND contains(agent, '%20') THEN percent_decoded(agent)
        ELSE hex_decoded(agent, '\x') END""",
    referrer="origin",
    action="""CASE WHEN squid > 0 THEN squid_action(word[squid], code) WHEN code = 407 THEN NULL
        WHEN code = 403 THEN 'blocked' WHEN code IS NOT NULL THEN 'allowed' END""",
    evidence="CASE WHEN tunnel THEN 'connected' ELSE 'transacted' END",
)

ACCESS_LINE = Format(
    name="access-line",
    title="Access lines in layouts of one's own (NGINX, Apache, HAProxy, Envoy, Squid, Traefik)",
    kind="proxy",
    carries=(
        *("event_time", "duration_ms", "source_ip", "user_name", "host", "port", "path"),
        *("destination_ip", "method", "status", "bytes_up", "bytes_down", "user_agent"),
        *("referrer_host", "action", "evidence"),
    ),
    recognise=re.compile(
        r"(?![{<#]|\S{1,60}=|.*(?: \w{1,40}=\S+){5} \w{1,40}=)"
        rf"(?=.*(?:^|[ ,;|\t\"'\[])(?:{METHODS})[\"' ,;|\t]{{1,3}}"
        r"(?:[a-z]{2,8}://|/|(?:[\w.-]{1,255}|\[[0-9A-Fa-f:.]+\])(?::\d| /)))"
        r"(?=.*(?:\d{1,3}\.\d{1,3}\.\d{1,3}\.\d{1,3}"
        r"|[0-9A-Fa-f]{1,4}:[0-9A-Fa-f:]{0,40}::?[0-9A-Fa-f]))"
        r"(?=.*[ ,;|\t/\"\[][1-5]\d\d(?:[ ,;|\t\":\]]|$))"
        rf"|{REFERRED[1:]}|{MANAGED[1:]}|{WALLED[1:]}|{KEYED_LINE}"
    ),
    reference="https://nginx.org/en/docs/http/ngx_http_log_module.html#log_format",
    sql=KEYED.among(
        {
            f"regexp_matches(line, '{REFERRED}')": REFERRED_SQL,
            f"regexp_matches(line, '{MANAGED}')": MANAGED_SQL,
            f"regexp_matches(line, '{WALLED}')": WALLED_SQL,
            "true": LINE_SQL,
        }
    ),
    clock="end",
    zone="written",
    assumption="read by the look of its words: the first address is the client",
    notes="sizes and durations only from where they stand beside a status or result; the first "
    "address is the client",
    aliases=("access",),
)
