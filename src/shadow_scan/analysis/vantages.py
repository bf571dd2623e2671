"""Where the recorders of a workspace stand: who is believed first when several saw one visit."""

from __future__ import annotations

import duckdb

from shadow_scan.store.database import create_table, rows

_PLACES = {
    "proxy": 60,
    "web server": 60,
    "endpoint": 50,
    "firewall": 40,
    "network sensor": 30,
    "dns": 10,
}
"""A proxy ends the connection itself and knows who asked; a sensor may lose packets."""
_ELSEWHERE = 20
_SUMMING_UP = ("netskope-events",)
"""Recorders that sum up what a better log of their product tells singly."""
_ENDING = ("proxy", "firewall", "endpoint")
_MOST = 62
"""Recorders that a set of bits can name."""


def write_vantages(connection: duckdb.DuckDBPyConnection) -> None:
    """`vantages`: format -> place in the order of trust, the bit that stands for it, and whether it
    ends connections and may look into them, as no sensor does."""
    found = rows(
        connection,
        "SELECT format, any_value(kind) FROM facts.sources WHERE format IS NOT NULL "
        "GROUP BY format ORDER BY format",
    )
    vantages = [
        (name, _place(name, kind), 1 << (at % _MOST), kind in _ENDING)
        for at, (name, kind) in enumerate(found)
    ]
    columns = {"format": "VARCHAR", "place": "INTEGER", "bit": "BIGINT", "ends": "BOOLEAN"}
    create_table(connection, "vantages", columns, vantages)


def _place(name: str, kind: str) -> int:
    return _PLACES.get(kind, _ELSEWHERE) - (name in _SUMMING_UP)
