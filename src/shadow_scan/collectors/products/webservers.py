"""Web servers as forward proxies: NGINX and Apache (common, combined), HAProxy, Envoy and Istio.

Common and combined lines name a host only where the request holds an absolute URL (or is a
CONNECT): a server's own pages are no requests to anybody else.
"""

from __future__ import annotations

import re

from shadow_scan.collectors import fields
from shadow_scan.collectors.format import Format
from shadow_scan.collectors.products import access_json, haproxy_common
from shadow_scan.collectors.products.access_keyed import KEYED, SIGNED_LINE
from shadow_scan.collectors.products.access_line import LINE_SQL
from shadow_scan.collectors.products.trafficserver import SIZES
from shadow_scan.collectors.variants import Variants

_IS_JSON = "starts_with(line, '{')"

# host? client - user [time] "request" status size "referrer" "agent" more…
_QUOTES = "length(line) - length(replace(line, '\"', ''))"
# Client, identity, user and request, a status, a size, and perhaps referrer and agent.
_IS_PLAIN = f"""ends_with(line, '"') AND {_QUOTES} <= 6 OR {_QUOTES} = 2"""
_VIRTUAL = r"^(?:[A-Za-z0-9_-]+\.)+[A-Za-z][A-Za-z0-9-]+(?::\d+)?$"
_COMBINED_SQL = fields.record(
    """SELECT line_number, line, quoted, string_split(trim(quoted[1]), ' ') AS head,
        string_split(replace(quoted[2], chr(30), '"'), ' ') AS request,
        string_split(trim(quoted[3]), ' ') AS tail
       FROM (SELECT line_number, line, string_split(replace(replace(line, '\\"', chr(30)), '\\x22',
           chr(30)), '"') AS quoted FROM lines)""",
    let={
        "named": "CASE WHEN len(head) >= 6 THEN 1 ELSE 0 END",
        # A virtual host stands in front, or in the place of an identity that nobody asks for.
        "site": f"""CASE WHEN len(head) >= 6 AND regexp_matches(head[1], '{_VIRTUAL}')
            THEN head[1] WHEN head[2] <> '-' AND regexp_matches(head[2], '{_VIRTUAL}')
            THEN head[2] END""",
        "tunnel": "request[1] = 'CONNECT'",
        "absolute": "contains(split_part(request[2], '/', 1), ':') AND contains(request[2], '://')",
        "code": "try_cast(tail[1] AS INTEGER)",
        "instant": r"""timezone('UTC', try_strptime(
            regexp_extract(quoted[1], '\[([^\]]+)\]', 1), '%d/%b/%Y:%H:%M:%S %z'))""",
    },
    skipped={
        "no request of a forward proxy (a page of this server)": "len(request) >= 2 AND NOT tunnel "
        "AND NOT absolute AND site IS NULL AND starts_with(request[2], '/')"
    },
    rejected={
        "not the fields of a common or combined line": "len(quoted) < 3 OR len(head) < 5 "
        "OR len(request) < 2",
        "the time cannot be read": "instant IS NULL",
        "the status is no number": "code IS NULL",
    },
    event_time="instant",
    # Apache's %v:%p may stand in front, or behind the client; a client's name has no port.
    source_ip="""dash_null(CASE WHEN named = 1 AND site = head[2] AND contains(site, ':')
        THEN head[1] ELSE head[1 + named] END)""",
    user_name=r"hex_decoded(dash_null(head[3 + named]), '\x')",
    authority="""CASE WHEN tunnel THEN request[2]
        WHEN absolute THEN url_authority(request[2]) ELSE site END""",
    path="""CASE WHEN absolute THEN url_path(request[2])
        WHEN site IS NOT NULL AND NOT tunnel THEN request[2] END""",
    method="dash_null(request[1])",
    status="code",
    bytes_down="try_cast(dash_null(tail[2]) AS BIGINT)",
    referrer="CASE WHEN len(quoted) >= 5 THEN dash_null(quoted[4]) END",
    user_agent=r"""CASE WHEN len(quoted) >= 7
        THEN hex_decoded(dash_null(replace(quoted[6], chr(30), '"')), '\x') END""",
    action="CASE WHEN code = 403 THEN 'blocked' WHEN code <> 407 THEN 'allowed' END",
    evidence="CASE WHEN tunnel THEN 'connected' ELSE 'transacted' END",
)

