"""Tables as people save them: with semicolons, a spreadsheet's `sep=`, PowerShell's `#TYPE`, the
column of numbers that pandas writes, or ruled or boxed as clients of databases print them.

Each row becomes a line of the table as products write theirs, with commas and without what stood
above or before it.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import islice

from shadow_scan.collectors.lines.unwrap import ByteSource
from shadow_scan.collectors.records import structures
from shadow_scan.collectors.records.source import RecordSource, texts

_HEAD = 65_536
_BATCH = 1_000
_SEPARATED = re.compile(r'\ufeff?"?sep=(.)"?')
_TYPED = "#TYPE "
_RULE = re.compile(r"\+-[-+]+-\+|-+(?:\+-+)+|[┌├└╭╰][─┬┼┴]+[┐┤┘╮╯]")
_TYPES = re.compile(
    r"(?:varchar|timestamp.*|date|time|u?(?:big|huge|small|tiny)?int(?:eger|\d+)?|"
    r"double|float|boolean|uuid|decimal.*|blob|json)(?:\[\])?"
)
"""What DuckDB writes below the names."""
_NAMED = re.compile(r'"?[^\d\W][\w .()\[\]#/-]*"?(?:;"?[^\d\W][\w .()\[\]#/-]*"?){4,}')
_TABBED = re.compile(_NAMED.pattern.replace(";", r"\t"))
_INDEXED = re.compile(r'(?:""|),"?[\w@]')
_UNNAMED = re.compile(r'(?:"")?(?:,"?\d+"?)+')
_NUMBERED = re.compile(r'"?\d+"?,')
_SUM = re.compile(r"\(?\d+ rows?(?: in set.*)?\)?")


@dataclass(frozen=True, slots=True)
class Saved:
    """How a table was saved."""

    delimiter: str
    above: int = 0
    """So many lines stand above its names."""
    indexed: bool = False
    ruled: bool = False
    quoted: bool = False
    """Whether the format knows its rows by quotes."""


def as_saved(source: ByteSource) -> ByteSource:
    """The source itself, or the rows of its table."""
    head = source.peek(_HEAD)
    if structures.are_in(head):
        return RecordSource(source, "table", partial(structures.records, source))
    found = saved(head)
    return source if found is None else RecordSource(source, "table", partial(_rows, source, found))


def saved(head: bytes) -> Saved | None:
    lines = head[:_HEAD].decode(errors="replace").splitlines()
    first, second = (*lines[:2], "", "")[:2]
    if separated := _SEPARATED.fullmatch(first):
        return Saved(separated[1], above=1)
    if first.startswith(_TYPED):
        return Saved(";" if _NAMED.fullmatch(second) else ",", above=1)
    if _RULE.fullmatch(first.strip()) or ("|" in first and _RULE.fullmatch(second.strip())):
        return Saved("|", ruled=True)
    if _INDEXED.match(first) and _NUMBERED.match(second):
        return Saved(",", above=int(_UNNAMED.fullmatch(first) is not None), indexed=True)
    if _TABBED.fullmatch(first) and _are_unknown(lines[:2]) and _is_known(lines, Saved("\t")):
        return Saved("\t")
    if _NAMED.fullmatch(first):
        return next((how for how in _BY_SEMICOLONS if _is_known(lines, how)), None)
    return None


_BY_SEMICOLONS = (Saved(";"), Saved(";", quoted=True))


def _are_unknown(lines: Sequence[str]) -> bool:
    """Some formats have tabs of their own."""
    from shadow_scan.collectors.formats import recognise

    return recognise(lines) is None


def _is_known(lines: Sequence[str], how: Saved) -> bool:
    """Whether a format knows the table by commas: by its names alone it is read as it is."""
    from shadow_scan.collectors.formats import recognise

    try:
        rows = list(csv.reader(lines[:2], delimiter=how.delimiter))
    except csv.Error:
        return False
    written = _written(rows, how).splitlines()
    found = recognise(written)
    return found is not None and (
        found.recognise.match(written[0]) is not None or written[0].startswith(found.header_starts)
    )


def _rows(source: ByteSource, how: Saved, outer: RecordSource) -> Iterator[bytes]:
    lines = islice(texts(source, outer), how.above, None)
    rows = _ruled(lines) if how.ruled else csv.reader(lines, delimiter=how.delimiter)
    try:
        while batch := list(islice(rows, _BATCH)):
            yield _written((row[how.indexed :] for row in batch), how).encode()
    except csv.Error as error:
        outer.damage = f"the table is damaged ({error})"
    outer.damage = source.damage or outer.damage


def _written(rows: Iterable[Sequence[str]], how: Saved) -> str:
    text = io.StringIO()
    one_line = ([re.sub(r"[\r\n]+", " ", cell) for cell in row] for row in rows)
    writer = partial(csv.writer, text, lineterminator="\n")
    (writer(quoting=csv.QUOTE_ALL) if how.quoted else writer()).writerows(one_line)
    return text.getvalue()


def _ruled(lines: Iterable[str]) -> Iterator[list[str]]:
    for line in lines:
        bare = line.strip()
        if not bare or _RULE.fullmatch(bare) or _SUM.fullmatch(bare):
            continue
        cells = [cell.strip() for cell in re.split(r"[|│]", bare.strip("|│"))]
        if not all(map(_TYPES.fullmatch, cells)):
            yield cells
