"""Flow logs of Amazon's networks, text and CSV: the default columns, or those of a line of names;
or objects, as subscriptions and lakes make them.

A row is one direction of a flow, within some minutes. From a server's port to a client's it is the
answer: its bytes went to the client. Whoever stands behind a gateway is the packet's own source.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from shadow_scan.collectors import fields
from shadow_scan.collectors.format import Format, Header
from shadow_scan.collectors.variants import Variants

_DEFAULT = (
    *("version", "account-id", "interface-id", "srcaddr", "dstaddr", "srcport", "dstport"),
    *("protocol", "packets", "bytes", "start", "end", "action", "log-status"),
)
"""The columns of version 2, which are written where nobody has chosen others."""
_WANTED: Mapping[str, str] = {
    "source": "pkt-srcaddr|srcaddr",
    "destination": "pkt-dstaddr|dstaddr",
    "source_port": "srcport",
    "destination_port": "dstport",
    "size": "bytes",
    "begin": "start",
    "finish": "end",
    "did": "action",
    "state": "log-status",
    "instance": "instance-id",
    "direction": "flow-direction",
}
# Objects have the underscores of a table.
_OBJECT = fields.members(
    {
        name: "|".join(one.replace("-", "_") for one in names.split("|"))
        for name, names in _WANTED.items()
    }
)
_ADDRESS = r"(?:-|[0-9a-fA-F.:]{2,45})"
_DEFAULT_ROW = (
    rf"2 (?:\d{{12}}|unknown) eni-\w+ {_ADDRESS} {_ADDRESS} (?:[\d-]+ ){{5}}\d{{10}} \d{{10}} "
    r"(?:ACCEPT|REJECT|-) \w+"
)
# What CloudWatch exports has the time of its own before the row.
_STAMP = r"\d{4}-\d\d-\d\dT[\d:.]+Z "
_BEGINS = (
    *("vers", "acco", "inte", "srca", "dsta", "star", "acti", "inst", "vpc-", "vpc_", "regi"),
    *("type", "pkt-", "tcp-", "flow", "subn", "prot"),
)
"""Of the names that may stand first."""
_MEMBERS = r"\{(?=.*\"srcaddr\":)(?=.*\"dstaddr\":)(?=.*\"start\":)(?=.*\"interface_id\":)"
_NAMES = re.compile(r"(?=.*\bsrcaddr\b)(?=.*\bdstaddr\b)(?=.*\bstart\b)[a-z\d_\", -]+$")


def read_header(rows: Sequence[str], before: Header) -> Header:
    """Names with hyphens, as text has them, or with the underscores of a table in the lake."""
    names = re.split(r"[, ]+", rows[-1].replace('"', "").strip())
    return {
        **before,
        "fields": [name.replace("_", "-") for name in names],
        "delimiter": "," if "," in rows[-1] else " ",
    }


def statement(header: Header) -> str | Variants:
    names = fields.named_columns(header) or list(_DEFAULT)
    cells = fields.cells(
        fields.places(names, _WANTED),
        delimiter=str(header.get("delimiter", " ")),
        text=f"""CASE WHEN line LIKE '____-__-__T%' THEN regexp_replace(line, '^{_STAMP}', '')
            ELSE line END""",
    )
    return fields.record(
        Variants({"starts_with(line, '{')": _OBJECT, "true": cells}),
        skipped={
            "no request (nothing flowed, or it was not recorded)": f"""(cells IS NULL
                OR cells = {len(names)}) AND state IN ('NODATA', 'SKIPDATA')"""
        },
        rejected={
            "not a JSON object": "NOT is_object",
            "another number of cells than there are columns": f"cells <> {len(names)}",
            "the time cannot be read": "moment IS NULL",
            "the addresses cannot be read": f"NOT coalesce({_is_address('source')} AND "
            f"{_is_address('destination')}, false)",
        },
        let={
            "moment": "epoch_time(begin)",
            "answer": "is_answer(try_cast(source_port AS INTEGER), "
            "try_cast(destination_port AS INTEGER))",
        },
        event_time="moment",
        duration_ms="lasted(moment, epoch_time(finish))",
        source_ip="CASE WHEN answer THEN destination ELSE source END",
        # The interface is the client's where the request left it, or its answer came in.
        device_name="CASE WHEN direction = CASE WHEN answer THEN 'ingress' ELSE 'egress' END "
        "THEN instance END",
        destination_ip="CASE WHEN answer THEN source ELSE destination END",
        authority="':' || CASE WHEN answer THEN source_port ELSE destination_port END",
        bytes_up="CASE WHEN NOT answer THEN number(size) END",
        bytes_down="CASE WHEN answer THEN number(size) END",
        action="CASE did WHEN 'ACCEPT' THEN 'allowed' WHEN 'REJECT' THEN 'blocked' END",
        evidence="'connected'",
    )


def _is_address(column: str) -> str:
    return f"regexp_full_match({column}, '[0-9a-fA-F.:]{{3,45}}')"


VPC_FLOW = Format(
    name="vpc-flow",
    title="AWS VPC flow logs (text, CSV of Athena, JSON)",
    kind="network sensor",
    carries=(
        *("event_time", "duration_ms", "source_ip", "device_name", "port", "destination_ip"),
        *("bytes_up", "bytes_down", "action", "evidence"),
    ),
    recognise=re.compile(rf"(?:{_STAMP})?{_DEFAULT_ROW}|{_NAMES.pattern}|{_MEMBERS}"),
    reference="https://docs.aws.amazon.com/vpc/latest/userguide/flow-log-records.html",
    sql=statement,
    header=read_header,
    header_starts=(*_BEGINS, *(f'"{begin[:3]}' for begin in _BEGINS)),
    is_header=lambda line: _NAMES.match(line) is not None,
    notes="no names and no users: only addresses, which many services share; one direction a row; "
    "a row sums up to ten minutes",
    aliases=("vpc", "aws-vpc-flow", "vpcflow"),
)