COMBINED = Format(
    name="web-server",
    title="NGINX, Apache, Traefik, Caddy, Kong (common, combined, LTSV, JSON; Squid's JSON)",
    kind="web server",
    carries=(
        *("event_time", "duration_ms", "source_ip", "user_name", "host", "port", "path"),
        *("destination_ip", "method", "status", "bytes_up", "bytes_down", "user_agent"),
        *("referrer_host", "action", "evidence"),
    ),
    recognise=re.compile(
        rf"(?!.* {haproxy_common.MORE}|.*\"{SIZES})"
        r"(?:\S+:\d+ |(?!\d+\.\d+ )[\w-]+(?:\.[\w-]+)+ )?\S+ \S+ \S+ "
        r'\[\d\d/\w{3}/\d{4}:[\d:]{8} [+-]\d{4}\] "(?:\\.|[^"\\])*" '
        r'\d{3} (?:\d+|-)(?: "(?:\\.|[^"\\])*" "(?:\\.|[^"\\])*")?(?! .*[A-Z_]{3,}:[A-Z_]+$)'
        rf"|{access_json.ACCESS_MEMBER}|{access_json.LTSV_LINE}|{SIGNED_LINE}"
    ),
    reference="https://httpd.apache.org/docs/2.4/mod/mod_log_config.html",
    # What stands behind the agent, or a name before the client, is told by its look.
    sql=access_json.ACCESS.among(
        {
            **KEYED.among({}).told_by,
            _IS_PLAIN: _COMBINED_SQL,
            "true": LINE_SQL,
        }
    ),
    # Logged when the request ended, without how long it took.
    clock="end",
    zone="written",
    notes="sizes are of response bodies; upload bytes and durations in JSON and LTSV alone",
    aliases=("nginx", "apache", "traefik", "caddy", "squid-json", "ltsv"),
)

# client:port [time] frontend backend/server timers status bytes … {captured|headers} "request"; in
# TCP mode there is neither status nor request.
_HOST_HEADER = r"^(?:(?:[A-Za-z0-9_-]+\.)+[A-Za-z0-9-]+|\[[0-9A-Fa-f:.]+\])(:\d+)?$"
_HAPROXY_SQL = fields.record(
    # A word of one's own may stand before the timers, and what is known of TLS behind the request.
    """SELECT * REPLACE (CASE WHEN regexp_matches(head[6], '^[+-]?\\d+/')
            AND NOT regexp_matches(head[5], '^[+-]?\\d+/') THEN head[:4] || head[6:] ELSE head END
            AS head), CASE WHEN regexp_matches(head[6], '^[+-]?\\d+/') THEN head[5] END AS own
       FROM (SELECT line_number, line, string_split(bare, ' ') AS head, bare,
        string_split(regexp_extract(bare, ' "((?:[A-Z]{3,} |<BADREQ>)[^"]*)', 1), ' ') AS request,
        regexp_extract_all(bare, '\\{([^}]*)\\}', 1) AS captured
       FROM (SELECT line_number, line,
                 -- A timer that failed is filled up with blanks.
                 regexp_replace(regexp_replace(line, '^haproxy\\[\\d+\\]: ', ''), ' {2,}', ' ')
                     AS bare FROM lines))""",
    let={
        "stamp": "trim(head[2], '[]')",
        "is_http": "contains(bare, '\"') AND try_cast(head[6] AS INTEGER) IS NOT NULL",
        "timers": "string_split(head[5], '/')",
        "tunnel": "request[1] = 'CONNECT'",
        "header": "string_split(captured[1], '|')",
        # The name that the client asked for may end the line (httpslog, TCP with its own words).
        "server_name": """CASE WHEN NOT ends_with(bare, '"') THEN nullif(regexp_extract(bare,
            '(?:" (?:\\S+ )?|\\d/\\d+ )(?:(?i:sni)[:=])?((?:[A-Za-z0-9_-]+\\.)+[A-Za-z]{2,})'
            || '(?:[/ ]|$)', 1), '') END""",
        "absolute": "contains(request[2], '://')",
        # Only their shape tells captured headers apart.
        "host_header": f"list_filter(header, lambda h: regexp_matches(h, '{_HOST_HEADER}'))[1]",
        "agent_header": "list_filter(header, lambda h: regexp_matches(h, '^[A-Za-z][^:]*/'))[1]",
        "code": "nullif(greatest(try_cast(head[6] AS INTEGER), 0), 0)",
    },
    skipped={
        "no request (a message of the program)": "NOT regexp_matches(bare, '^\\S+:\\d+ \\[') "
        "OR regexp_matches(bare, '^\\S+ \\[[^]]+\\] [^ ]+: ')",
        "no request (a greeting that failed)": "head[4] < ':' "
        f"AND regexp_matches(head[4], '^{haproxy_common.FAILED}')",
    },
    rejected={"the time cannot be read": "try_strptime(stamp, '%d/%b/%Y:%H:%M:%S.%g') IS NULL"},
    event_time="from_local(try_strptime(stamp, '%d/%b/%Y:%H:%M:%S.%g'))",
    duration_ms="try_cast(ltrim(timers[-1], '+') AS BIGINT)",
    source_ip="regexp_replace(head[1], '([^:]):\\d+$', '\\1')",
    authority="""CASE WHEN tunnel THEN request[2] WHEN absolute THEN url_authority(request[2])
        ELSE coalesce(host_header, server_name,
            CASE WHEN regexp_matches(own, '[.][A-Za-z]{2,}(?::[0-9]+)?$') THEN own END) END""",
    path="""CASE WHEN NOT is_http OR tunnel THEN NULL WHEN absolute THEN url_path(request[2])
        WHEN starts_with(request[2], '/') THEN request[2] END""",
    method="CASE WHEN is_http AND request[1] <> '<BADREQ>' THEN request[1] END",
    status="CASE WHEN is_http THEN code END",
    # What was uploaded (%U) may stand behind the size, before words that are no numbers.
    bytes_up="try_cast(CASE WHEN is_http THEN head[8] ELSE head[7] END AS BIGINT)",
    bytes_down="try_cast(ltrim(CASE WHEN is_http THEN head[7] ELSE head[6] END, '+') AS BIGINT)",
    user_agent="hex_decoded(agent_header, '#')",
    action="""CASE WHEN NOT is_http OR code = 407 THEN NULL WHEN code = 403 THEN 'blocked'
        WHEN code > 0 THEN 'allowed' END""",
    evidence="CASE WHEN is_http AND NOT tunnel THEN 'transacted' ELSE 'connected' END",
)

