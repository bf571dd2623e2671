"""Texts of a block as dictionaries, so that what is costly happens once for each distinct value."""

from __future__ import annotations

from functools import cache
from importlib import resources

import pyarrow as pa
import pyarrow.compute as pc

from shadow_scan.collectors.connection import Engine
from shadow_scan.collectors.format import COLUMNS, WORDS

TEXT = (
    *("source_ip", "user_name", "device_name", "department", "authority", "destination_ip"),
    *("method", "path", "user_agent", "referrer"),
)
"""Columns that repeat themselves; handed on as Arrow dictionaries, as those of few `WORDS` are."""

_ARROW = {
    "BIGINT": pa.int64(),
    "INTEGER": pa.int32(),
    "VARCHAR": pa.string(),
    "TIMESTAMP": pa.timestamp("us"),
}
_VERDICTS = ("skipped", "rejected")
_KINDS = {
    name: pa.dictionary(pa.int32(), pa.string()) if name in {*TEXT, *WORDS} else _ARROW[kind]
    for name, kind in {**COLUMNS, "flow": "BIGINT"}.items()
    if name not in _VERDICTS
}
_MAX_TEXT = 2_048
"""Characters of any text; a line of a megabyte must not stay in memory as a user's name."""
_NO_TEXTS = pa.array([], pa.string())
_REFERRER = "SELECT url_authority(value) AS text FROM texts"


@cache
def no_events() -> pa.Table:
    return pa.table({name: pa.array([], kind) for name, kind in _KINDS.items()})


def completed(engine: Engine, answered: pa.Table) -> pa.Table:
    """All columns of an event: texts as dictionaries, NULL for what the statement does not yield.

    Paths lose what follows them, referrers all but their host.
    """
    columns = {name: answered[name] for name in answered.column_names if name in _KINDS}
    columns = {
        name: _encoded(column) if name in TEXT else _copied(column)
        for name, column in columns.items()
    }
    for name in WORDS.keys() & columns.keys():
        columns[name] = pa.DictionaryArray.from_arrays(columns[name], pa.array(WORDS[name]))
    finishing = {"path": _paths(masked=engine.masks_paths), "referrer": _REFERRER}
    for name in finishing.keys() & columns.keys():
        columns[name] = _finished(engine, columns[name], finishing[name])
    rows = len(answered)
    return pa.table({name: columns.get(name, _nothing(name, rows)) for name in _KINDS})


def _copied(column: pa.ChunkedArray) -> pa.Array:
    """Apart from the answer: one column of numbers would keep all of its texts in memory."""
    return pa.concat_arrays([*column.chunks, pa.array([], column.type)])


def _encoded(column: pa.ChunkedArray) -> pa.DictionaryArray:
    """One dictionary for all chunks, so that putting them together copies codes only."""
    if pa.types.is_dictionary(column.type):
        return column.combine_chunks()
    found = column.dictionary_encode().combine_chunks()
    longest = pc.max(pc.binary_length(found.dictionary)).as_py() or 0
    if longest <= _MAX_TEXT:
        return found
    cut = pc.utf8_slice_codeunits(found.dictionary, 0, _MAX_TEXT)
    return pa.DictionaryArray.from_arrays(found.indices, cut)


def _nothing(name: str, rows: int) -> pa.Array:
    if pa.types.is_dictionary(_KINDS[name]):
        return pa.DictionaryArray.from_arrays(pa.nulls(rows, pa.int32()), _NO_TEXTS)
    return pa.nulls(rows, _KINDS[name])


@cache
def _paths(*, masked: bool) -> str:
    statement = resources.files(__package__).joinpath("paths.sql").read_text("utf-8")
    return statement if masked else "SELECT bare_path(value) AS text FROM texts"


def _finished(engine: Engine, raw: pa.DictionaryArray, statement: str) -> pa.DictionaryArray:
    """The column with every distinct value put through a statement over `texts(value)`."""
    if not len(raw.dictionary):
        return raw
    answer = engine.answer(statement, "texts", pa.table({"value": raw.dictionary}))
    return spread(answer["text"], raw.indices)


def spread(made: pa.ChunkedArray, codes: pa.Array) -> pa.Array:
    """What was made of distinct values, for each row that has one of them."""
    if not pa.types.is_string(made.type):
        return made.combine_chunks().take(codes)
    found = _encoded(made)
    return pa.DictionaryArray.from_arrays(found.indices.take(codes), found.dictionary)
