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

from shadow_scan.collectors.canonical import numbers_of
from shadow_scan.collectors.columns.texts import completed, spread
from shadow_scan.collectors.columns.words import Made, Ordinary
from shadow_scan.collectors.connection import Engine
from shadow_scan.collectors.format import Clock
from shadow_scan.collectors.lines.blocks import INLINE_BYTES, views_of
from shadow_scan.collectors.verdicts import FIRST_TIME, LATEST_TIME, MOST, typed

FEWEST_LINES = 10_000
"""For fewer, asking several times costs more than it saves."""
_MOST_OTHERS = 8
"""One line in so many may have other words: each costs a call, and then the statement."""
_MOST_COMBINED = 1 << 22
_TEXT = pa.dictionary(pa.int32(), pa.string())
_SECONDS = pa.float64()
_MOST_SECONDS = 1 << 40
"""More, and what is no number, is no time."""
_MICROSECONDS = 1_000_000
_TIME = pa.timestamp("us")
_MILLISECOND = 1_000
_REJECTED = "rejected"
_PARTS = np.isin(np.arange(256), [ord(" "), ord("\n"), ord("\r")])
"""Signs beside which a quote opens or closes a word."""
_BETWEEN = 2
"""From the quote that closes a word to the one that opens the next."""
_BLANKS = np.uint64(0x2020_2020_2020_2020)
_ZEROS = np.uint64(0x1010_1010_1000)
"""What makes zeros of the blanks from the second to the sixth of eight signs."""

Mask = npt.NDArray[np.bool_]
Codes = npt.NDArray[np.int32]
Integers = npt.NDArray[np.int64]
Columns = dict[str, pa.Array]
Names = tuple[str, ...]


def read(
    ordinary: Ordinary, engine: Engine, numbers: Integers, lines: pa.Array, clock: Clock
) -> tuple[pa.Table, Mask] | None:
    """Events of the lines that are ordinary, and which lines are left; None: it would not pay."""
    text = _text(lines)
    if text is None:
        return None
    views = views_of(lines)
    starts = views[:, 3] - views[0, 3]
    if ordinary.padding:
        _fill(text, starts[views[:, 0] > ordinary.padding + 8], ordinary.padding)
    if (parted := _parted(ordinary, text, len(lines))) is None:
        return None
    given, others = parted
    columns = _columns(ordinary, engine, given)
    right = _are_right(ordinary, columns)
    are_read = np.ones(len(lines), bool)
    are_read[others] = False
    if ordinary.quoted:
        ends = starts + views[:, 0]
        right &= ~_oddly_written(ordinary.last_quoted, text, starts, ends)[are_read]
    are_read[are_read] = right
    if not right.all():
        columns = {name: column.filter(pa.array(right)) for name, column in columns.items()}
    if clock == "end" and "duration_ms" in columns:
        columns["event_time"] = _begins(columns)
    events = pa.table({"line_number": pa.array(numbers[are_read]), **columns})
    return completed(engine, events), ~are_read


def _text(lines: pa.Array) -> bytearray | None:
    """The bytes from the first line to the last; None where they are not in one piece, or where a
    sign inside of a line would end it for Arrow."""
    views, buffers = views_of(lines), lines.buffers()
    if len(buffers) != 3 or views[:, 0].min() <= INLINE_BYTES:
        return None
    text = bytearray(memoryview(buffers[2])[views[0, 3] : views[-1, 3] + views[-1, 0]])
    text.append(ord("\n"))
    is_whole = b"\r" not in text or text.count(b"\r") == text.count(b"\r\n")
    return text if is_whole else None


def _oddly_written(last: int, text: bytearray, starts: Codes, ends: Codes) -> Mask:
    """Lines in which a quote stands inside of a word or never closes, or a word is nothing. `last`
    words stand in quotes at the end of a line, if it is not 0, and no others."""
    data = np.frombuffer(text, np.uint8)
    quotes = np.flatnonzero(data == ord('"'))
    first = np.searchsorted(quotes, starts)
    counts = np.diff(first, append=len(quotes))
    odd: Mask = counts != 2 * last if last else counts % 2 == 1
    opens = (np.arange(len(quotes)) - np.repeat(first, counts)) % 2 == 0
    beside = data.take(np.where(opens, quotes - 1, quotes + 1), mode="clip")
    odd[np.repeat(np.arange(len(starts)), counts)[~_PARTS.take(beside)]] = True
    if last:
        own = quotes[first[~odd, None] + np.arange(2 * last)]
        apart = (own[:, 2::2] - own[:, 1:-1:2] != _BETWEEN).any(axis=1)
        odd[~odd] = apart | (own[:, -1] + 1 != ends[~odd])
    empty = np.flatnonzero((data[:-1] == ord(" ")) & (data[1:] == ord(" ")))
    odd[np.searchsorted(starts, empty, "right") - 1] = True
    odd |= data[ends - 1] == ord(" ")
    return odd


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

    reading = csv.ReadOptions(use_threads=False, block_size=len(text) + 1, column_names=names)
    parting = csv.ParseOptions(
        delimiter=ordinary.delimiter,
        quote_char='"' if ordinary.quoted else False,
        invalid_row_handler=told,
    )
    wanted = [name for name in names if name in ordinary.wanted]
    texts = dict.fromkeys(wanted, _TEXT)
    numbers = dict.fromkeys(ordinary.numbers, pa.int64())
    numbers |= {"event_time": _SECONDS} if "event_time" in names else {}
    for kinds in (texts | numbers, texts):
        others.clear()
        try:
            given = csv.read_csv(
                *(pa.py_buffer(text), reading, parting),
                csv.ConvertOptions(
                    check_utf8=False,
                    column_types=kinds,
                    null_values=[ordinary.nothing] if ordinary.nothing else [],
                    include_columns=wanted,
                ),
            )
        except pa.ArrowInvalid:
            if len(others) > rows // _MOST_OTHERS:
                return None
            continue
        return (given, others) if len(given) + len(others) == rows else None
    return None


