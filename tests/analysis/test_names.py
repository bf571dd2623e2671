"""Names as a type: they sort and compare as texts do, and too many of them are texts."""

from __future__ import annotations

import duckdb
import pytest

from shadow_scan.analysis import names
from shadow_scan.analysis.names import name_type

_GIVEN = ["b", "a", "it's", "\x1b[31m", "", "a"]


def _typed(given: list[str | None]) -> duckdb.DuckDBPyConnection:
    connection = duckdb.connect()
    connection.execute("CREATE TABLE given AS SELECT unnest($1::VARCHAR[]) AS text", [given])
    name_type(connection, "some_name", "SELECT text FROM given")
    connection.execute("CREATE TABLE kept AS SELECT CAST(text AS some_name) AS name FROM given")
    return connection


@pytest.mark.parametrize("most", [10_000, 3])
def test_names_are_what_texts_are(monkeypatch: pytest.MonkeyPatch, most: int) -> None:
    monkeypatch.setattr(names, "_MOST", most)
    with _typed([*_GIVEN, None]) as connection:
        kept = connection.execute("SELECT name FROM kept WHERE name IS NOT NULL ORDER BY name")
        assert [name for (name,) in kept.fetchall()] == sorted(_GIVEN)
        asked = "SELECT count(*) FROM kept WHERE name = $1 OR coalesce(name, 'nobody') = $1"
        assert connection.execute(asked, ["nobody"]).fetchone() == (1,)
        (kind,) = connection.execute("SELECT typeof(any_value(name)) FROM kept").fetchall()[0]
        assert kind.startswith("ENUM") == (most == 10_000)


def test_where_nobody_is_there_is_a_type_without_names() -> None:
    with _typed([]) as connection:
        assert connection.execute("SELECT count(*) FROM kept WHERE name = 'x'").fetchone() == (0,)
