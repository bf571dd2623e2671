"""Where the recorders of a workspace stand: who is believed first when several saw one visit."""

from __future__ import annotations

import duckdb
import pyarrow as pa

from shadow_scan.collectors.format import Kind
from shadow_scan.collectors.packets.formats import CAPTURES
from shadow_scan.store.database import create_table, rows

_PLACES: dict[Kind | str, int] = {
    "proxy": 60,
    "web server": 60,
    "endpoint": 50,
    "firewall": 40,
    "network sensor": 30,
    "dns": 10,
}
"""A proxy ends the connection itself and knows who asked; a sensor may lose packets."""
_ELSEWHERE = 20
_MOST = 62
"""Recorders that a set of bits can name."""


def write_vantages(connection: duckdb.DuckDBPyConnection) -> None:
    """`vantages`: format -> place in the order of trust, and the bit that stands for it."""
    found = rows(
        connection, "SELECT DISTINCT format FROM facts.sources WHERE format IS NOT NULL ORDER BY 1"
    )
    names = [str(row[0]) for row in found]
    table = pa.table(
        {
            "format": pa.array(names, pa.string()),
            "place": pa.array([_place(name) for name in names], pa.int32()),
            "bit": pa.array([1 << (at % _MOST) for at in range(len(names))], pa.int64()),
        }
    )
    create_table(connection, "vantages", table)


def _place(name: str) -> int:
    # Declarations of text formats take a while to load, and nothing asks for one of captures.
    if name in CAPTURES:
        return _PLACES[CAPTURES[name].kind]
    from shadow_scan.collectors.formats import FORMATS

    declared = FORMATS.get(name)
    return _ELSEWHERE if declared is None else _PLACES.get(declared.kind, _ELSEWHERE)
