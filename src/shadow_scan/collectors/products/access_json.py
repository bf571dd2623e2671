"""Access logs that somebody let their proxy or server write as JSON, or as labelled values parted
by tabs (LTSV): one reading for all of them.

Members are named by whoever wrote the configuration. `NAMES` has the names of the products' own
documentation and of the formats that are handed around; what a product means differently from the
others (whose bytes `bytes_read` are, in what unit a duration is) it says itself.
"""

from __future__ import annotations

from shadow_scan.collectors import fields
from shadow_scan.collectors.variants import FIELDS, Variants

NAMES = {
    "moment": "time_local|time_iso8601|timeLocal|timeIso8601|request_date|accept_date|date_time|"
    "event_datetime|local_time|isotime|timestamp|time|ts|msec|time_msec|datetime|date|created_at|start_time|"
    "access_time|log_time|logtime|"
    "@timestamp",
    "client": "remote_addr|remote_ip|remoteIP|remoteAddr|remoteip|remoteaddr|remote_address|"
    "client_ip|clientip|clientIp|clientIP|client_addr|client_address|client|ClientHost|src_ip|"
    "srcip|source_ip|ip|ip_address|address|remote_host|remotehost|remoteHost|c_ip|"
    "network.client.ip|client.ip|client\\.ip|client.address|client\\.address|"
    "request.client_ip|request.remote_ip|request.remote_addr",
    "forwarded": "http_x_forwarded_for|x_forwarded_for|x-forwarded-for|X-Forwarded-For|"
    "x-forward-for|x_forward_for|xff|http_xff|forwardIP|forwarded_for|request_X-Forwarded-For|"
    "http_x_real_ip|x_real_ip|real_ip|realip|httpXForwardedFor|xForwardedFor|xRealIp",
    "user": "remote_user|remoteUser|user|username|user_name|ClientUsername|http_username|"
    "auth_user|auth|user_id|request.user_id|client.user|client\\.user",
    "verb": "request_method|requestMethod|method|http_method|verb|RequestMethod|httpMethod|"
    "http_verb|http_request_method|req_method|http.method|request.method|request\\.method",
    "uri": "request_uri|requestUri|request_url|requestUrl|url|uri|http_uri|http_url|http_path|"
    "RequestPath|request_path|path|http.url|request.uri|request\\.uri|requesturi",
    "asked": "request|http_request|request_line|requestLine|http_request_line|first_line",
    "site": "connect_host|http_host|httpHost|HttpHost|domain_http_host|host_header|hostHeader|"
    "request_host|req_host|RequestHost|vhost|virtual_host|"
    "host_name|authority|domain|url_host|site|request.host|request\\.host|request.headers.host|"
    "request.headers.Host|request.tls.server_name",
    "host_given": "host|Host",
    "server_name": "server_name|servername|serverName|sni",
    "code": "status|status_code|statusCode|http_status|http_status_code|response_code|"
    "responseCode|response_status|responseStatus|resp_status|DownstreamStatus|code|sc_status|"
    "http.status_code|response.status|response\\.status|resp_code|http_code|response",
    "result": "squid_status|squid_request_status|squid_result|squid_result_code|request_status|"
    "cache_status|cache_result|result_code|cache_code|result|action",
    "sent": "request_length|requestLength|bytes_received|bytes_in|bytesIn|req_bytes|request_bytes|"
    "request_size|RequestContentSize|requestSize|req_size|in_bytes|bytes_uploaded|bytes_from_client|"
    "bytes_up|up|request.size|request\\.size",
    "received": "bytes_sent|body_bytes_sent|bytes_out|bytesSent|bodyBytesSent|totalBytesSent|"
    "res_bytes|response_size|bytesOut|"
    "DownstreamContentSize|responseSize|response_length|response_bytes|body_bytes|len_bytes|"
    "payload_size|reply_size|out_bytes|resp_size|size|bytes|length|bytes_to_client|bytes_down|down|"
    "network.bytes_written|response.size|response\\.size|resp_body_size|response_body_size|"
    "resp_bytes|resp_length",
    "agent": "http_user_agent|httpUserAgent|user_agent|userAgent|useragent|UserAgent|agent|ua|"
    "user-agent|User-Agent|request_User-Agent|http.useragent|request.headers.User-Agent|"
    "request.headers.user-agent|client.userAgent|client\\.userAgent|http_agent",
    "referrer": "http_referer|http_referrer|httpReferer|httpReferrer|referer|referrer|Referer|"
    "refererURL|request_Referer|http.referer|request.headers.Referer|request.headers.referer|request.referrer|"
    "request\\.referrer",
    "seconds": "request_time|requestTime|response_time|duration|duration_s|elapsed|took|seconds|"
    "resp_time|responsetime|duration_seconds|response.latency|response\\.latency",
    "millis": "duration_ms|request_time_ms|elapsed_ms|latency_ms",
    "micros": "duration_us|duration_usec|request_time_us",
    "upstream": "upstream_addr|upstreamAddr|ServiceAddr",
}
_HAPROXY = {
    "moment": "request_date|accept_date|date_time|haproxy_dateTime|timestamp|time|@timestamp",
    "client": "haproxy_clientIP|haproxy.network.client_ip|" + NAMES["client"],
    "verb": "haproxy.request.method|" + NAMES["verb"],
    "uri": "haproxy.request.uri|" + NAMES["uri"],
    "asked": "haproxy_httpRequest|" + NAMES["asked"],
    "site": "haproxy.request.header.host|" + NAMES["site"],
    "captured": "captured_request_headers|haproxy_capturedRequestHeaders",
    "code": "haproxy_statusCode|haproxy.response.status_code|" + NAMES["code"],
    "sent": "bytes_uploaded|haproxy.bytes.uploaded",
    "received": "bytes_read|haproxy_bytesRead|haproxy.bytes.read",
    "agent": "haproxy.request.header.user_agent|" + NAMES["agent"],
    "seconds": "",
    "millis": "time_active|time_total|total_time|haproxy_Tt|haproxy.time.tt",
}
# When a request began, and how long it took in nanoseconds (Traefik) or milliseconds (Kong).
_TRAEFIK = {"moment": "StartUTC|StartLocal|time", "nanos": "Duration", "seconds": ""}
_KONG = {"moment": "started_at", "millis": "latencies.request", "seconds": ""}
# What Caddy read are the bytes of the request.
_CADDY = {"sent": "bytes_read|request.content_length", "received": "size"}
_SQUID = {
    "millis": "response_time|duration|elapsed|duration_ms|request_time|time_ms|tr",
    "seconds": "",
    "client": NAMES["client"] + "|src",
    "received": "bytes|size|reply_size|" + NAMES["received"],
    "server": "server_ip|serverip|dst_ip|destination_ip|peer|hierarchy|hier",
}


