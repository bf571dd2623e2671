"""Packets as tshark prints their fields (`-T fields -E header=y`, `-T json -e`, `-T ek`).

Each packet is told of by itself: those that ask count, by a lookup, a TLS hello or an HTTP request.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from shadow_scan.collectors import fields
from shadow_scan.collectors.columns.rows import first_cells
from shadow_scan.collectors.format import Format, Header
from shadow_scan.collectors.variants import Variants

_AGENT = "http.user_agent"
_NAMES = {
    "moment": "frame.time_epoch|frame.time",
    "client": "ip.src|ipv6.src",
    "server": "ip.dst|ipv6.dst",
    "client_port": "udp.srcport|tcp.srcport",
    "server_port": "udp.dstport|tcp.dstport",
    "question": "dns.qry.name",
    "answers": "dns.flags.response",
    "sni": "tls.handshake.extensions_server_name|ssl.handshake.extensions_server_name",
    "called": "http.host",
    "verb": "http.request.method",
    "asked": "http.request.uri",
    "agent": _AGENT,
    "whole": "http.request.full_uri",
}
_DELIMITERS = {"\t": "\t", ";": ";", "|": "|"}


# 'Sep  3, 2026 10:11:12.417000000 CEST' is how it writes times itself.
_OWN = r"^(\w{3}) +(\d+),? (\d{4}) ([\d:]{8}(?:\.\d{1,6})?)\d* (\w{2,5})$"
_COMMA = r"([A-Z][a-z]{2} [ \d]\d), (\d{4} \d\d:)"
"""In a row with commas between, where nobody asked for quotes."""
_INSTANT = rf"""coalesce(text_time(one_moment), iso_time(
    strftime(try_strptime(regexp_replace(one_moment, '{_OWN}', '\1 \2 \3'), '%b %d %Y'), '%Y-%m-%d')
    || regexp_replace(one_moment, '{_OWN}', 'T\4')
    || zone_offset(regexp_extract(one_moment, '\w+$'))))"""


def _members(name: str) -> list[str]:
    """Where a field stands: named alone (`-e`), and within its protocol; Elastic has no dots."""
    bare, flat, protocol = name.replace(".", r"\."), name.replace(".", "_"), name.split(".")[0]
    return [
        *(f"{root}.{given}" for root in ("_source.layers", "layers") for given in (bare, flat)),
        f"_source.layers.{protocol}.{bare}",
        f"layers.{protocol}.{protocol}_{flat}",
    ]


_MEMBERS = {
    field: "|".join(path for name in names.split("|") for path in _members(name))
    for field, names in _NAMES.items()
}
_MEMBERS["moment"] += "|timestamp"


def _columns(rows: Sequence[str], before: Header) -> Header:
    row = rows[-1]
    delimiter = next((sign for sign in _DELIMITERS if sign in row), "," if "," in row else " ")
    names = first_cells(row, delimiter)
    return {**before, "fields": names, "delimiter": delimiter}


def _too_many(columns: int) -> dict[str, str]:
    """Values with commas in them, around which nobody asked for quotes."""
    return {"more values than columns": f"cells > {columns}"} if columns else {}


def _statement(header: Header) -> Variants:
    told = {"starts_with(ltrim(line), '{')": fields.members(_MEMBERS)}
    most = 0
    if named := fields.named_columns(header):
        delimiter, most = str(header.get("delimiter", ",")), len(named)
        is_parted = delimiter == "," and "frame.time" in named
        told["true"] = fields.cells(
            fields.places(named, _NAMES),
            delimiter=delimiter,
            text=rf"regexp_replace(line, '{_COMMA}', '\1 \2')" if is_parted else "line",
        )
    return fields.record(
        Variants(told),
        let={
            # What occurs more than once in a packet comes as a list, or with commas between.
            **{
                f"one_{name}": f"""CASE WHEN starts_with({name}, '[')
                    THEN nullif(regexp_extract({name}, '^\\["?([^",\\]]*)', 1), '')
                    ELSE split_part({name}, ',', 1) END"""
                for name in ("client", "server", "client_port", "server_port", "question", "sni")
            },
            **{
                f"one_{name}": f"""CASE WHEN starts_with({name}, '[')
                    THEN nullif(regexp_extract({name}, '^\\["?([^"\\]]*)', 1), '')
                    ELSE {name} END"""
                for name in ("moment", "answers", "called", "verb", "asked", "agent", "whole")
            },
        },
        skipped={
            "no packet (an index of Elastic)": "starts_with(line, '{\"index\"')",
            "an answer, no question": """question IS NOT NULL
                AND (lower(one_answers) IN ('1', 'true')
                    OR one_answers IS NULL AND one_client_port = '53'
                        AND one_server_port <> '53')""",
            "no request (nothing is named)": "variant > 0 "
            "AND coalesce(question, sni, called, whole) IS NULL",
        },
        rejected={
            "no packet": "variant = 0",
            **({} if _AGENT in named[-1:] else _too_many(most)),
            "the time cannot be read": f"{_INSTANT} IS NULL",
        },
        event_time=_INSTANT,
        source_ip="one_client",
        authority="""CASE WHEN question IS NOT NULL THEN one_question
            ELSE with_port(coalesce(one_sni, one_called, url_authority(one_whole)), one_server_port)
            END""",
        path="CASE WHEN called IS NOT NULL THEN coalesce(one_asked, url_path(one_whole)) "
        "WHEN sni IS NULL THEN url_path(one_whole) END",
        destination_ip="CASE WHEN question IS NULL THEN one_server END",
        method="CASE WHEN coalesce(called, whole) IS NOT NULL THEN one_verb END",
        # An agent that ends the row may have commas, and then no end.
        user_agent=f"CASE WHEN cells > {most} THEN NULL ELSE one_agent END"
        if most
        else "one_agent",
        evidence="""CASE WHEN question IS NOT NULL THEN 'resolved'
            WHEN sni IS NOT NULL OR one_verb = 'CONNECT' THEN 'connected' ELSE 'transacted' END""",
    )


_NAMED = (
    r"(?:dns[._]qry[._]name|(?:tls|ssl)[._]handshake[._]extensions_server_name"
    r"|http[._](?:host|request[._]full_uri))"
)

TSHARK = Format(
    name="tshark",
    title="tshark, fields of packets: DNS, TLS, HTTP (text with a header, JSON)",
    kind="network sensor",
    carries=(
        *("event_time", "source_ip", "host", "port", "path", "destination_ip", "method"),
        *("user_agent", "evidence"),
    ),
    recognise=re.compile(
        rf'\{{(?=.*"layers" ?:)(?=.*"(?:\w+_)?ip(?:v6)?[._]src)(?=.*"(?:\w+_)?{_NAMED}"|.*"\w+")'
        rf'|"?(?:frame|ip|ipv6|_ws|eth)\.(?=.*\bip(?:v6)?\.src\b)(?=.*\b{_NAMED}\b)'
    ),
    reference="https://www.wireshark.org/docs/man-pages/tshark.html",
    sql=_statement,
    header=_columns,
    header_starts=("fram", '"fra', "ip.s", '"ip.', "_ws.", '"_ws', "ipv6"),
    is_header=fields.names_columns,
    notes="no sizes: each packet stands for itself; captures themselves are read better",
)
