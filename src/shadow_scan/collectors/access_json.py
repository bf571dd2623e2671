"""Access logs of HAProxy and Envoy that somebody let them write as JSON.

HAProxy's members are named by its users: these are the names of its documentation and of the
formats that are handed around. Envoy's are those of Istio.
"""

from __future__ import annotations

from shadow_scan.collectors import fields

_HOST_HEADER = r"^[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+(:\d+)?$"

HAPROXY_MEMBER = (
    r'\{(?=.*"(?:haproxy\w*|termination_state\w*|fe_name_transport|frontend_name\w*|backend_name'
    r'|bytes_uploaded)" ?:)(?=.*"(?:client_?ip|client_addr|haproxy_clientIP)" ?:)'
)
HAPROXY = fields.record(
    fields.members(
        {
            "moment": "request_date|accept_date|date_time|haproxy_dateTime|timestamp|time|"
            "@timestamp",
            "client": "client_ip|clientip|client_addr|haproxy_clientIP|haproxy.network.client_ip",
            "verb": "http_method|method|request_method|http_request_method|haproxy.request.method",
            "uri": "http_uri|request_uri|uri|url|http_path|path|haproxy.request.uri",
            "asked": "http_request|request|haproxy_httpRequest",
            "site": "host_header|http_host|request_host|req_host|haproxy.request.header.host",
            "captured": "captured_request_headers|haproxy_capturedRequestHeaders",
            "code": "status_code|http_status|http_status_code|status|haproxy_statusCode|"
            "haproxy.response.status_code",
            "sent": "bytes_uploaded|haproxy.bytes.uploaded",
            "received": "bytes_read|haproxy_bytesRead|haproxy.bytes.read",
            "agent": "user_agent|http_user_agent|haproxy.request.header.user_agent",
            "millis": "time_active|time_total|total_time|haproxy_Tt|haproxy.time.tt",
        }
    ),
    let={
        "instant": """coalesce(from_local(try_strptime(moment, '%d/%b/%Y:%H:%M:%S.%g')),
            timezone('UTC', try_strptime(moment, '%d/%b/%Y:%H:%M:%S %z')), text_time(moment))""",
        "request": "string_split(asked, ' ')",
        "method_given": "upper(coalesce(verb, request[1]))",
        "target": "coalesce(uri, request[2])",
        "absolute": "coalesce(contains(target, '://'), false)",
        "tunnel": "coalesce(method_given = 'CONNECT', false)",
        # Only their shape tells captured headers apart.
        "captures": "string_split(trim(captured, '{}'), '|')",
        "host_header": f"list_filter(captures, lambda h: regexp_matches(h, '{_HOST_HEADER}'))[1]",
        "agent_header": "list_filter(captures, lambda h: regexp_matches(h, '^[A-Za-z][^:]*/'))[1]",
        "http": "coalesce(try_cast(code AS INTEGER), 0) > 0 OR method_given IS NOT NULL",
    },
    rejected={"no JSON object": "NOT is_object", "the time cannot be read": "instant IS NULL"},
    event_time="instant",
    duration_ms="number(ltrim(millis, '+'))",
    source_ip="client",
    authority="""CASE WHEN tunnel THEN target WHEN absolute THEN url_authority(target)
        ELSE coalesce(site, host_header) END""",
    path="""CASE WHEN tunnel THEN NULL WHEN absolute THEN url_path(target)
        WHEN starts_with(target, '/') THEN target END""",
    method="CASE WHEN method_given <> '<BADREQ>' THEN method_given END",
    status="CASE WHEN try_cast(code AS INTEGER) > 0 THEN try_cast(code AS INTEGER) END",
    bytes_up="number(ltrim(sent, '+'))",
    bytes_down="number(ltrim(received, '+'))",
    user_agent="coalesce(agent, agent_header)",
    action="""CASE WHEN NOT http OR code = '407' THEN NULL WHEN code = '403' THEN 'blocked'
        WHEN try_cast(code AS INTEGER) > 0 THEN 'allowed' END""",
    evidence="CASE WHEN http AND NOT tunnel THEN 'transacted' ELSE 'connected' END",
)

ENVOY_MEMBER = (
    r'\{(?=.*"start_time" ?:)(?=.*"response_flags" ?:)'
    r'(?=.*"(?:authority|requested_server_name)" ?:)'
)
ENVOY = fields.record(
    fields.members(
        {
            "moment": "start_time",
            "verb": "method",
            "target": "path",
            "code": "response_code",
            "sent": "bytes_received",
            "received": "bytes_sent",
            "millis": "duration",
            "forwarded": "x_forwarded_for",
            "downstream": "downstream_remote_address",
            "agent": "user_agent",
            "site": "authority|requested_server_name",
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