HAPROXY = Format(
    name="haproxy",
    title="HAProxy (HTTP, CLF and TCP log formats, JSON)",
    kind="web server",
    carries=(
        *("event_time", "duration_ms", "source_ip", "host", "port", "path", "method", "status"),
        *("bytes_up", "bytes_down", "user_agent", "action", "evidence", "destination_ip"),
    ),
    recognise=re.compile(
        r"(?:haproxy\[\d+\]: )?\S+:\d+ \[\d\d/\w{3}/\d{4}:\d\d:\d\d:\d\d\.\d{3}\] "
        rf"(?:\S+ \S+/\S+ (?:\S+ +)?[+\d/-]+ |\S+ {haproxy_common.FAILED}|\S+/\d+: SSL )"
        rf"|{haproxy_common.LINE}|{haproxy_common.CONNECT}|{access_json.HAPROXY_MEMBER}"
    ),
    reference="https://docs.haproxy.org/3.0/configuration.html#8.2",
    sql=access_json.HAPROXY.among(
        {
            f"regexp_matches(line, '{haproxy_common.MORE}')": haproxy_common.STATEMENT,
            haproxy_common.IS_CONNECT: haproxy_common.CONNECT_STATEMENT,
            "true": _HAPROXY_SQL,
        }
    ),
    zone="local",
    notes="upload bytes in JSON or where %U stands behind the size; hosts where the request is "
    "absolute or the Host header is captured",
)

# The names of pod and container stand before it where logs of a cluster are followed.
_START = r"(?:[\w.-]+ ){0,2}\[\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z\]"