# What http://ltsv.org recommends, before what the JSON of others has.
_LABELS = {
    **NAMES,
    "client": "remote|" + NAMES["client"] + "|host",
    "forwarded": "forwardedfor|" + NAMES["forwarded"],
    "asked": "req|" + NAMES["asked"],
    "host_given": "Host|vhost",
    "server_name": "server|" + NAMES["server_name"],
    "sent": "reqsize|" + NAMES["sent"],
    "seconds": "reqtime|taken|apptime|" + NAMES["seconds"],
    "millis": "reqtime_millisec|" + NAMES["millis"],
    "micros": "reqtime_microsec|taken_usec",
    "upstream": "upstream|" + NAMES["upstream"],
}
_LABELLED = r"""regexp_replace(chr(9) || replace(line, '#011', chr(9)),
    '\t([A-Za-z_][\w.-]*):', chr(9) || '\1=', 'g')"""
LTSV_LINE = (
    r"(?=.*?(?:^|\t|#011)(?:time|time_local|time_iso8601|timestamp):)"
    r"(?=.*?(?:^|\t|#011)status:)(?=.*?(?:^|\t|#011)(?:req|request|uri|method|host|remote_addr):)"
    r"(?:[A-Za-z_][\w.-]*:.*?(?:\t|#011)){3}"
)

