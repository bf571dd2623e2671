"""What facts say of themselves: their layout, and how names are written in them."""

from __future__ import annotations

import duckdb

from shadow_scan.store.database import rows

SCHEMA_VERSION = "4"


def kind_of_names(*, plain: bool) -> str:
    return "plain names" if plain else "pseudonyms"


def said(connection: duckdb.DuckDBPyConnection, attached: str = "") -> dict[str, str]:
    """What a database of the workspace, facts or derived, says of itself; or the `attached` one."""
    place = f"{attached}.meta" if attached else "meta"
    return dict(rows(connection, f"SELECT key, value FROM {place}"))


def keeps_plain_names(said: dict[str, str]) -> bool:
    return said.get("names") == kind_of_names(plain=True)


def is_as_we_write(said: dict[str, str], *, plain: bool) -> bool:
    """Facts of this layout that store names this way."""
    return (said["schema"], said["names"]) == (SCHEMA_VERSION, kind_of_names(plain=plain))
