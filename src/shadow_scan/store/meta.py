"""What facts say of themselves: their layout, and how names are written in them."""

from __future__ import annotations

from pathlib import Path

import duckdb

from shadow_scan.errors import UsageError
from shadow_scan.store.database import rows

SCHEMA_VERSION = "5"


def kind_of_names(*, plain: bool) -> str:
    return "plain names" if plain else "pseudonyms"


def said(connection: duckdb.DuckDBPyConnection, attached: str = "") -> dict[str, str]:
    """What a database of the workspace, facts or derived, says of itself; or the `attached` one."""
    place = f"{attached}.meta" if attached else "meta"
    return dict(rows(connection, f"SELECT key, value FROM {place}"))


def keeps_plain_names(said: dict[str, str]) -> bool:
    return said.get("names") == kind_of_names(plain=True)


def is_of_our_layout(said: dict[str, str]) -> bool:
    return said.get("schema") == SCHEMA_VERSION


def check_layout(said: dict[str, str], facts: Path) -> None:
    """Raises UsageError for facts that another version wrote otherwise."""
    if not is_of_our_layout(said):
        raise UsageError(
            f"this workspace holds facts of layout {said['schema']}, and this version reads and "
            f"writes {SCHEMA_VERSION}",
            where=str(facts),
            remedy="move the file away and scan the logs again; decisions and rules stay",
        )


def is_as_we_write(said: dict[str, str], *, plain: bool) -> bool:
    """Facts of this layout that store names this way."""
    return is_of_our_layout(said) and said["names"] == kind_of_names(plain=plain)
