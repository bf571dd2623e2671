"""The DuckDB in which statements of formats run: in memory, of its own, with no files, no network
and no extensions.
"""

from __future__ import annotations

import re
from datetime import UTC
from importlib import resources

import duckdb
from duckdb.func import PythonUDFType

from shadow_scan.collectors.cells import cell_values
from shadow_scan.collectors.clock import Clock
from shadow_scan.collectors.keyed import keyed_values
from shadow_scan.collectors.quoted import quoted_words

_SLUG = "g-*-"
"""Before a kept word of custom assistants' names."""
_NO_WORD = "[^\\s\\S]"
_MEMORY_LIMIT = "512MB"
_WITHOUT = "in_clause"
"""It makes a join of each list of words: dozens in a statement, planned anew for each block."""
_TEXT, _TEXTS = duckdb.sqltype("VARCHAR"), duckdb.list_type("VARCHAR")


def engine(clock: Clock, kept: frozenset[str]) -> duckdb.DuckDBPyConnection:
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
    connection.execute("SET VARIABLE zone = $zone", {"zone": clock.zone})
    latest = clock.latest.astimezone(UTC).replace(tzinfo=None)
    connection.execute("SET VARIABLE latest_time = $latest::TIMESTAMP", {"latest": latest})
    connection.execute("SET VARIABLE kept = $kept::VARCHAR[]", {"kept": sorted(kept)})
    plain = [re.escape(word) for word in sorted(kept) if not word.startswith(_SLUG)]
    slugs = ["g-[^/]*"] if len(plain) < len(kept) else []
    words = "|".join(plain + slugs) or _NO_WORD
    connection.execute("SET VARIABLE kept_pattern = $words", {"words": f"/(?:{words})(?:/|$)"})
    connection.execute(resources.files(__package__).joinpath("macros.sql").read_text("utf-8"))
    for function in (keyed_values, cell_values):
        connection.create_function(
            function.__name__, function, [_TEXT, _TEXT], _TEXTS, type=PythonUDFType.ARROW
        )
    connection.create_function(
        quoted_words.__name__, quoted_words, [_TEXT], _TEXTS, type=PythonUDFType.ARROW
    )
    connection.execute("SET lock_configuration = true")
    return connection
