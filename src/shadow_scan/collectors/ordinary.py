"""Ordinary lines of a log, read by columns: words between blanks, as many in each line.

Arrow's reader of CSV parts the lines and reads their numbers; what is made of texts is asked once
for each distinct one of a block. A line that is not ordinary (other words, a value that is none)
is left to the format's statement, and nothing is read here that the statement would read otherwise.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import numpy.typing as npt
import pyarrow as pa
from pyarrow import csv

from shadow_scan.collectors.blocks import INLINE_BYTES, views_of
from shadow_scan.collectors.canonical import numbers_of
from shadow_scan.collectors.connection import Engine
from shadow_scan.collectors.format import Format, Ordinary
from shadow_scan.collectors.texts import encoded
from shadow_scan.collectors.verdicts import FIRST_TIME, LATEST_TIME, MOST, typed

_FEWEST_LINES = 10_000
"""For fewer, asking several times costs more than it saves."""
_MOST_OTHERS = 16
"""One line in so many may have other words: each costs a call."""
_MOST_PAIRS = 1 << 22
_TEXT = pa.dictionary(pa.int32(), pa.string())
_SECONDS = pa.float64()
_MOST_SECONDS = 1 << 40
"""More, and what is no number, is no time."""
_MICROSECONDS = 1_000_000
_TIME = pa.timestamp("us")
_MILLISECOND = 1_000
_BLANKS = np.uint64(0x2020_2020_2020_2020)
_ZEROS = np.uint64(0x1010_1010_1000)
"""What makes zeros of the blanks from the second to the sixth of eight signs."""

Mask = npt.NDArray[np.bool_]
Codes = npt.NDArray[np.int32]
Integers = npt.NDArray[np.int64]
Columns = dict[str, pa.Array]


def read(declared: Format, engine: Engine, lines: pa.Array) -> tuple[Columns, Mask] | None:
    """Columns of the lines that are ordinary, and which those are; None where it would not pay."""
    ordinary = declared.ordinary
    if ordinary is None or len(lines) < _FEWEST_LINES:
        return None
    text = _text(ordinary, lines)
    if text is None or (parted := _parted(ordinary, text, len(lines))) is None:
        return None
    given, others = parted
    columns = _columns(ordinary, engine, given)
    right = _are_right(columns)
    if not right.all():
        columns = {name: column.filter(pa.array(right)) for name, column in columns.items()}
    if declared.clock == "end":
        columns["event_time"] = _begins(columns)
    are_read = np.ones(len(lines), bool)
    are_read[others] = False
    are_read[are_read] = right
    return columns, are_read


def _text(ordinary: Ordinary, lines: pa.Array) -> bytearray | None:
    """The bytes from the first line to the last; None where they are not in one piece, or where a
    sign inside of a line would end it for Arrow."""
    views, buffers = views_of(lines), lines.buffers()
    if len(buffers) != 3 or min(views[0, 0], views[-1, 0]) <= INLINE_BYTES:
        return None
    begin, end = int(views[0, 3]), int(views[-1, 3] + views[-1, 0])
    text = bytearray(memoryview(buffers[2])[begin:end])
    if b"\r" in text and text.count(b"\r") != text.count(b"\r\n"):
        return None
    if padding := ordinary.padding:
        _fill(text, views[views[:, 0] > padding + 8, 3] - begin, padding)
    return text


def _fill(text: bytearray, starts: Codes, padding: int) -> None:
    """Zeros for up to five blanks from a place of a line on, behind the one that parts words."""
    eights = np.ndarray(len(text) - 7, "<u8", text, strides=(1,))
    places = starts + (padding - 1)
    signs = eights[places]
    # Against blanks, those before the first other sign are zero; below its lowest bit all is one.
    other = signs ^ _BLANKS
    eights[places] = signs | ((other & -other) - 1) & _ZEROS


def _parted(ordinary: Ordinary, text: bytearray, rows: int) -> tuple[pa.Table, list[int]] | None:
    """The words as columns, texts as dictionaries, and the rows that have others. Where a number of
    any line is none, all of them come as texts."""
    names, others = ordinary.words, list[int]()

    def told(row: csv.InvalidRow) -> str:
        others.append(row.number - 1)
        return "error" if len(others) > rows // _MOST_OTHERS else "skip"

    wanted = [name for name in names if name in ordinary.wanted]
    texts = dict.fromkeys(wanted, _TEXT)
    numbers = dict.fromkeys(ordinary.numbers, pa.int64()) | {"event_time": _SECONDS}
    for kinds in (texts | numbers, texts):
        others.clear()
        try:
            given = csv.read_csv(
                pa.py_buffer(text),
                csv.ReadOptions(use_threads=False, block_size=len(text) + 1, column_names=names),
                csv.ParseOptions(delimiter=" ", quote_char=False, invalid_row_handler=told),
                csv.ConvertOptions(
                    check_utf8=False, column_types=kinds, null_values=[], include_columns=wanted
                ),
            )
        except pa.ArrowInvalid:
            continue
        return (given, others) if len(given) + len(others) == rows else None
    return None


def _columns(ordinary: Ordinary, engine: Engine, given: pa.Table) -> Columns:
    words = {name: given[name].combine_chunks() for name in given.column_names}
    columns = {name: _number(engine, words[name]) for name in ordinary.numbers}
    columns["event_time"] = _time(engine, words["event_time"])
    single = {name: value for made in ordinary.of_one.values() for name, value in made.items()}
    answer = _asked(engine, single, _beside({word: words[word] for word in ordinary.of_one}))
    for word, made in ordinary.of_one.items():
        columns |= {name: _spread(answer[name], words[word].indices) for name in made}
    for (first, second), made in ordinary.of_two.items():
        rows, codes = _pairs({first: words[first], second: words[second]})
        answer = _asked(engine, made, rows)
        columns |= {name: _spread(answer[name], codes) for name in made}
    return columns


def _asked(engine: Engine, made: Mapping[str, str], rows: pa.Table) -> pa.Table:
    """The columns that are made of words."""
    listed = ", ".join(f"{typed(name, value)} AS {name}" for name, value in made.items())
    return engine.answer(f"SELECT {listed} FROM words", "words", rows)


def _beside(words: Columns) -> pa.Table:
    """The distinct ones of several words, so that they are asked for together, though they have
    nothing to do with each other, and there are more of one than of another."""
    most = max(len(word.dictionary) for word in words.values())
    missing = {
        name: pa.nulls(most - len(word.dictionary), pa.string()) for name, word in words.items()
    }
    return pa.table(
        {name: pa.concat_arrays([word.dictionary, missing[name]]) for name, word in words.items()}
    )


def _pairs(words: Columns) -> tuple[pa.Table, pa.Array]:
    """The distinct pairs of two words, and for each row the place of its own among them."""
    first, second = words.values()
    width = max(len(second.dictionary), 1)
    codes = numbers_of(first.indices).astype(np.int64) * width + numbers_of(second.indices)
    pairs, places = _placed(codes)
    parts = zip((pairs // width, pairs % width), words.items(), strict=True)
    rows = {name: word.dictionary.take(pa.array(own)) for own, (name, word) in parts}
    return pa.table(rows), pa.array(places)


def _placed(values: Integers) -> tuple[Integers, npt.NDArray[np.int_] | Codes]:
    """The different values, and for each the place of its own among them."""
    if not len(values) or values.max() >= _MOST_PAIRS:
        return np.unique(values, return_inverse=True)
    met = np.zeros(int(values.max()) + 1, bool)
    met[values] = True
    return np.flatnonzero(met), (np.cumsum(met, dtype=np.int32) - 1).take(values)


def _spread(made: pa.ChunkedArray, codes: pa.Array) -> pa.Array:
    if not pa.types.is_string(made.type):
        return made.combine_chunks().take(codes)
    found = encoded(made)
    return pa.DictionaryArray.from_arrays(found.indices.take(codes), found.dictionary)


def _read(engine: Engine, word: pa.DictionaryArray, value: str) -> pa.Array:
    rows = pa.table({"word": word.dictionary})
    answer = engine.answer(f"SELECT {value} AS read FROM words", "words", rows)
    return _spread(answer["read"], word.indices)


def _number(engine: Engine, word: pa.Array) -> pa.Array:
    if not pa.types.is_dictionary(word.type):
        return word
    return _read(engine, word, "try_cast(word AS BIGINT)")


def _time(engine: Engine, word: pa.Array) -> pa.Array:
    if pa.types.is_dictionary(word.type):
        return _read(engine, word, "epoch_seconds(word)")
    seconds = np.asarray(word)
    known = np.abs(seconds) < _MOST_SECONDS
    moments = np.rint(np.where(known, seconds, -1.0) * _MICROSECONDS).astype(np.int64)
    return pa.array(moments).view(_TIME)


def _begins(columns: Columns) -> pa.Array:
    """Of requests that the log writes down when they end."""
    ends = np.asarray(columns["event_time"].view(pa.int64()))
    return pa.array(ends - _MILLISECOND * np.asarray(columns["duration_ms"])).view(_TIME)


def _are_right(columns: Columns) -> Mask:
    """Rows of which every number lies where it may, and no word is wrong."""
    right: Mask = np.asarray(columns.pop("rejected").is_null())
    right &= _within(columns["event_time"].view(pa.int64()), FIRST_TIME, LATEST_TIME)
    for name in MOST.keys() & columns.keys():
        right &= _within(columns[name], 0, MOST[name])
    return right


def _within(column: pa.Array, least: int, most: int) -> Mask:
    """What is no number, NaN for numpy, is not."""
    numbers = column.to_numpy(zero_copy_only=False)
    found: Mask = (numbers >= least) & (numbers <= most)
    return found
