"""Sources taken out of the facts: their events, counts and marks, as if never read."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

import duckdb

from shadow_scan.errors import InputError
from shadow_scan.store.database import check_whole, named_sql, opened

_TABLES = ("events", "hours", "source_reasons", "source_marks", "sources")

_LEADING = {
    **{name: (f"{name.removesuffix('s')}_id",) for name in ("users", "devices", "departments")},
    **{name: (f"{name.removesuffix('s')}_id",) for name in ("destinations", "methods", "paths")},
    "addresses": ("address_id",),
    "agents": ("agent_id",),
    "hosts": ("host_id", "referrer_id"),
}
"""Dictionaries, and the columns of events that lead there."""


def remove(connection: duckdb.DuckDBPyConnection, numbers: Sequence[int]) -> None:
    """Within a transaction. The numbers of other sources, and of texts, stay."""
    for table in _TABLES if numbers else ():
        connection.execute(
            f"DELETE FROM {table} WHERE source_id IN (SELECT unnest($1::INTEGER[]))", [numbers]
        )


def remove_unused_texts(connection: duckdb.DuckDBPyConnection) -> None:
    """Names, hosts and paths that no event leads to any more. What lease and people files told
    stands in tables of its own, and stays."""
    for table, columns in _LEADING.items():
        each = (f"SELECT {column} FROM events WHERE {column} NOT NULL" for column in columns)
        statement = named_sql(__package__, "unused_texts")
        connection.execute(statement.format(table=table, leading=" UNION ".join(each)))


def rewrite(facts: Path) -> None:
    """The same facts in a new file: in the old one lie the bytes of what was taken out, too."""
    with TemporaryDirectory(prefix="new-", dir=facts.parent) as aside:
        new = Path(aside) / "rewritten.duckdb"
        try:
            with opened(new, beside=[facts], threads=1) as connection:
                connection.execute(f"COPY FROM DATABASE {facts.stem} TO {new.stem}")
        except duckdb.Error as error:
            what = f"what was forgotten still lies in the file: {str(error).splitlines()[0][:200]}"
            remedy = "make room on the disk, and forget another source: that takes out the rest"
            raise InputError(what, where=str(facts), remedy=remedy) from None
        check_whole(new)
        new.chmod(0o600)
        new.replace(facts)
