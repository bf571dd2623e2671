"""Who has a licence on the newest day of the data, in the temporary table `licensed`.

What is bought is as good as a decision to the policies and listings that ask who has a tool.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import duckdb
import msgspec

from shadow_scan.console import note
from shadow_scan.errors import UsageError
from shadow_scan.store.database import catalog_of, named_sql, rows
from shadow_scan.store.folding import fold_licensed, folds
from shadow_scan.store.meta import keeps_plain_names, said
from shadow_scan.workspace import Workspace

if TYPE_CHECKING:
    from shadow_scan.governance.licences import Licence

_ASSUMPTIONS, _USUAL = "procurement.toml", "licences.csv"


def licence_files(place: Workspace) -> list[Path]:
    """What tells who is licensed: the table, and the file that may name another one."""
    try:
        table = _table(place)
    except UsageError:
        table = None
    return [file for file in (place.path / _ASSUMPTIONS, table) if file and file.exists()]


def _table(place: Workspace) -> Path | None:
    if (place.path / _ASSUMPTIONS).exists():
        from shadow_scan.governance.assumptions import load_procurement, supplied

        return supplied(place, load_procurement(place), "licences", None)
    usual = place.path / _USUAL
    return usual if usual.exists() else None


def fill_licensed(connection: duckdb.DuckDBPyConnection, place: Workspace) -> None:
    """By the tables of the workspace. One that is wrong licenses nobody, and that is said: what
    was not asked for it must not fail with it."""
    try:
        path = _table(place)
        held = licences_of(connection, place, path, say=False) if path else []
    except UsageError as error:
        note(f"note: {error.where}: {error.what}; nobody counts as licensed (`shadow-scan gap`)")
        return
    write_licensed(connection, held)


def licences_of(
    connection: duckdb.DuckDBPyConnection, place: Workspace, path: Path, *, say: bool = True
) -> list[Licence]:
    """The lines of a table of licences, with identities as the derived tables have them.

    Raises UsageError for one that cannot be used.
    """
    from shadow_scan.governance.licences import read_licences
    from shadow_scan.governance.sheets import service_words

    words = service_words(rows(connection, "SELECT service, name FROM services"))
    aliases = dict(rows(connection, "SELECT alias_text, user_text FROM people_aliases"))
    found = read_licences(path, words, _pseudonym(connection, place), say=say)
    return [
        msgspec.structs.replace(one, identity=aliases.get(one.identity, one.identity))
        for one in found
    ]


def _pseudonym(connection: duckdb.DuckDBPyConnection, place: Workspace) -> Callable[[str], str]:
    """How this workspace writes the key of a user."""
    if keeps_plain_names(said(connection)):
        return str
    from shadow_scan.identity.keyfile import load_or_create_key  # models; most starts need none
    from shadow_scan.identity.pseudonyms import Pseudonyms

    return Pseudonyms(load_or_create_key(place.path, os.environ, warn=note)).user


def write_licensed(connection: duckdb.DuckDBPyConnection, held: Sequence[Licence]) -> None:
    connection.execute("DELETE FROM licensed")
    if held:
        text = msgspec.json.encode(held).decode()
        sql = named_sql(__package__, "insert_licensed").replace("{catalog}", catalog_of(connection))
        connection.execute(sql, {"licences": text})
        if folds(connection):
            fold_licensed(connection)
