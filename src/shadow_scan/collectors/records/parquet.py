"""Rows of a Parquet file, row group by row group, one JSON object a line."""

from __future__ import annotations

import os
from collections.abc import Iterator

import duckdb
import pyarrow as pa

from shadow_scan.collectors.records.source import RecordSource
from shadow_scan.vocabulary import some

_ROWS = 4_096
_MAX_GROUP_BYTES = 2 << 30
"""Of one row group, uncompressed: larger ones do not fit into a scan's memory."""
_DAMAGES = (pa.ArrowException, OSError, duckdb.Error)


def records(path: str, outer: RecordSource) -> Iterator[bytes]:
    import pyarrow.parquet

    count = 0
    try:
        with pyarrow.parquet.ParquetFile(path, memory_map=True) as file, duckdb.connect() as engine:
            for group in range(file.num_row_groups):
                if file.metadata.row_group(group).total_byte_size > _MAX_GROUP_BYTES:
                    outer.damage = (
                        f"row group {group} is larger than 2 GiB: after {some(count, 'record')}"
                    )
                    return
                for batch in file.iter_batches(_ROWS, row_groups=[group], use_threads=False):
                    count += batch.num_rows
                    yield _lines(engine, batch)
                outer.compressed_bytes = os.path.getsize(path) * (group + 1) // file.num_row_groups
    except _DAMAGES as error:
        reason = str(error).splitlines()[0][:100] if str(error) else "no reason given"
        outer.damage = f"the Parquet file is damaged after {some(count, 'record')} ({reason})"


def _lines(engine: duckdb.DuckDBPyConnection, batch: pa.RecordBatch) -> bytes:
    engine.register("rows", pa.Table.from_batches([batch]))
    found = engine.execute("SELECT to_json(r) FROM rows AS r").fetchall()
    engine.unregister("rows")
    return "".join(f"{text}\n" for (text,) in found).encode()