ALL = (*NAMES, "captured", "nanos", "server")


# NGINX writes `-`, nothing, or one number for each server it asked where a format puts no quotes
# around a variable; older ones, and formats without escape=json, \\x22 for a quote.
_UNQUOTED = r"""":\s*(?:-?|(?:-|[0-9.]+)(?:\s*[,:]\s*(?:-|[0-9.]+))+)(\s*[,}])"""
_ESCAPED = r"""hex_decoded(replace(replace(line, '\x5C', '\\'), '\x22', '\"'), '\x')"""
_MENDED = rf"""regexp_replace(replace({_ESCAPED}, '\x', '\u00'), '{_UNQUOTED}', '":null\1', 'g')"""


def _labelled() -> str:
    missing = {alias: "NULL::VARCHAR" for alias in ALL if alias not in _LABELS}
    return fields.pairs(
        _LABELS, text=_LABELLED, extra={**missing, "is_object": "true", "starts": "false"}
    )


def _given(own: dict[str, str], *, starts: str = "false") -> str:
    """`starts`: whether the moment written is the begin, where the log's clock is that of ends."""
    names = {alias: paths for alias, paths in {**NAMES, **own}.items() if paths}
    missing = {alias: "NULL::VARCHAR" for alias in ALL if alias not in names}
    return fields.members(names, mended=_MENDED, extra={**missing, "starts": starts})


def _behind_words(own: dict[str, str]) -> str:
    """The object that ends a line of Caddy's console, which begins with the time."""
    names = {alias: paths for alias, paths in {**NAMES, **own}.items() if alias != "moment"}
    missing = {alias: "NULL::VARCHAR" for alias in ALL if alias not in (*names, "moment")}
    told = {**missing, "starts": "false", "moment": "left(line, 23)"}
    return fields.members(names, text="substr(line, strpos(line, '{'))", extra=told)


_SITE = (
    r"(?:localhost|[A-Za-z0-9_-]+(?:\.[A-Za-z0-9_-]+)+)(?::\d+)?|[A-Za-z][\w-]*:\d+"
    r"|\[[0-9A-Fa-f:.]+\](?::\d+)?"
)
_ADDRESS = r"[0-9.]{7,15}|[0-9A-Fa-f]*:[0-9A-Fa-f:.]+"


def _first(value: str) -> str:
    """Headers are lists of values; an empty one says nothing."""
    return f"""CASE WHEN starts_with({value}, '["') THEN {value} ->> '$[0]'
        WHEN {value} <> '[]' THEN {value} END"""


