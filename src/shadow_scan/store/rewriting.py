"""Database files made whole aside, before they take their place; and facts that are written anew,
since in the old file lie the bytes of what was forgotten, too."""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from pathlib import Path
from tempfile import TemporaryDirectory

import duckdb

from shadow_scan.errors import StorageError
from shadow_scan.store.database import opened

_ASIDE = ".facts-"
_DUE = "rewriting"
"""A key of `meta`, from the transaction that forgets to the file that took the old one's place."""


def aside(facts: Path) -> TemporaryDirectory[str]:
    return TemporaryDirectory(prefix=_ASIDE, dir=facts.parent)


def mark_due(connection: duckdb.DuckDBPyConnection) -> None:
    """Within the transaction that forgets: a kill behind it must not leave names in the file."""
    connection.execute("INSERT OR REPLACE INTO meta VALUES ($1, 'due')", [_DUE])


def finish_rewriting(facts: Path, told: Mapping[str, str]) -> None:
    """What one that was killed, or found no room, left: for who holds the lock of scans, by what
    the facts say of themselves.

    Raises StorageError where there still is no room.
    """
    for left in facts.parent.glob(f"{_ASIDE}*"):
        shutil.rmtree(left, ignore_errors=True)
    if _DUE in told:
        rewrite(facts)


def rewrite(facts: Path) -> None:
    """The same facts in a new file, which takes the place of the old one."""
    with aside(facts) as folder:
        new = Path(folder) / "rewritten.duckdb"
        try:
            with opened(new, beside=[facts], threads=1) as connection:
                connection.execute(f"COPY FROM DATABASE {facts.stem} TO {new.stem}")
                connection.execute("DELETE FROM meta WHERE key = $1", [_DUE])
        except duckdb.Error as error:
            what = f"what was forgotten still lies in the file: {str(error).splitlines()[0][:200]}"
            remedy = "make room on the disk; the next scan, or the next to forget, takes it out"
            raise StorageError(what, where=str(facts), remedy=remedy) from None
        new.chmod(0o600)
        new.replace(facts)
