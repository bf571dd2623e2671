"""Whose records are: by their names, by the lease of their address, by whom others show there."""

from __future__ import annotations

import duckdb

from shadow_scan.store.database import named_sql, scalar

_MAY_FIND = "SELECT EXISTS (FROM facts.users) AND EXISTS (FROM {table} WHERE {nameless})"
_OWNED = """SELECT devices.id FROM facts.devices
    JOIN facts.people_devices AS owner ON owner.device_text = devices.text
    WHERE owner.user_text IS NOT NULL"""
_NAMELESS = {
    "address_id": "user_id IS NULL AND device_id IS NULL AND address_id IS NOT NULL",
    "device_id": f"user_id IS NULL AND device_id IS NOT NULL AND device_id NOT IN ({_OWNED}) "
    "AND EXISTS (FROM facts.meta WHERE key = 'nobody')",
}
"""Of whom a place may tell who it was. The people file knows better whose a device is, and facts
that do not tell a program's account from no name would make the system's own somebody's."""


def write_identities(
    connection: duckdb.DuckDBPyConnection, table: str, name: str = "identities", kind: str = "TABLE"
) -> None:
    """The table `name`: who asked, for every combination of names in `table`, which has those of
    events beside `leased` and `seen_user_id`; both are found here."""
    if scalar(connection, "SELECT EXISTS (FROM facts.leases)"):
        connection.execute(named_sql(__package__, "leased").format(table=table))
    for place, nameless in _NAMELESS.items():
        # to find nobody takes as long
        if scalar(connection, _MAY_FIND.format(table=table, nameless=nameless)):
            given = {"table": table, "place": place, "nameless": nameless}
            connection.execute(named_sql(__package__, "seen_users").format(**given))
    connection.execute(
        named_sql(__package__, "identities").format(kind=kind, name=name, table=table)
    )
