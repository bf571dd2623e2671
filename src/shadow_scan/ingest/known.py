"""What was read before, as a scan finds it: sources by their paths, and by how they begin."""

from __future__ import annotations

import hashlib
from bisect import bisect_right, insort
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from shadow_scan.collectors.lines.prefix import Prefix
from shadow_scan.ingest.inputs import is_open
from shadow_scan.store.sources import HEAD_BYTES, Beginning, Source

_MOST_BEGINNINGS = 256
"""Lines of sixteen bytes are no records."""
_LINE_ENDS = (b"\n", b"\r\n")


def beginnings(head: bytes) -> list[Beginning]:
    """Where the lines of a head end, and the digests there."""
    found: list[Beginning] = []
    prefix, at = Prefix(), 0
    while (end := head.find(b"\n", at) + 1) and len(found) < _MOST_BEGINNINGS:
        prefix.add(head[at:end])
        found.append(Beginning(len(found) + 1, end, prefix.value()))
        at = end
    return found


@dataclass(slots=True)
class Known:
    """Each way to find a source may lead to one that has changed since: then it is passed over."""

    _sources: dict[int, Source] = field(default_factory=dict)
    _paths: dict[str, dict[int, Source]] = field(default_factory=dict)
    _heads: dict[int, dict[str, dict[int, Source]]] = field(default_factory=dict)
    _lengths: list[int] = field(default_factory=list)
    """Of those heads, in their order: short logs have as many as there are logs."""
    _beginnings: dict[tuple[int, str], dict[int, Source]] = field(default_factory=dict)
    _highest: int = 0

    @classmethod
    def of(cls, sources: Iterable[Source]) -> Known:
        known = cls()
        for source in sources:
            known.remember(source)
        return known

    def __iter__(self) -> Iterator[Source]:
        return iter(self._sources.values())

    def remember(self, source: Source) -> None:
        """A source as it is called, and begins, now."""
        number = source.source_id
        self._sources[number] = source
        self._highest = max(self._highest, number)
        self._paths.setdefault(source.source_file, {})[number] = source
        if source.head_bytes not in self._heads:
            insort(self._lengths, source.head_bytes)
            self._heads[source.head_bytes] = {}
        alike = self._heads[source.head_bytes]
        alike.setdefault(source.head_digest, {})[number] = source
        for length, digest in source.marks.items():
            if length < HEAD_BYTES:
                self._beginnings.setdefault((length, digest), {})[number] = source

    def forget(self, source: Source) -> None:
        self._sources.pop(source.source_id, None)

    def next_number(self) -> int:
        return self._highest + 1

    def at(self, path: str) -> list[Source]:
        return [s for s in self._still(self._paths.get(path)) if s.source_file == path]

    def failed_at(self, path: str, but: Source | None = None) -> list[Source]:
        """Those of which nothing could be made."""
        return [source for source in self.at(path) if not source.format and source is not but]

    def reopened(self) -> list[Source]:
        """Folders that were closed when they were met: what is in them is found by itself now."""
        return [s for s in self if s.status == "unreadable" and is_open(s.source_file)]

    def has_news(self, unreadable: Source) -> bool:
        """No source of its path was read, or could not be for the same reason."""
        here = self.at(unreadable.source_file)
        return all(not s.format and s.damage != unreadable.damage for s in here)

    def alike(self, head: bytes) -> list[Source]:
        """Of a known format, with a compared head that this one begins with."""
        found: list[Source] = []
        digests, at = hashlib.sha256(), 0
        for length in self._lengths[: bisect_right(self._lengths, len(head))]:
            digests.update(head[at:length])
            at = length
            if same := self._heads[length].get(digests.hexdigest()):
                found += [s for s in self._still(same) if s.head_bytes == length and s.format]
        return found

    def holding(self, content: bytes, begins: Sequence[Beginning]) -> Source | None:
        """A source in which all lines of a content stand that is shorter than a compared head: up
        to its last line end, or as its only line. What is cut off behind is no line yet."""
        whole = begins[-1].length if begins else 0
        ends = [(begin.length, begin.digest) for begin in begins[-1:]] or _as_only_line(content)
        for length, digest in ends if content else ():
            for source in self._still(self._beginnings.get((length, digest))):
                if source.marks.get(length) == digest and _is_longer(source, content, whole):
                    return source
        return None

    def within(self, content: bytes, begins: Sequence[Beginning], holding: Source) -> list[Source]:
        """Other sources of which nothing stands behind such a content."""
        ends = {0} | {begin.length for begin in begins}
        alike = [s for s in self.alike(content) if s is not holding]
        return [s for s in alike if s.read_bytes in ends and s.has_records]

    def _still(self, found: dict[int, Source] | None) -> list[Source]:
        return [s for number, s in (found or {}).items() if self._sources.get(number) is s]


def _as_only_line(content: bytes) -> list[tuple[int, str]]:
    ended = [content + end for end in _LINE_ENDS]
    return [(len(line), begin.digest) for line in ended for begin in beginnings(line)]


def _is_longer(source: Source, content: bytes, whole: int) -> bool:
    """Nothing of the content lies behind what was read; what does is read on."""
    ends_there = source.read_bytes == whole == len(content)
    return source.read_bytes > whole or (ends_there and source.tail_bytes > 0)
