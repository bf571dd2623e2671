"""The list of packets that Wireshark and tshark show, saved as text or CSV.

Its last column says in words what a packet is. Lookups and hellos are named there (hellos since
version 4.2), and requests that a proxy is asked for; nothing else is told of. Where times count
from the first packet, none of them is a moment.
"""

from __future__ import annotations

import re

from shadow_scan.collectors import fields
from shadow_scan.collectors.format import Format, Header
from shadow_scan.collectors.variants import Variants

_NAMES = {
    "moment": "_ws.col.UTC Time|_ws.col.utc_time|frame.time_epoch|_ws.col.Time|_ws.col.cls_time|"
    "_ws.col.time|Time",
    "client": "ip.src|ipv6.src|_ws.col.Source|_ws.col.def_src|Source",
    "server": "ip.dst|ipv6.dst|_ws.col.Destination|_ws.col.def_dst|Destination",
    "protocol": "_ws.col.Protocol|_ws.col.protocol|Protocol",
    "info": "_ws.col.Info|_ws.col.info|Info",
}
_MOMENT = r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d(?:\.\d+)?Z?|\d+\.\d+|\d\d:\d\d:\d\d\.\d+"
_ROW = rf" *\d+ +({_MOMENT}) +(\S+) (?:\x{{2192}}|->) (\S+) +(\S+) \d+ (.*)$"
_LISTED = f"""SELECT line_number, line, header, told.* FROM (SELECT line_number, line, header,
    regexp_extract(line, '^{_ROW}', ['moment', 'client', 'server', 'protocol', 'info']) AS told
    FROM lines)"""
_QUESTION = r"^Standard query 0x[0-9a-f]+ (?:Unknown \(\d+\)|[A-Z0-9]+) ([^ ,<]+)"
_GREETING = r"Client Hello \(SNI=([^) ]+)\)"
_ASKED = r"^([A-Z]{3,20}) (\S+) HTTP/1"
_ADDRESS = r"^(?:\d+\.\d+\.\d+\.\d+|[0-9A-Fa-f]*:[0-9A-Fa-f:]*:[0-9A-Fa-f.:]*)$"
"""Names stand here where Wireshark was asked for them, hardware's addresses below IP."""


def _statement(header: Header) -> Variants:
    told = {f"regexp_matches(line, '^{_ROW}')": _LISTED}
    if named := fields.named_columns(header):
        told["true"] = fields.cells(fields.places(named, _NAMES))
    return fields.record(
        Variants(told),
        let={
            "question": f"""CASE WHEN protocol = 'DNS' THEN
                nullif(regexp_extract(info, '{_QUESTION}', 1), '') END""",
            "greeting": f"nullif(regexp_extract(info, '{_GREETING}', 1), '')",
            "request": f"""CASE WHEN protocol = 'HTTP'
                THEN regexp_extract(info, '{_ASKED}', ['verb', 'target']) END""",
            "tunnel": "coalesce(request['verb'] = 'CONNECT', false)",
            "absolute": "coalesce(contains(request['target'], '://'), false)",
            "instant": "CASE WHEN moment LIKE '____-__-__ %' "
            "OR regexp_matches(moment, '^\\d{9,10}\\.') THEN text_time(moment) END",
        },
        skipped={
            "no request (nothing is named)": "variant > 0 AND coalesce(question, greeting) IS NULL "
            "AND NOT tunnel AND NOT absolute"
        },
        rejected={"no packet": "variant = 0", "the time cannot be read": "instant IS NULL"},
        event_time="instant",
        source_ip=f"CASE WHEN regexp_matches(client, '{_ADDRESS}') THEN client END",
        authority="""CASE WHEN tunnel THEN request['target']
            WHEN absolute THEN url_authority(request['target'])
            ELSE coalesce(question, greeting) END""",
        path="CASE WHEN absolute AND NOT tunnel THEN url_path(request['target']) END",
        # To where a lookup went, or who passes a request on, is no destination.
        destination_ip=f"""CASE WHEN greeting IS NOT NULL AND regexp_matches(server, '{_ADDRESS}')
            THEN server END""",
        method="CASE WHEN tunnel OR absolute THEN request['verb'] END",
        evidence="""CASE WHEN question IS NOT NULL THEN 'resolved'
            WHEN greeting IS NOT NULL OR tunnel THEN 'connected' ELSE 'transacted' END""",
    )


PACKET_LIST = Format(
    name="packet-list",
    title="Wireshark's and tshark's list of packets (text, CSV)",
    kind="network sensor",
    carries=(
        *("event_time", "source_ip", "host", "port", "path", "destination_ip", "method"),
        "evidence",
    ),
    recognise=re.compile(
        r'"?No\.?"?,"?Time"?,(?=.*"?Source\b)(?=.*"?Info\b)'
        r'|"?(?:_ws\.col|frame|ip)\.(?=.*\b_ws\.col\.(?:Info|info)\b)'
        r"(?=.*(?:_ws\.col\.(?:Source|def_src)|ip\.src)\b)"
        r"|" + _ROW.replace(r"\x{2192}", "\u2192")
    ),
    reference="https://www.wireshark.org/docs/wsug_html_chunked/ChIOExportSection.html",
    sql=_statement,
    zone="local",
    header=fields.column_names,
    header_starts=("No.,", "No,", '"No.', "_ws.", '"_ws', "frame", '"frame', "ip.s", '"ip.s'),
    is_header=fields.names_columns,
    notes="what a packet is called alone, without sizes: captures themselves are read better",
    aliases=("wireshark",),
)
