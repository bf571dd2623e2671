"""The keys of a log that nobody knows, with a few values each, whatever its shape."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from shadow_scan.collectors.columns.rows import cells_of
from shadow_scan.collectors.mapping import words
from shadow_scan.collectors.mapping.model import Shape
from shadow_scan.collectors.syslog import peeled

ABSENT = ("", "-")
_DELIMITERS = (",", "\t", ";", "||", "|")
_RARE = ("^", "~", "\x01", "\x1f", "::", "!", "#", "$", "*", "&", "§", "¦", "¬", " ")
"""Asked where none of the others parts the lines evenly."""
_NOTHINGS = ("n/a", "N/A", "NA", "null", "NULL", "None", "none", "unknown", "(null)")
_PAIR = re.compile(
    r"(?:^|([ ,;|\t]))\s*([A-Za-z_][\w.-]*)="
    r'("(?:[^"\\]|\\.)*"|[^"]*?(?=[ ,;|\t][\w.-]+=|$))'
)
_MOST = 0.8
_MAX_DEPTH = 6
_MAX_KEYS = 200


@dataclass(slots=True)
class Sample:
    """Key -> values; `lines` are the records as the format will see them."""

    shape: Shape
    lines: Sequence[str]
    columns: Sequence[str] = ()
    header: bool = False
    delimiter: str | None = None
    recognise: Sequence[str] = ()
    values: dict[str, list[str]] = field(default_factory=dict)
    records: list[dict[str, str]] = field(default_factory=list)
    labels: dict[str, str] = field(default_factory=dict)
    """What keys of CEF that have no meaning of their own are called beside them."""
    listed: set[str] = field(default_factory=set)
    """Keys whose values are lists, of which the first one is told."""
    nothings: tuple[str, ...] = ABSENT

    def add(self, pairs: Iterable[tuple[str, str]]) -> None:
        record: dict[str, str] = {}
        for key, value in pairs:
            if key in self.values or len(self.values) < _MAX_KEYS:
                record.setdefault(key, value.strip())
                self.values.setdefault(key, []).append(value.strip())
        self.records.append(record)

    def settle(self) -> Sample:
        """Words that stand for nothing are no values."""
        met = {value for values in self.values.values() for value in values}
        self.nothings = (*ABSENT, *(word for word in _NOTHINGS if word in met))
        for key, values in self.values.items():
            self.values[key] = [value for value in values if value not in self.nothings]
        for record in self.records:
            for key in [key for key, value in record.items() if value in self.nothings]:
                del record[key]
        return self


def sampled(
    lines: Sequence[str], bare_of: Callable[[str], str] = peeled, *, lists: bool = False
) -> Sample | None:
    """None for text that is neither delimited, key=value, JSON, CEF nor LEEF.

    `bare_of` takes off what syslog put before a record; `lists`: members of JSON that are lists
    of texts or numbers count by their first one.
    """
    bare = [bare_of(line) for line in lines]
    for read in (_headed, partial(_objects, lists=lists), _pairs, _rows):
        found = read(bare)
        if found is not None:
            return found.settle()
    return None


def _headed(lines: Sequence[str]) -> Sample | None:
    """CEF and LEEF: vendor and product stand in the header."""
    shapes: tuple[tuple[Shape, str, int], ...] = (("cef", "CEF:", 7), ("leef", "LEEF:", 5))
    for shape, sign, fields in shapes:
        told = [line[line.index(sign) :].split("|") for line in lines if sign in line[:400]]
        told = [row for row in told if len(row) > fields]
        if not told or len(told) < _MOST * len(lines):
            continue
        (vendor, product), _ = Counter((row[1], row[2]) for row in told).most_common(1)[0]
        sample = Sample(shape, lines, recognise=[f"{vendor}|{product}"])
        for body in ("|".join(row[fields:]) for row in told):
            found = _PAIR.findall(body) if shape == "cef" else _tabbed(body)
            sample.add((key, value.strip('"')) for _, key, value in found)
        return sample
    return None


def _tabbed(body: str) -> Iterator[tuple[str, str, str]]:
    named, bar, rest = body.partition("|")
    if bar and "=" not in named:
        body, delimiter = rest, _leef_delimiter(named)
    else:
        delimiter = "|" if "|" in body and "\t" not in body else "\t"
    for pair in body.split(delimiter):
        key, _, value = pair.partition("=")
        yield "", key.lstrip("|^"), value


def _leef_delimiter(named: str) -> str:
    """What the sixth field of a LEEF 2.0 header names: '^', 'x5E', '0x09', or nothing."""
    code = re.fullmatch(r"0?[xX]([0-9a-fA-F]{2,4})", named)
    return chr(int(code[1], 16)) if code else named[:1] or "\t"


def _objects(lines: Sequence[str], *, lists: bool) -> Sample | None:
    found = [record for record in map(_object, lines) if record is not None]
    if len(found) < _MOST * len(lines) or not found:
        return None
    sample = Sample("json", lines)
    for record in found:
        listed = dict(_firsts(record, ())) if lists else {}
        sample.listed |= listed.keys()
        sample.add((*_flat(record, ()), *listed.items()))
    return sample


def _object(line: str) -> dict[str, Any] | None:
    try:
        record = json.loads(line)
    except (ValueError, RecursionError):
        return None
    return record if isinstance(record, dict) else None


def _flat(record: Mapping[str, Any], above: tuple[str, ...]) -> Iterator[tuple[str, str]]:
    for name, value in record.items():
        path = (*above, name.replace(".", "\\."))
        if isinstance(value, dict) and len(path) < _MAX_DEPTH:
            yield from _flat(value, path)
        elif not isinstance(value, (dict, list)):
            yield ".".join(path), "" if value is None else str(value)


def _firsts(record: Mapping[str, Any], above: tuple[str, ...]) -> Iterator[tuple[str, str]]:
    """The first of each list that has no objects in it."""
    for name, value in record.items():
        path = (*above, name.replace(".", "\\."))
        if isinstance(value, dict) and len(path) < _MAX_DEPTH:
            yield from _firsts(value, path)
        elif isinstance(value, list) and value and isinstance(value[0], str | int | float):
            yield ".".join(path), str(value[0])


def _pairs(lines: Sequence[str]) -> Sample | None:
    found = [_PAIR.findall(line) for line in lines]
    if sum(len(pairs) >= 3 for pairs in found) < _MOST * len(lines):
        return None
    signs = Counter(sign for pairs in found for sign, _, _ in pairs if sign)
    delimiter = signs.most_common(1)[0][0] if signs else " "
    if all(value.startswith('"') for pairs in found for _, _, value in pairs):
        delimiter = " "  # quotes part them, and other words may stand before the first
    sample = Sample("keyvalue", lines, delimiter=None if delimiter == " " else delimiter)
    for pairs in found:
        sample.add((key, value.strip('"')) for _, key, value in pairs)
    return sample


def _rows(lines: Sequence[str]) -> Sample | None:
    best = _widest(lines, _DELIMITERS) or _widest(lines, _RARE)
    if best is None:
        return None
    width, delimiter, rows = best
    header = _is_header(rows)
    columns = rows[0] if header else [f"column{place}" for place in range(1, width + 1)]
    sample = Sample("csv", lines, columns, header, None if delimiter == "," else delimiter)
    for row in rows[1:] if header else rows:
        sample.add((key, cell) for key, cell in zip(columns, row, strict=True) if key)
    return sample


def _widest(
    lines: Sequence[str], delimiters: Sequence[str]
) -> tuple[int, str, list[list[str]]] | None:
    """Cells of the delimiter that makes most of them, the same number in most lines."""
    best: tuple[int, str, list[list[str]]] | None = None
    for delimiter in delimiters:
        rows = cells_of(lines, delimiter)
        width = Counter(map(len, rows)).most_common(1)[0][0] if rows else 0
        even = sum(len(row) == width for row in rows) >= _MOST * len(rows)
        doubled = best is not None and best[1] == delimiter * 2
        if width >= 3 and even and not doubled and (best is None or width > best[0]):
            best = (width, delimiter, [row for row in rows if len(row) == width])
    return best


def _is_header(rows: Sequence[Sequence[str]]) -> bool:
    """Names are distinct, and no addresses, numbers or times. One column may have none, as that of
    row numbers."""
    first = rows[0]
    telling = (words.is_address, words.is_number, words.is_iso)
    named = not any(tells(cell) for cell in first for tells in telling)
    return named and len(set(first)) == len(first) > 1