# [start] "METHOD path protocol" status flags received sent duration upstream "forwarded-for"
# "agent" "request id" "authority" "upstream" and, with Istio, cluster, addresses, server's name.
# Quotes within an agent are not escaped: it ends before the request's id.
_ENVOY_SQL = fields.record(
    """SELECT *, len(result) < 6 AS mesh FROM (
        SELECT line_number, line, quoted, string_split(quoted[2], ' ') AS request,
            regexp_extract(line, '\\[([^\\]]+)\\]', 1) AS stamp,
            string_split(trim(quoted[3]), ' ') AS result
        FROM (SELECT line_number, line, CASE WHEN id > 8
                AND len(string_split(trim(parted[3]), ' ')) > 5
            THEN parted[:5] || [array_to_string(parted[6:id - 2], '"')] || parted[id - 1:]
            ELSE parted END AS quoted
        FROM (SELECT line_number, line, parted, CASE WHEN len(parted) > 13
                THEN list_position(list_transform(parted, lambda part: strlen(part) = 36), true)
                END AS id
        FROM (SELECT line_number, line, string_split(line, '"') AS parted FROM lines))))""",
    let={
        # Istio puts details, and the reason of a failure in quotes, before the sizes; up to its
        # version 1.4 the mixer's state too, and up to 1.2 none of these. Addresses stand behind
        # the last quotes.
        "shift": "CASE WHEN NOT mesh THEN 0 WHEN trim(quoted[5]) = '' THEN 4 ELSE 2 END",
        "sizes": """CASE WHEN mesh THEN string_split(trim(quoted[3 + shift]), ' ')
            WHEN len(result) = 7 THEN result[4:] ELSE result[3:] END""",
        "code": "try_cast(result[1] AS INTEGER)",
        "instant": "iso_time(stamp)",
        "tail": "string_split(trim(quoted[-1]), ' ')",
        "tunnel": "request[1] = 'CONNECT'",
    },
    rejected={
        "not the fields of an access log": "len(quoted) < 13 OR len(request) < 2",
        "the time cannot be read": "instant IS NULL",
        "the status is no number": "code IS NULL",
    },
    event_time="instant",
    duration_ms="number(sizes[3])",
    # By default only the forwarded header names a client; Istio writes the downstream address.
    source_ip="""coalesce(dash_null(split_part(quoted[4 + shift], ',', 1)),
        CASE WHEN len(tail) >= 4 THEN host_of(dash_null(tail[4]))
             WHEN NOT mesh THEN host_of(dash_null(quoted[14])) END)""",
    authority="""coalesce(dash_null(quoted[10 + shift]),
        CASE WHEN len(tail) >= 5 THEN dash_null(tail[5]) END)""",
    path="CASE WHEN NOT tunnel AND starts_with(request[2], '/') THEN request[2] END",
    destination_ip="host_of(dash_null(quoted[12 + shift]))",
    method="dash_null(request[1])",
    status="nullif(code, 0)",
    bytes_up="number(sizes[1])",
    bytes_down="number(sizes[2])",
    user_agent="dash_null(quoted[6 + shift])",
    action="CASE WHEN code = 403 THEN 'blocked' WHEN code > 0 THEN 'allowed' END",
    evidence="""CASE WHEN tunnel OR request[1] = '-' THEN 'connected' ELSE 'transacted' END""",
)

_ENVOY_MEMBER = (
    r'\{(?=.*"(?:start_time|@timestamp)" ?:)(?=.*"response_flags" ?:)'
    r'(?=.*"(?::?authority|requested_server_name)" ?:)'
)
_ENVOY_JSON = fields.record(
    fields.members(
        {
            "moment": "start_time|@timestamp",
            "verb": "method|:method",
            "target": "path|x-envoy-origin-path|:path",
            "code": "response_code",
            "sent": "bytes_received",
            "received": "bytes_sent",
            "millis": "duration",
            "forwarded": "x_forwarded_for|x-forwarded-for",
            "downstream": "downstream_remote_address|downstream_direct_remote_address",
            "agent": "user_agent|user-agent",
            "site": "authority|:authority|requested_server_name",
            "upstream": "upstream_host",
        }
    ),
    let={"tunnel": "coalesce(verb = 'CONNECT', false)"},
    rejected={
        "no JSON object": "NOT is_object",
        "the time cannot be read": "iso_time(moment) IS NULL",
    },
    event_time="iso_time(moment)",
    duration_ms="number(millis)",
    source_ip="coalesce(split_part(forwarded, ',', 1), host_of(downstream))",
    authority="site",
    path="CASE WHEN NOT tunnel AND starts_with(target, '/') THEN target END",
    destination_ip="host_of(upstream)",
    method="verb",
    status="nullif(try_cast(code AS INTEGER), 0)",
    bytes_up="number(sent)",
    bytes_down="number(received)",
    user_agent="agent",
    action="""CASE WHEN code = '403' THEN 'blocked'
        WHEN try_cast(code AS INTEGER) > 0 THEN 'allowed' END""",
    evidence="CASE WHEN tunnel OR verb IS NULL THEN 'connected' ELSE 'transacted' END",
)

ENVOY = Format(
    name="envoy",
    title="Envoy and Istio access log (text, JSON)",
    kind="web server",
    carries=(
        *("event_time", "duration_ms", "source_ip", "host", "port", "path", "destination_ip"),
        *("method", "status", "bytes_up", "bytes_down", "user_agent", "action", "evidence"),
    ),
    recognise=re.compile(_START + rf' "[^"]*" \d+ \S+ |{_ENVOY_MEMBER}'),
    reference="https://www.envoyproxy.io/docs/envoy/latest/configuration/observability/access_log/usage",
    sql=Variants({_IS_JSON: _ENVOY_JSON, "true": _ENVOY_SQL}),
    notes="Envoy's default has no client but the forwarded one; Istio writes it",
    aliases=("istio",),
)
