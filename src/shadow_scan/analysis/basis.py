"""What the derived tables hang on, in one digest: the facts, our programs, and what the rules say
of what was seen. Rules that differ in hosts which nobody asked for make the same tables."""

from __future__ import annotations

import hashlib

import duckdb

from shadow_scan.analysis.built import layout
from shadow_scan.rules.ruleset import RuleSet
from shadow_scan.store.database import named_sql, rows, scalar
from shadow_scan.store.meta import said

_VENDORS = "SELECT vendor FROM host_class UNION SELECT vendor FROM path_class"


def basis(connection: duckdb.DuckDBPyConnection, rules: RuleSet) -> str:
    """Of the facts beside this database, and of `host_class` and `path_class` by these rules."""
    vendors = [vendor for (vendor,) in rows(connection, _VENDORS)]
    parts = (
        said(connection, "facts")["revision"],
        layout(),
        scalar(connection, named_sql(__package__, "said_of_seen")),
        rules.digest_about(vendors),
    )
    return hashlib.sha256(" ".join(parts).encode()).hexdigest()
