"""Whose records are: by their names, by the lease of their address, by whom others saw there."""

from __future__ import annotations

import duckdb

from shadow_scan.store.database import named_sql, scalar

_STEPS = {
    "leased": "EXISTS (FROM facts.leases)",
    "seen_users": "EXISTS (FROM facts.users) AND EXISTS (FROM {table} "
    "WHERE user_id IS NULL AND device_id IS NULL AND address_id IS NOT NULL)",
}
"""What may find somebody, and where: to find nobody takes as long."""


def write_identities(
    connection: duckdb.DuckDBPyConnection, table: str, name: str = "identities", kind: str = "TABLE"
) -> None:
    """The table `name`: who asked, for every combination of names in `table`, which has those of
    events beside `leased` and `seen_user_id`; both are found here."""
    for step, may_find in _STEPS.items():
        if scalar(connection, f"SELECT {may_find.format(table=table)}"):
            connection.execute(named_sql(__package__, step).format(table=table))
    connection.execute(
        named_sql(__package__, "identities").format(kind=kind, name=name, table=table)
    )
