"""Documents of the Elastic Common Schema (ECS) in which no line of a product is left.

Elastic's integrations and many a pipeline write them, as nested objects or with dots in the names
of members. Whatever product it was: the schema says who asked whom, and whose bytes are whose.
"""

from __future__ import annotations

import re

from shadow_scan.collectors import fields
from shadow_scan.collectors.format import Format, Header
from shadow_scan.collectors.variants import FIELDS, Variants

_PATHS = {
    "moment": "event.start|@timestamp",
    "client": "source.ip|client.ip|source.address|client.address|source.nat.ip|client.nat.ip",
    "user": "user.name|user.email|source.user.name|client.user.name|source.user.email|"
    "client.user.email",
    "device": "source.domain|client.domain",
    "shipper": "agent.type",
    "dataset": "event.dataset|data_stream.dataset",
    "endpoint": "host.name|host.hostname",
    # The integration of Zeek leaves the name that TLS asks for, its early versions that of a lookup
    # too, among Zeek's own members.
    "question": "dns.question.name|zeek.dns.query",
    "part": "dns.type",
    "site": "url.domain|destination.domain|server.domain|tls.client.server_name|"
    "zeek.ssl.server.name|zeek.ssl.server_name",
    "place": "destination.address",
    "url": "url.full|url.original",
    "port": "url.port|destination.port|server.port",
    "directory": "url.path",
    "server": "destination.ip|server.ip",
    "verb": "http.request.method",
    "code": "http.response.status_code|http.response.body.status_code|squid.status_code",
    "sent": "source.bytes|client.bytes|http.request.bytes|http.request.body.bytes",
    "received": "destination.bytes|server.bytes|http.response.bytes|http.response.body.bytes",
    "agent": "user_agent.original",
    "referrer": "http.request.referrer",
    # Some pipelines write milliseconds into a duration: begin and end say it better.
    "begin": "event.start",
    "finish": "event.end",
    "nanoseconds": "event.duration",
    "did": "event.action",
    "kinds": "event.type",
    "way": "network.direction",
    "uid": "zeek.session_id",
    # Squid's own: of the integration that reads its log, and of a firewall that lets it write this
    # schema, with milliseconds for the duration.
    "result": "squid.result_code|labels.request_status",
    "written": "labels.request_status",
}
_AT_ENDPOINTS = (
    r"(?:crowdstrike\.fdr|sentinel_one_cloud_funnel\.event|m365_defender\.event"
    r"|carbon_black_cloud\.endpoint_event)"
)
"""Integrations of agents on computers, whose documents may have no client but their host."""
_PRIVATE = r"^(?:10\.|127\.|192\.168\.|172\.(?:1[6-9]|2\d|3[01])\.|f[cd])"


def _in_both_spellings(paths: str) -> str:
    """A path through objects, and as one name with dots in it."""
    return "|".join(f"{path}|{path.replace('.', chr(92) + '.')}" for path in paths.split("|"))


# Any member may be a list.
_LISTS = ("client", "user", "device", "endpoint", "question", "site", "url", "server")
_DOCUMENT = fields.firsts(
    fields.members({name: _in_both_spellings(paths) for name, paths in _PATHS.items()}), _LISTS
)


def _statement(header: Header) -> Variants:
    """Documents, or a table of them as Kibana exports it, by its row of names."""
    told = {"starts_with(ltrim(line), '{')": _DOCUMENT}
    if named := fields.named_columns(header):
        places = fields.places(named, _PATHS)
        told["true"] = fields.cells(places, extra={"is_object": f"cells = {len(named)}"})
    twice = " OR ".join(answer for name, answer in _ANSWERS.items() if name in header)
    return Variants(told).around(_READ.replace("{twice}", twice or "false"))


