"""Records as requests: whose each is, and each visit once, however many recorders saw it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import duckdb

from shadow_scan.analysis.flows import flow_records
from shadow_scan.analysis.names import name_type
from shadow_scan.analysis.once import tell_once
from shadow_scan.analysis.owners import write_identities
from shadow_scan.store.database import create_table, named_sql, scalar

_TABLES = ("identities", "requests", "witnesses")
_RECORDER = "CASE WHEN r.apart THEN s.format || ' (connections)' ELSE s.format END"
"""Of a request `r` from a source `s`."""
_WITNESSES = {
    "source_id": "INTEGER",
    "source_line": "BIGINT",
    "identity": "VARCHAR",
    "host_id": "INTEGER",
    "recorder": "VARCHAR",
    "rank": "INTEGER",
    "recorders": "BIGINT",
    "bytes_up": "BIGINT",
    "bytes_down": "BIGINT",
    "by_recorder": "VARCHAR",
    "by_source_id": "INTEGER",
    "by_line": "BIGINT",
}
_SEVERAL = """SELECT count(DISTINCT {recorder}) > 1 OR bool_or(r.relayed)
    FROM {requests} AS r JOIN facts.sources AS s USING (source_id)"""
"""Whether any may be another's witness: to find none takes as long, and most have one proxy."""


def write_requests(connection: duckdb.DuckDBPyConnection) -> None:
    """`identities`, `requests` and `witnesses`, out of the records in `matched`."""
    tell_once(connection, "matched")
    write_identities(connection, "matched")
    name_type(connection, "team_name", "SELECT team FROM identities")
    name_type(connection, "kind_name", "SELECT user_kind FROM identities")
    names = {name: name for name in _TABLES}
    types = {"team_name": "team_name", "kind_name": "kind_name"}
    _write(connection, "matched", {**names, **types})


@contextmanager
def strange_requests(connection: duckdb.DuckDBPyConnection) -> Iterator[None]:
    """`strange_requests`: those on hosts that no rule counts, of `wanted` ones and to endpoints of
    agents, counted as all others are."""
    records = "strange_records"
    connection.execute(named_sql(__package__, records))
    names = {name: f"strange_{name}" for name in _TABLES}
    if scalar(connection, f"SELECT count(*) FROM {records}"):
        tell_once(connection, records)
        write_identities(connection, records, names["identities"], "TEMP TABLE")
        types = {"team_name": "VARCHAR", "kind_name": "VARCHAR"}
        _write(connection, records, {**names, **types}, temporary=True)
    else:  # to count nothing takes as long as to count a little: a fifth of deriving a small log
        connection.execute(f"CREATE TEMP TABLE {names['requests']} AS FROM requests LIMIT 0")
    yield
    for table in (records, *names.values()):
        connection.execute(f"DROP TABLE IF EXISTS {table}")


def _write(
    connection: duckdb.DuckDBPyConnection,
    records: str,
    names: dict[str, str],
    *,
    temporary: bool = False,
) -> None:
    flows = f"SELECT flow FROM {records} WHERE flow IS NOT NULL"
    with flow_records(connection, flows, records):
        connection.execute(named_sql(__package__, "requests").format(records=records, **names))
    given = {**names, "recorder": _RECORDER}
    create_table(connection, names["witnesses"], _WITNESSES, [], temporary=temporary)
    if scalar(connection, _SEVERAL.format(**given)):
        connection.execute(named_sql(__package__, "witnesses").format(**given))