def read(spellings: Variants) -> Variants:
    """Requests out of the fields of `NAMES`, whoever spells them."""
    whole = spellings.around(f"""SELECT *, {_first("agent")} AS agent_header,
        {_first("referrer")} AS referrer_header, trim(moment, '[]') AS written,
        string_split(trim(captured, '{{}}'), '|') AS captures,
        CASE WHEN contains(asked, ' ') THEN string_split(asked, ' ')
             WHEN regexp_matches(asked, '^(?:/|[a-z]+://|[^/ {{]+:[0-9]+$)') THEN ['', asked]
             END AS request,
        coalesce(client, CASE WHEN regexp_full_match(host_given, '{_ADDRESS}') THEN host_given END)
            AS client_found
        FROM ({FIELDS})""")
    return fields.record(
        whole,
        let={
            "instant": """CASE WHEN substr(written, 3, 1) = '/' THEN coalesce(
                timezone('UTC', try_strptime(written, '%d/%b/%Y:%H:%M:%S %z')),
                from_local(try_strptime(written, ['%d/%b/%Y:%H:%M:%S.%g', '%d/%b/%Y:%H:%M:%S'])))
                ELSE text_time(written) END""",
            "took": """coalesce(number(ltrim(millis, '+')), number(nanos) // 1000000,
                number(micros) // 1000,
                CASE WHEN regexp_matches(seconds, '[.e]')
                     THEN CAST(round(try_cast(seconds AS DOUBLE) * 1000) AS BIGINT) END)""",
            "method_given": "upper(coalesce(verb, nullif(request[1], '')))",
            "target": """CASE WHEN contains(request[2], '://') THEN request[2]
                ELSE coalesce(uri, request[2]) END""",
            "absolute": "coalesce(contains(split_part(target, '?', 1), '://'), false)",
            "tunnel": r"""coalesce(method_given = 'CONNECT', false) OR (method_given IS NULL
                AND coalesce(regexp_full_match(target, '[^/:?]+:\d+'), false))""",
            # Only their shape tells captured headers apart.
            "found": f"""list_filter(list_concat([site, host_given, server_name], captures),
                lambda name: regexp_full_match(name, '{_SITE}')
                    AND name IS DISTINCT FROM client_found)[1]""",
            "status_code": r"try_cast(regexp_extract(code, '(\d{3})$', 1) AS INTEGER)",
            "squid": r"""CASE WHEN regexp_matches(result, '^(?:TCP|UDP|NONE|TAG)_|^NONE')
                THEN result WHEN regexp_matches(code, '^(?:TCP|UDP|NONE|TAG)\w*/') THEN code END""",
            "http": "coalesce(status_code, 0) > 0 OR method_given IS NOT NULL",
        },
        skipped={
            "no request of a forward proxy (a page of this server)": "is_object "
            "AND instant IS NOT NULL AND NOT tunnel AND NOT absolute AND found IS NULL "
            "AND starts_with(target, '/')",
            "no request (a message of the program)": "is_object AND instant IS NOT NULL "
            "AND target IS NULL AND method_given IS NULL AND status_code IS NULL "
            "AND found IS NULL AND squid IS NULL",
        },
        rejected={
            "no JSON object": "NOT is_object",
            "the time cannot be read": "instant IS NULL",
        },
        event_time="""CASE WHEN starts THEN instant + to_milliseconds(coalesce(took, 0))
            ELSE instant END""",
        duration_ms="took",
        source_ip="host_of(first_forwarded(forwarded, client_found))",
        user_name="""CASE WHEN NOT starts_with("user", '{') THEN squid_user("user") END""",
        authority="""CASE WHEN tunnel THEN coalesce(target, found)
            WHEN starts_with(target, 'error:') THEN NULL
            WHEN absolute THEN url_authority(target) ELSE found END""",
        path="""CASE WHEN tunnel THEN NULL WHEN absolute THEN url_path(target)
            WHEN starts_with(target, '/') THEN target END""",
        destination_ip=f"""CASE WHEN regexp_full_match(host_of(coalesce(
            regexp_replace(server, '^.*/', ''), upstream)), '{_ADDRESS}')
            THEN host_of(coalesce(regexp_replace(server, '^.*/', ''), upstream)) END""",
        method="CASE WHEN regexp_full_match(method_given, '[A-Z][A-Z_-]*') THEN method_given END",
        status="nullif(status_code, 0)",
        bytes_up="number(ltrim(sent, '+'))",
        bytes_down="number(ltrim(received, '+'))",
        # Older patterns of logstash keep the quotes.
        user_agent="""coalesce(trim(agent_header, '"'), list_filter(captures,
            lambda header: regexp_matches(header, '^[A-Za-z][^:]*/'))[1])""",
        referrer="""CASE WHEN contains(referrer_header, '://')
            THEN trim(referrer_header, '"') END""",
        action="""CASE WHEN squid IS NOT NULL THEN squid_action(squid, status_code)
            WHEN NOT http OR status_code = 407 THEN NULL WHEN status_code = 403 THEN 'blocked'
            WHEN status_code > 0 THEN 'allowed' END""",
        evidence="CASE WHEN http AND NOT tunnel THEN 'transacted' ELSE 'connected' END",
    )


