"""Conversations and lookups as events, in the columns that every collector yields."""

from __future__ import annotations

import ipaddress
from dataclasses import dataclass, field
from functools import lru_cache

import pyarrow as pa

from shadow_scan.collectors.format import COLUMNS
from shadow_scan.collectors.packets.conversations.conversation import Conversation
from shadow_scan.collectors.packets.layers.endpoints import ends_of
from shadow_scan.collectors.packets.names.answers import KnownAddresses

NO_DATA = "connection that carried no data"
_EARLIEST, _LATEST = 631_152_000_000_000, 4_102_444_800_000_000
"""1990 and 2100: a time outside is damage."""
OUT_OF_RANGE = "the time is out of range"
_WELL_KNOWN = 1024
_REMEMBERED = 4_096
"""Addresses as text: the same ones come again and again."""
_DICTIONARIES = (
    *("source_ip", "user_name", "device_name", "department", "authority", "destination_ip"),
    *("method", "path", "user_agent", "referrer", "action", "evidence"),
)
_ARROW = {
    "BIGINT": pa.int64(),
    "INTEGER": pa.int32(),
    "VARCHAR": pa.string(),
    "TIMESTAMP": pa.timestamp("us"),
}
_FILLED = (
    *("line_number", "event_time", "duration_ms", "source_ip", "authority", "destination_ip"),
    *("bytes_up", "bytes_down", "user_agent", "evidence", "ja4"),
)
Row = tuple[
    int,
    int,
    int | None,
    str,
    str,
    str | None,
    int | None,
    int | None,
    str | None,
    str,
    str | None,
]
"""In the order of `_FILLED`."""


@dataclass(slots=True)
class EventRows:
    """Rows of a block, in no order; `rejected` are numbers of packets whose time cannot be."""

    rows: list[Row] = field(default_factory=list)
    rejected: list[int] = field(default_factory=list)

    def lookup(self, number: int, time: int, client: bytes, resolver: bytes, host: str) -> None:
        server = address_text(resolver)
        asker = address_text(client)
        self._add((number, time, None, asker, host, server, None, None, None, "resolved", None))

    def conversation(self, ended: Conversation, known: KnownAddresses) -> bool:
        """Whether it is an event: a bare attempt to connect carried nothing and is none."""
        if not any(ended.volume) and ended.name is None:
            return False
        client = ended.client if ended.sure else _likely_client(ended)
        host, evidence = _named(ended, client, known)
        source, target, target_port = _endpoints(ended, client)
        port = ended.name.port if ended.name and ended.name.port else target_port
        self._add(
            (
                ended.name_number if host else ended.first_number,
                ended.first_time,
                max(ended.last_time - ended.first_time, 0) // 1000,
                source,
                f"{host or ''}:{port}",
                target,
                ended.volume[client],
                ended.volume[1 - client],
                ended.name.agent if ended.name else None,
                evidence,
                ended.name.client if ended.name else None,
            )
        )
        return True

    def _add(self, row: Row) -> None:
        if _EARLIEST <= row[1] < _LATEST:
            self.rows.append(row)
        else:
            self.rejected.append(row[0])

    def table(self, least: int) -> pa.Table | None:
        """The columns of `format.COLUMNS` less the verdicts, and `ja4`; the rows are taken. None,
        and they stay, while they are fewer than `least`."""
        if len(self.rows) < least:
            return None
        columns = dict(zip(_FILLED, zip(*self.rows, strict=True), strict=True)) if self.rows else {}
        count = len(self.rows)
        self.rows = []
        return pa.table(
            {
                name: _column(name, kind, columns.get(name), count)
                for name, kind in {**COLUMNS, "flow": "BIGINT", "ja4": "VARCHAR"}.items()
                if name not in ("skipped", "rejected")
            }
        )


def _column(name: str, kind: str, values: tuple[object, ...] | None, count: int) -> pa.Array:
    wanted = _ARROW[kind]
    if name in _DICTIONARIES:
        return _of_nothing(count) if values is None else _encoded(values, wanted)
    return pa.nulls(count, wanted) if values is None else pa.array(values, wanted)


def _of_nothing(count: int) -> pa.DictionaryArray:
    return pa.DictionaryArray.from_arrays(pa.nulls(count, pa.int32()), pa.array([], pa.string()))


def _encoded(values: tuple[object, ...], wanted: pa.DataType) -> pa.DictionaryArray:
    """Arrow's own encoding would load all of its functions, for a few columns."""
    numbers: dict[object, int] = {}
    number = numbers.setdefault
    codes = [None if value is None else number(value, len(numbers)) for value in values]
    return pa.DictionaryArray.from_arrays(
        pa.array(codes, pa.int32()), pa.array(list(numbers), wanted)
    )


def _named(ended: Conversation, client: int, known: KnownAddresses) -> tuple[str | None, str]:
    """(host, evidence). The outer name of an encrypted hello is no evidence where it is known to
    stand for others, or where the client had asked for other names at that address."""
    told = ended.told[client] if ended.told else ()
    name = ended.name
    if name is not None and name.host is not None:
        if not name.encrypted or name.host in told or not (told or known.is_decoy(name.host)):
            return name.host, "connected"
        if not known.is_decoy(name.host):
            return None, "connected"
    if name is not None and name.origin in ("connect", "socks"):
        return None, "connected"
    return (told[0], "resolved") if len(told) == 1 else (None, "connected")


def _likely_client(ended: Conversation) -> int:
    """Where no handshake was seen: servers have the well-known port, else clients speak first."""
    _, first, _, second = ends_of(ended.key)
    own, far = (second, first) if ended.client else (first, second)
    return 1 - ended.client if own < _WELL_KNOWN <= far else ended.client


def _endpoints(ended: Conversation, client: int) -> tuple[str, str, int]:
    first, first_port, second, second_port = ends_of(ended.key)
    if client:
        return address_text(second), address_text(first), first_port
    return address_text(first), address_text(second), second_port


@lru_cache(_REMEMBERED)
def address_text(raw: bytes) -> str:
    if len(raw) == 4:
        return f"{raw[0]}.{raw[1]}.{raw[2]}.{raw[3]}"
    return str(ipaddress.IPv6Address(raw))
