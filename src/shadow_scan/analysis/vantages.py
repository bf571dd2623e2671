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
_MOST = 62
"""Recorders that a set of bits can name."""


def write_vantages(connection: duckdb.DuckDBPyConnection) -> None:
    """`vantages`: format -> place in the order of trust, and the bit that stands for it."""
    found = rows(
        connection,
        "SELECT format, any_value(kind) FROM facts.sources WHERE format IS NOT NULL "
        "GROUP BY format ORDER BY format",
    )
    vantages = [
        (name, _PLACES.get(kind, _ELSEWHERE), 1 << (at % _MOST))
        for at, (name, kind) in enumerate(found)
    ]
    columns = {"format": "VARCHAR", "place": "INTEGER", "bit": "BIGINT"}
    create_table(connection, "vantages", columns, vantages)