def _columns(ordinary: Ordinary, engine: Engine, given: pa.Table) -> Columns:
    words = {name: given[name].combine_chunks() for name in given.column_names}
    columns = {
        name: _number(engine, name, words[name], value) for name, value in ordinary.numbers.items()
    }
    if "event_time" in words:
        columns["event_time"] = _time(engine, words["event_time"])
    return columns | _made(engine, ordinary.values, words)


def _made(engine: Engine, values: Mapping[Names, Made], words: Columns) -> Columns:
    """What is made of single words is asked for all at once, of several by themselves."""
    single: dict[Names, Made] = {n: made for n, made in values.items() if len(n) == 1}
    columns: Columns = {}
    if single:
        rows = _beside({name: words[name] for (name,) in single})
        answer = _asked(engine, single, rows)
        for names, made in single.items():
            own, codes = [_named(name, names) for name in made], words[names[0]].indices
            columns |= {name: spread(answer[name], codes) for name in own}
    for names, made in values.items():
        if names in single:
            continue
        rows, codes = _combined({name: words[name] for name in names})
        answer = _asked(engine, {names: made}, rows)
        columns |= {name: spread(answer[name], codes) for name in answer.column_names}
    return columns


def _asked(engine: Engine, values: Mapping[Names, Made], rows: pa.Table) -> pa.Table:
    """The columns that are made of words."""
    listed = ", ".join(
        f"{typed(name, value)} AS {_named(name, names)}"
        for names, made in values.items()
        for name, value in made.items()
    )
    return engine.answer(f"SELECT {listed} FROM words", "words", rows)


def _named(name: str, names: Names) -> str:
    """What is wrong with some words does not hide what is wrong with others."""
    return name if name != _REJECTED else "_".join((_REJECTED, *names))


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


def _combined(words: Columns) -> tuple[pa.Table, pa.Array]:
    """What the rows say in several words, each once, and for each row its place among those."""
    rows: Columns = {}
    codes, places = np.zeros(1, np.int64), np.zeros(len(next(iter(words.values()))), np.int64)
    for name, word in words.items():
        width = max(len(word.dictionary), 1)
        codes, places = _placed(places * width + numbers_of(word.indices))
        rows = {other: column.take(pa.array(codes // width)) for other, column in rows.items()}
        rows[name] = word.dictionary.take(pa.array(codes % width))
    return pa.table(rows), pa.array(places)


def _placed(values: Integers) -> tuple[Integers, Integers]:
    """The different values, and for each the place of its own among them."""
    if not len(values) or values.max() >= _MOST_COMBINED:
        return np.unique(values, return_inverse=True)
    met = np.zeros(int(values.max()) + 1, bool)
    met[values] = True
    return np.flatnonzero(met), (np.cumsum(met) - 1).take(values)


def _number(engine: Engine, name: str, word: pa.Array, value: str) -> pa.Array:
    if not pa.types.is_dictionary(word.type):
        return word
    answer = _asked(engine, {(name,): {name: value}}, pa.table({name: word.dictionary}))
    return spread(answer[name], word.indices)


def _time(engine: Engine, word: pa.Array) -> pa.Array:
    if pa.types.is_dictionary(word.type):
        return _number(engine, "event_time", word, "epoch_seconds(event_time)")
    seconds = np.asarray(word)
    known = np.abs(seconds) < _MOST_SECONDS
    moments = np.rint(np.where(known, seconds, -1.0) * _MICROSECONDS).astype(np.int64)
    return pa.array(moments).view(_TIME)


def _begins(columns: Columns) -> pa.Array:
    """Of requests that the log writes down when they end."""
    ends = np.asarray(columns["event_time"].view(pa.int64()))
    lasted = np.nan_to_num(columns["duration_ms"].to_numpy(zero_copy_only=False))
    return pa.array(ends - _MILLISECOND * lasted.astype(np.int64)).view(_TIME)


def _are_right(ordinary: Ordinary, columns: Columns) -> Mask:
    """Rows of which every number lies where it may, and no word is wrong."""
    right = _within(columns["event_time"].view(pa.int64()), FIRST_TIME, LATEST_TIME)
    for name in [name for name in columns if name.startswith(_REJECTED)]:
        right &= np.asarray(columns.pop(name).is_null())
    for name in MOST.keys() & columns.keys():
        is_right = _within(columns[name], 0, MOST[name])
        if ordinary.nothing is not None:
            is_right |= np.asarray(columns[name].is_null())
        right &= is_right
    return right


def _within(column: pa.Array, least: int, most: int) -> Mask:
    """What is no number, NaN for numpy, is not."""
    numbers = column.to_numpy(zero_copy_only=False)
    found: Mask = (numbers >= least) & (numbers <= most)
    return found