# Who writes both questions and answers; of others, an answer may be all that there is of a lookup.
_QUESTIONS = {
    "defend asks": """contains(line, '"lookup_requested"')""",
    "suricata asks": """contains(line, '"suricata.eve"')
        AND (contains(line, 'type":"query"') OR contains(line, 'type": "query"'))""",
}
_ANSWERS = {
    "defend asks": "verdict = 'lookup_result'",
    "suricata asks": "dataset = 'suricata.eve' AND part = 'answer'",
}
_READ = fields.record(
    FIELDS,
    let={
        "instant": "text_time(moment)",
        "took": """coalesce(epoch_ms(iso_time(finish)) - epoch_ms(iso_time(begin)),
            try_cast(replace(nanoseconds, ',', '') AS BIGINT)
                // CASE WHEN written IS NULL THEN 1000000 ELSE 1 END)""",
        "absolute": "coalesce(contains(url, '://'), false)",
        "tunnel": "coalesce(upper(verb) = 'CONNECT', false)",
        "host": """coalesce(site, CASE WHEN absolute
            OR coalesce(upper(verb) = 'CONNECT', false) THEN url_authority(url) END, place)""",
        "verdict": "lower(did)",
    },
    skipped={
        # Some integrations call inbound what goes from a client to any server.
        "no request (comes in)": "way IN ('inbound', 'ingress') "
        f"AND regexp_matches(server, '{_PRIVATE}') AND NOT regexp_matches(client, '{_PRIVATE}')",
        "an answer to a question read already": "question IS NOT NULL AND ({twice})",
        "no request (no name or address of a server)": "is_object AND moment IS NOT NULL "
        "AND question IS NULL AND host IS NULL AND server IS NULL",
    },
    rejected={
        "no document": "NOT coalesce(is_object, false)",
        "the time cannot be read": "instant IS NULL",
    },
    # Squid writes when a request was over.
    event_time="CASE WHEN result IS NULL THEN instant "
    "ELSE instant - to_milliseconds(coalesce(took, 0)) END",
    duration_ms="CASE WHEN took >= 0 THEN took END",
    source_ip="host_of(client)",
    user_name='"user"',
    # Elastic Defend runs where the requests begin; other agents name the host that they read on.
    device_name=f"""coalesce(device, CASE WHEN shipper = 'endpoint'
        OR regexp_full_match(dataset, '{_AT_ENDPOINTS}') THEN endpoint END)""",
    authority="""CASE WHEN question IS NOT NULL THEN question
        ELSE coalesce(with_port(host, port), ':' || port) END""",
    path="CASE WHEN NOT tunnel THEN coalesce(directory, CASE WHEN absolute THEN url_path(url) END) "
    "END",
    destination_ip="CASE WHEN question IS NULL THEN server END",
    method="upper(verb)",
    status="nullif(try_cast(code AS INTEGER), 0)",
    bytes_up="CASE WHEN question IS NULL THEN number(replace(sent, ',', '')) END",
    bytes_down="CASE WHEN question IS NULL THEN number(replace(received, ',', '')) END",
    user_agent="agent",
    referrer="CASE WHEN contains(referrer, '://') THEN referrer END",
    action="""CASE WHEN result IS NOT NULL THEN squid_action(result, try_cast(code AS INTEGER))
         WHEN contains(kinds, 'denied')
              OR regexp_matches(verdict, '^(block|den|drop|reject)') THEN 'blocked'
         WHEN contains(kinds, 'allowed')
              OR regexp_matches(verdict, '^(allow|permit|accept|pass)') THEN 'allowed' END""",
    evidence="""CASE WHEN question IS NOT NULL THEN 'resolved'
        WHEN verb IS NOT NULL AND NOT tunnel THEN 'transacted' ELSE 'connected' END""",
    flow="uid",
)

ECS = Format(
    name="ecs",
    title="Elastic Common Schema (documents of integrations and pipelines, Kibana's CSV)",
    kind="network sensor",
    carries=(
        *("event_time", "duration_ms", "source_ip", "user_name", "device_name", "host", "port"),
        *("path", "destination_ip", "method", "status", "bytes_up", "bytes_down", "user_agent"),
        *("referrer_host", "action", "evidence"),
    ),
    recognise=re.compile(
        r'\{(?=.*"@timestamp" ?:)'
        r'(?=.*"(?:source|client)(?:\.(?:ip|address|bytes|port)" ?:|" ?: ?\{))'
        r'(?=.*"(?:url|dns|destination|server|http|tls)(?:(?:\.\w+)+" ?:|" ?: ?\{))'
        r'|\{(?=.*"@timestamp" ?:)'
        rf'(?=.*\b(?:type" ?: ?"endpoint"|dataset" ?: ?"{_AT_ENDPOINTS}"))'
        r'(?=.*"dns(?:\.question\.name" ?:|" ?: ?\{.*"question"))'
        r'|"?@timestamp"?,(?=.*\b(?:source|client)\.(?:ip|address)\b)'
        r"(?=.*\b(?:url|dns|destination|server|tls)\.\w)"
    ),
    reference="https://www.elastic.co/docs/reference/ecs",
    sql=_statement,
    remembers=_QUESTIONS,
    header=fields.column_names,
    header_starts=("@tim", '"@ti'),
    notes="as good as what wrote it; where a document has its product's line, that is read instead",
    aliases=("elastic",),
)
