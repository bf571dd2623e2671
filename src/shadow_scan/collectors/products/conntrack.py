"""Connections that Linux keeps track of (conntrack): both directions, each with its bytes.

As ulogd writes them (JSON, lines like the kernel's, names and values), and `conntrack -E`. What the
kernel counts are whole packets; a connection is over when it is forgotten, which may be minutes
behind its last packet: so it has a begin here, and no duration.
"""

from __future__ import annotations

import re

from shadow_scan.collectors import fields
from shadow_scan.collectors.format import Format
from shadow_scan.collectors.syslog import RECEIVED
from shadow_scan.collectors.variants import FIELDS, Variants

_NAMES = {
    "moment": "timestamp",
    "source": "orig.ip.saddr.str|src_ip|orig.ip.saddr",
    "server": "orig.ip.daddr.str|dest_ip|orig.ip.daddr",
    "protocol": "orig.ip.protocol",
    "port": "orig.l4.dport|dest_port",
    "sent": "orig.raw.pktlen",
    "received": "reply.raw.pktlen",
    "step": "ct.event",
    "number": "ct.id",
    "seconds": "flow.start.sec",
    "micros": "flow.start.usec",
}
_MEMBERS = {name: paths.replace(".", r"\.") for name, paths in _NAMES.items()}
_STAMP = r"^\[(\d{10})(?:\.(\d{1,6}))?\]"
_EVENT = r"\[(NEW|UPDATE|DESTROY)\]"
_EMULATED = (
    r"ORIG: SRC=(\S+) DST=(\S+) PROTO=(\S+)(?: SPT=\d+ DPT=(\d+))?"
    r"(?:.*? BYTES=(\d+))?(?:.*REPLY: .* BYTES=(\d+))?"
)
_TOLD = (
    r"\] +(?:ipv[46] +\d+ +)?(\w+) +\d+ .*?\bsrc=(\S+) dst=(\S+)(?: sport=\d+ dport=(\d+))?"
    r"(?: packets=\d+ bytes=(\d+))?(?:.* packets=\d+ bytes=(\d+))?"
)


def _text(pattern: str, names: list[str], seconds: str, micros: str) -> str:
    listed = ", ".join(f"nullif(said.{name}, '') AS {name}" for name in names)
    given = ", ".join(f"'{name}'" for name in names)
    return f"""SELECT line_number, line, header, {listed}, NULL::VARCHAR AS moment,
        regexp_extract(line, '{_EVENT}', 1) AS step,
        nullif(regexp_extract(line, ' id=(\\d+)', 1), '') AS number,
        {seconds} AS seconds, {micros} AS micros
        FROM (SELECT *, regexp_extract(line, '{pattern}', [{given}]) AS said FROM lines)"""


_ENDS = ["source", "server", "protocol", "port", "sent", "received"]
_SQL = fields.record(
    Variants(
        {
            "starts_with(line, '{')": fields.members(_MEMBERS),
            "contains(line, ',orig.')": fields.pairs(_NAMES, between=","),
            "contains(line, 'ORIG: ')": _text(_EMULATED, _ENDS, "NULL::VARCHAR", "NULL::VARCHAR"),
            # The stamp is of the event: of an end, the begin is as long before as it says.
            "true": _text(
                _TOLD,
                ["protocol", "source", "server", "port", "sent", "received"],
                rf"""CAST(number(regexp_extract(line, '{_STAMP}', 1)) - coalesce(number(
                    nullif(regexp_extract(line, ' delta-time=(\d+)', 1), '')), 0) AS VARCHAR)""",
                f"rpad(regexp_extract(line, '{_STAMP}', 2), 6, '0')",
            ),
        }
    ).around(
        f"""SELECT * REPLACE (CASE step WHEN '1' THEN 'NEW' WHEN '2' THEN 'UPDATE'
                WHEN '4' THEN 'DESTROY' ELSE nullif(step, '') END AS step),
            coalesce(epoch_time(seconds) + to_microseconds(coalesce(number(micros), 0)),
                from_local(try_strptime(replace(replace(moment, '/', '-'), 'T', '-'),
                    ['%Y-%m-%d-%H:%M:%S.%f', '%Y-%m-%d-%H:%M:%S'])), {RECEIVED}) AS instant
            FROM ({FIELDS})"""
    ),
    let={"has_ports": "lower(protocol) IN ('6', '17', 'tcp', 'udp')"},
    skipped={
        "no request (a connection goes on)": "step = 'UPDATE' AND server IS NOT NULL",
        "no request (no connection of TCP or UDP)": "server IS NOT NULL AND NOT has_ports",
    },
    rejected={
        "no ends of a connection": "source IS NULL OR server IS NULL",
        "the time cannot be read": "instant IS NULL",
    },
    event_time="instant",
    source_ip="source",
    authority="':' || port",
    destination_ip="server",
    # A connection that has just begun has no sizes yet.
    bytes_up="CASE WHEN step <> 'NEW' THEN number(sent) END",
    bytes_down="CASE WHEN step <> 'NEW' THEN number(received) END",
    evidence="'connected'",
    flow="number",
)

CONNTRACK = Format(
    name="conntrack",
    title="Linux connection tracking (ulogd's flows, conntrack -E)",
    kind="firewall",
    carries=(
        *("event_time", "source_ip", "port", "destination_ip", "bytes_up", "bytes_down"),
        "evidence",
    ),
    recognise=re.compile(
        r'\{(?=.*"orig\.ip\.protocol" ?:)(?=.*"reply\.)|timestamp=[^,]+,orig\.ip\.'
        rf"|.{{0,80}}?{_EVENT} ORIG: SRC=|(?:\[[\d.]+\]\s+)?{_EVENT} (?:ipv[46] +\d+ +)?"
        r"\w+ +\d+ .{0,60}?\bsrc=\S+ dst="
    ),
    reference="https://netfilter.org/projects/ulogd/",
    sql=_SQL,
    zone="local",
    notes="no names and no users; sizes where net.netfilter.nf_conntrack_acct is set, begins where "
    "nf_conntrack_timestamp is; connections through the machine and its own look alike",
    aliases=("ulogd",),
)
