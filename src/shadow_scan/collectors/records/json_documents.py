"""Elements of a JSON document, one a line, without ever holding the document.

Quotes and brackets are found for a whole chunk at once; only where an element begins or ends does
anything happen one by one. So neither the length of a document nor its nesting costs memory.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

import msgspec
import numpy as np
import numpy.typing as npt

from shadow_scan.collectors.lines.unwrap import ByteSource
from shadow_scan.collectors.records import har, pair_lists
from shadow_scan.collectors.records.json_shapes import Shape
from shadow_scan.collectors.records.source import LINE_ENDS, RecordSource, chunks
from shadow_scan.vocabulary import some

_MAX_ELEMENT = 64 << 20
_PAIRS = b"values"
"""Loki answers with pairs of a time and a line."""

Positions = npt.NDArray[np.int64]


def records(source: ByteSource, shape: Shape, outer: RecordSource) -> Iterator[bytes]:
    splitter, count = Splitter(shape), 0
    for chunk in chunks(source, outer):
        elements = splitter.feed(chunk)
        count += len(elements)
        yield b"".join(_line(element, shape) for element in elements)
        if splitter.is_broken:
            break
    if source.damage:
        outer.damage = source.damage
    elif splitter.is_broken or splitter.depth > 0:
        outer.damage = f"the JSON ends early or is damaged after {some(count, 'record')}"


def _line(element: bytes, shape: Shape) -> bytes:
    if shape.is_har:
        return har.reduced(element) + b"\n"
    if shape.columns:
        return _row(element, shape.columns) + b"\n"
    if shape.key == _PAIRS and element[:1] == b"[":
        return _row(element, ("ts", "line")) + b"\n"
    if element[:1] == b"[" or element.startswith(pair_lists.FLAT):
        element = pair_lists.as_object(element)
    return element.translate(LINE_ENDS) + b"\n"


def _row(element: bytes, columns: tuple[str, ...]) -> bytes:
    """A row of a table as an object; what has another number of cells stays as it is."""
    try:
        cells = msgspec.json.decode(element, type=list[msgspec.Raw])
    except msgspec.MsgspecError:
        return element.translate(LINE_ENDS)
    if len(cells) != len(columns):
        return element.translate(LINE_ENDS)
    return msgspec.json.encode(dict(zip(columns, cells, strict=True))).translate(LINE_ENDS)


@dataclass(slots=True)
class Splitter:
    """Cuts a document into its elements, chunk by chunk."""

    shape: Shape
    depth: int = 0
    is_broken: bool = False
    _in_text: bool = False
    _backslashes: int = 0
    """How many stand at the end of the last chunk."""
    _wanted: bool = False
    """Inside an array of the right key."""
    _begun: bool = False
    _element: list[bytes] = field(default_factory=list)
    _before: bytes = b""

    def __post_init__(self) -> None:
        self._wanted = self.shape.key is None

    def feed(self, chunk: bytes) -> list[bytes]:
        data = np.frombuffer(chunk, dtype=np.uint8)
        places, depths = self._brackets(data)
        found: list[bytes] = []
        begin = 0 if self._begun else None
        for place, depth in self._turns(data, places, depths):
            begin = self._turn(chunk, place, depth, begin, found)
        if begin is not None:
            self._element.append(chunk[begin:])
            if sum(map(len, self._element)) > _MAX_ELEMENT:
                self.is_broken = True
        self._before = (self._before + chunk)[-64:]
        return found

    def _turn(
        self, chunk: bytes, place: int, depth: int, begin: int | None, found: list[bytes]
    ) -> int | None:
        """What a bracket at the depth of the records means; where the open element begins."""
        opens = chunk[place] in b"{["
        if opens and depth == self.shape.depth - 1:
            self._wanted = self.shape.key is None or self._is_keyed(chunk, place)
        elif opens and self._wanted and not self._begun:
            self._begun = True
            return place
        elif not opens and self._begun and depth == self.shape.depth - 1:
            self._element.append(chunk[begin : place + 1])
            found.append(b"".join(self._element))
            self._element, self._begun = [], False
            return None
        return begin

    def _is_keyed(self, chunk: bytes, place: int) -> bool:
        text = (self._before + chunk[max(place - 64, 0) : place])[-64:]
        key = b'"' + (self.shape.key or b"") + b'"'
        return text.rstrip().removesuffix(b":").rstrip().endswith(key)

    def _turns(
        self, data: npt.NDArray[np.uint8], places: Positions, depths: Positions
    ) -> Iterator[tuple[int, int]]:
        """Brackets where a record or its array begins or ends."""
        if len(depths):
            self.depth = int(depths[-1])
            self.is_broken |= bool((depths < 0).any())
        signs = np.where((data[places] == ord("{")) | (data[places] == ord("[")), 1, -1)
        level = self.shape.depth
        at = (depths == level - 1) | ((depths == level) & (signs > 0))
        yield from zip(places[at].tolist(), depths[at].tolist(), strict=True)

    def _brackets(self, data: npt.NDArray[np.uint8]) -> tuple[Positions, Positions]:
        """Places of brackets outside of texts, and the depth behind each."""
        quotes = np.flatnonzero(data == ord('"'))
        if (data == ord("\\")).any() or self._backslashes:
            quotes = quotes[~self._is_escaped(data, quotes)]
        marks = np.zeros(len(data), dtype=np.int32)
        marks[quotes] = 1
        inside = (np.cumsum(marks) + self._in_text) & 1
        self._in_text = bool(inside[-1])
        letters = data | 0x20  # '[' and '{', ']' and '}' differ by this bit alone
        brackets = ((letters == ord("{")) | (letters == ord("}"))) & (inside == 0)
        places = np.flatnonzero(brackets)
        signs = np.where(letters[places] == ord("{"), 1, -1)
        return places, self.depth + np.cumsum(signs)

    def _is_escaped(self, data: npt.NDArray[np.uint8], quotes: Positions) -> npt.NDArray[np.bool_]:
        """Quotes behind an odd number of backslashes."""
        plain = np.where(data != ord("\\"), np.arange(len(data)), -1)
        last = np.maximum.accumulate(plain)
        before = np.concatenate([[-1], last[:-1]])[quotes]
        runs = quotes - 1 - before + np.where(before < 0, self._backslashes, 0)
        trailing = len(data) - 1 - int(last[-1])
        self._backslashes = trailing + (self._backslashes if trailing == len(data) else 0)
        escaped: npt.NDArray[np.bool_] = runs % 2 == 1
        return escaped
