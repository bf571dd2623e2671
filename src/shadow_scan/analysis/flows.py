"""Records that tell of one connection, under the name that the log has for it: a flow."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import duckdb

from shadow_scan.store.database import named_sql, scalar

_FIREWALLS = "SELECT count(*) FROM facts.sources WHERE kind = 'firewall'"


@contextmanager
def flow_records(connection: duckdb.DuckDBPyConnection, asked: str, *beside: str) -> Iterator[None]:
    """`flow_records`: all records of the flows that the query `asked` (one column) yields.

    Sensors and proxies name no two connections alike. A firewall counts anew when it starts, or
    from few thousands on: where there is one, each connection gets a name of its own, in the tables
    `beside`, too."""
    again = scalar(connection, _FIREWALLS) > 0
    kind = "TABLE" if again else "VIEW"
    connection.execute(named_sql(__package__, "flow_records").format(kind=kind, asked=asked))
    if again:
        _name_apart(connection, "flow_records", *beside)
    yield
    connection.execute(f"DROP {kind} flow_records")


def _name_apart(connection: duckdb.DuckDBPyConnection, *tables: str) -> None:
    connection.execute(named_sql(__package__, "flow_names"))
    for table in tables:
        connection.execute(named_sql(__package__, "named_flows").format(table=table))
    connection.execute("DROP TABLE flow_names")