_IS_HAPROXY = r"""regexp_matches(line, '"(?:haproxy\w*|termination_state\w*|fe_name_transport'
    '|frontend_name\w*|backend_name|bytes_uploaded)" ?:')"""

ACCESS = read(
    Variants(
        {
            f"starts_with(line, '{{') AND {_IS_HAPROXY}": _given(_HAPROXY, starts="true"),
            """starts_with(line, '{') AND contains(line, '"DownstreamStatus"')""": _given(
                _TRAEFIK, starts="true"
            ),
            """starts_with(line, '{') AND contains(line, '"latencies"')
                AND contains(line, '"started_at"')""": _given(_KONG, starts="true"),
            """starts_with(line, '{') AND (contains(line, 'http.log.access')
                OR contains(line, '"resp_headers"'))""": _given(_CADDY),
            r"""starts_with(line, '{')
                AND regexp_matches(line, '"(?:TCP|UDP|NONE|TAG)_[A-Z]|"NONE')""": _given(_SQUID),
            "starts_with(line, '{')": _given({}),
            "contains(line, 'http.log.access')": _behind_words(_CADDY),
            r"regexp_matches(line, '^(?:[A-Za-z_][\w.-]*:[^\t]*(?:\t|#011)){2}')": _labelled(),
        }
    ),
)
HAPROXY = read(Variants({"starts_with(line, '{')": _given(_HAPROXY)}))

HAPROXY_MEMBER = (
    r'\{(?=.*"(?:haproxy\w*|termination_state\w*|fe_name_transport|frontend_name\w*|backend_name'
    r'|bytes_uploaded)" ?:)(?=.*"(?:client(?:_?ip|_addr)?|src|haproxy_clientIP)" ?:)'
)
_OF_OTHERS = (
    "response_flags|httpRequest|source|destination|source\\.ip|destination\\.ip|event_type|ActionType"
    "|LogType|loguid|class_uid|trafficType|sourcetype|ccl|x-cs-\\w+|cs-\\w+|account_id|rule_name"
    "|haproxy\\w*|termination_state\\w*|fe_name_transport|frontend_name\\w*|backend_name"
    "|bytes_uploaded|DeviceVendor|uid|groups_name|user_sent_bytes|client_proc"
)
"""Members of logs with a format of their own."""
ACCESS_MEMBER = (
    rf'\{{(?!.*"(?:{_OF_OTHERS})" ?:)'
    r'(?=.*"(?i:(?:http[_.])?status(?:_?code)?|resp(?:onse|)_?(?:code|status)|DownstreamStatus'
    r'|sc_status)" ?:)'
    r'(?=.*"(?i:request(?:_?(?:method|uri|url|line|path))?|(?:http[_.])?(?:method|uri|url|request)'
    r'|verb|req_method)" ?:)'
    r'(?=.*"(?i:remote_?(?:addr(?:ess)?|ip|host)|client(?:_?(?:ip|addr(?:ess)?|host))?|src_?ip'
    r'|ip|host|x_forwarded_for)" ?:)'
    r'(?=.*"(?i:@timestamp|time\w*|ts|msec|date(?:_?time)?|start\w*|created_at|event_datetime'
    r'|request_date|accept_date|isotime|local_time)" ?:)'
    r'|\{(?=.*"clientip" ?:)(?=.*"verb" ?:)(?=.*"auth" ?:)(?=.*"response" ?:)'
    r'|\{(?!.*"(?:ecs|source|destination|source\.ip)" ?:)'
    r'(?=.*"(?:TCP|UDP|NONE|TAG)_[A-Z_]+(?:/\d{3})?")(?=.*"\w*ur[il]" ?:)'
    r"|\d{4}/\d\d/\d\d [\d:.]{8,15}\s+\w+\s+http\.log\.access"
)
