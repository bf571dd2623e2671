"""The DuckDB in which statements of formats run: in memory, of its own, with no files, no network
and no extensions.
"""

from __future__ import annotations

import re
import warnings
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC
from functools import cache
from importlib import resources

import duckdb
import pyarrow as pa
from duckdb.func import FunctionNullHandling, PythonUDFType
from duckdb.sqltypes import VARCHAR, DuckDBPyType

from shadow_scan.collectors.clock import Clock
from shadow_scan.collectors.columns.cells import cell_values
from shadow_scan.collectors.columns.keyed import keyed_values
from shadow_scan.collectors.columns.quoted import quoted_words

_LATEST = "latest_time"
_SLUG = "g-*-"
"""Before a kept word of custom assistants' names."""
_NO_WORD = "[^\\s\\S]"
_MEMORY_LIMIT = "512MB"
_WITHOUT = "in_clause"
"""It makes a join of each list of words: dozens in a statement, planned anew for each block."""
_TEXTS = DuckDBPyType(list[str])
_MACRO = re.compile(r"^CREATE MACRO .*?;$", re.MULTILINE | re.DOTALL)
_CALLED = re.compile(r"[a-z_]+(?=\()")


_FEW_ROWS = 2_000
"""To bind a statement takes longer than to copy the answer of so few, which is there without it."""
_MOST_STATEMENTS = 32
"""More than a product has variants; header-driven logs may change their header for ever."""


class Engine:
    """Statements over one relation at a time, for as many sources as a scan reads: making it takes
    longer than reading a small log."""

    def __init__(self, kept_segments: frozenset[str] | None = None) -> None:
        """Paths are masked as they may be stored, but for kept segments; None: paths as logged."""
        self.masks_paths = kept_segments is not None
        self._connection = _connected(kept_segments or frozenset())
        self._bound: dict[str, duckdb.DuckDBPyRelation] = {}
        self._macros: set[str] = set()
        self._clock: Clock | None = None

    def tell(self, clock: Clock) -> None:
        """What times without a zone or a year mean from now on."""
        if clock == self._clock:
            return
        tell, latest = self._connection.execute, clock.latest.astimezone(UTC).replace(tzinfo=None)
        tell("SET VARIABLE zone = $zone", {"zone": clock.zone})
        tell("SET VARIABLE latest_time = $latest::TIMESTAMP", {"latest": latest})
        self._clock = clock

    def close(self) -> None:
        self._connection.close()

    def answer(self, query: str, name: str, rows: pa.Table) -> pa.Table:
        """What a query says over `rows`, which it knows as `name`. For many rows it is bound once;
        it is planned for those, and the clock, that are given."""
        with self._given(name, rows):
            if len(rows) <= _FEW_ROWS:
                return self._answer_few(query)
            if query not in self._bound:
                self._make_macros(query)
                self._bound = dict(list(self._bound.items())[1 - _MOST_STATEMENTS :])
                self._bound[query] = self._connection.sql(query)
            return self._bound[query].to_arrow_table()

    def _answer_few(self, query: str) -> pa.Table:
        self._make_macros(query)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", UserWarning)  # of the copy
            return self._connection.execute(query).to_arrow_table()

    def columns(self, query: str, name: str, rows: pa.Table) -> dict[str, str]:
        """Names and types of what a query would say."""
        self._make_macros(query)
        with self._given(name, rows):
            found = self._connection.sql(query)
            return dict(zip(found.columns, map(str, found.types), strict=True))

    def _make_macros(self, text: str) -> None:
        """Those that a text calls, and that they call: most scans read one format, and to make all
        takes as long as to read ten thousand lines."""
        for name in _CALLED.findall(text):
            if name in _macros() and name not in self._macros:
                self._macros.add(name)
                self._make_macros(_macros()[name])
                self._connection.execute(_macros()[name])

    @contextmanager
    def _given(self, name: str, rows: pa.Table) -> Iterator[None]:
        self._connection.register(name, rows)
        try:
            yield
        finally:
            self._connection.unregister(name)


@cache
def _macros() -> Mapping[str, str]:
    """The statements that make them, by name."""
    text = resources.files(__package__).joinpath("macros.sql").read_text("utf-8")
    statements = [text[at.start() : at.end()] for at in _MACRO.finditer(text)]
    return {_CALLED.findall(statement)[0]: statement for statement in statements}


@cache
def asks_year(text: str) -> bool:
    """Whether a statement, or a macro that it calls, asks for the newest moment there can be."""
    called = {name for name in _CALLED.findall(text) if name in _macros()}
    return _LATEST in text or any(asks_year(_inside(name)) for name in called)


def _inside(macro: str) -> str:
    return _macros()[macro].split("(", maxsplit=1)[1]


def _connected(kept: frozenset[str]) -> duckdb.DuckDBPyConnection:
    connection = duckdb.connect(
        config={
            "autoinstall_known_extensions": "false",
            "autoload_known_extensions": "false",
            "python_enable_replacements": "false",
            "memory_limit": _MEMORY_LIMIT,
            "disabled_optimizers": _WITHOUT,
        }
    )
    connection.execute("SET enable_external_access = false")
    connection.execute("SET TimeZone = 'UTC'")
    # Macros name them, and are checked when they are made.
    connection.execute("SET VARIABLE zone = 'UTC'")
    connection.execute("SET VARIABLE latest_time = TIMESTAMP '1970-01-01'")
    connection.execute("SET VARIABLE kept = $kept::VARCHAR[]", {"kept": sorted(kept)})
    plain = [re.escape(word) for word in sorted(kept) if not word.startswith(_SLUG)]
    slugs = ["g-[^/]*"] if len(plain) < len(kept) else []
    words = "|".join(plain + slugs) or _NO_WORD
    connection.execute("SET VARIABLE kept_pattern = $words", {"words": f"/(?:{words})(?:/|$)"})
    for function in (keyed_values, cell_values):
        connection.create_function(
            function.__name__, function, [VARCHAR, VARCHAR], _TEXTS, type=PythonUDFType.ARROW
        )
    # It says NULL itself, of rows that it does not read.
    connection.create_function(
        quoted_words.__name__,
        quoted_words,
        [VARCHAR],
        _TEXTS,
        type=PythonUDFType.ARROW,
        null_handling=FunctionNullHandling.SPECIAL,
    )
    connection.execute("SET lock_configuration = true")
    return connection
