"""Logs written, rotated, copied, packed, cut and scanned in any order: what is stored is the truth.

The suite tries a few sequences, and many with
`SHADOW_SCAN_SEQUENCES=2000 tools/test tests/ingest/test_any_order.py`.
"""

from __future__ import annotations

import codecs
import contextlib
import functools
import gzip
import itertools
import os
import shutil
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path

import hypothesis.strategies as st
import pytest
import zstandard
from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from shadow_scan.collectors.formats import named
from shadow_scan.collectors.lines import prefix
from shadow_scan.collectors.lines.blocks import LineReader
from shadow_scan.ingest import pending, reading
from shadow_scan.ingest.inputs import Input
from shadow_scan.ingest.options import Options
from shadow_scan.store.database import one_engine, opened, rows
from shadow_scan.store.facts import Facts
from shadow_scan.store.setup import facts_of
from shadow_scan.workspace import Workspace

from .conftest import balanced, squid_lines, stored

FEW = 3
SEQUENCES = int(os.environ.get("SHADOW_SCAN_SEQUENCES", FEW))
_W3C = "date time c-ip cs-method cs-uri-scheme cs-host cs-uri-port cs-uri-path"
_PACKED: dict[str, Callable[[bytes], bytes]] = {
    "plain": bytes,
    "gzip": gzip.compress,
    "zstd": zstandard.compress,
    "bom": lambda data: codecs.BOM_UTF8 + data,
    "utf-16": lambda data: codecs.BOM_UTF16_LE + data.decode().encode("utf-16-le"),
}
_numbers = itertools.count(1)


Kind = Callable[[], Iterator[tuple[bytes, int | None]]]


def squid() -> Iterator[tuple[bytes, int | None]]:
    for number in _numbers:
        yield squid_lines(number, number).rstrip("\n").encode(), number


def w3c() -> Iterator[tuple[bytes, int | None]]:
    """All of them begin alike, and change their header now and then."""
    for at in itertools.count():
        turned = at // 17 % 2
        if at % 17 == 0:
            fields = f"sc-bytes {_W3C}" if turned else f"{_W3C} sc-bytes"
            yield f"#Fields: {fields}".encode(), None
        number = next(_numbers)
        row = f"2026-09-23 10:11:12 10.1.2.{number % 200} GET https chatgpt.com 443 /x"
        yield (f"{number} {row}" if turned else f"{row} {number}").encode(), number


@dataclass
class Log:
    """What one recorder writes, from its begin: lines, and the number of each that is an event."""

    source: Iterator[tuple[bytes, int | None]]
    end: bytes
    written: list[tuple[bytes, int | None]] = field(default_factory=list)

    def lines(self, count: int) -> list[tuple[bytes, int | None]]:
        self.written += itertools.islice(self.source, max(count - len(self.written), 0))
        return self.written[:count]


@dataclass(frozen=True)
class File:
    """The first lines of a log, and of the next one all (`tail` of 999) or some bytes."""

    log: Log
    lines: int
    tail: int = 0
    packing: str = "plain"

    def content(self) -> bytes:
        whole = b"".join(line + self.log.end for line, _ in self.log.lines(self.lines))
        return _PACKED[self.packing](whole + self.log.lines(self.lines + 1)[-1][0][: self.tail])

    def events(self) -> set[int]:
        count = self.lines + (self.tail == 999)
        return {number for _, number in self.log.lines(count) if number is not None}


class Killed(BaseException):
    pass


counts = st.integers(1, 90)
tails = st.sampled_from([0, 0, 0, 25, 999])


class AnyOrder(RuleBasedStateMachine):
    def __init__(self) -> None:
        super().__init__()
        self.folder = Path(tempfile.mkdtemp())
        self.patch = pytest.MonkeyPatch()
        self.patch.setenv("SHADOW_SCAN_KEY_FILE", str(self.folder / "key"))
        self.patch.setattr(prefix, "BLOCK_BYTES", 4_000)
        self.patch.setattr(pending, "BATCH_ROWS", 50)
        small = functools.partial(LineReader, block_bytes=2_500)
        self.patch.setattr(reading, "LineReader", small)
        self.engine = contextlib.ExitStack()
        self.engine.enter_context(one_engine(self.folder))
        self.place = Workspace(self.folder / "workspace")
        self.place.create()
        self.facts, _ = facts_of(self.place, None, None)
        self.facts.prepare()
        self.files: dict[str, File] = {}
        self.seen: set[int] = set()
        self.perhaps: set[int] = set()
        self.scanned = False
        self.names = (f"f{number}" for number in itertools.count())

    def teardown(self) -> None:
        self.engine.close()
        self.patch.undo()
        shutil.rmtree(self.folder)

    def put(self, name: str, file: File) -> None:
        self.files[name] = file
        (self.folder / name).unlink(missing_ok=True)
        (self.folder / name).write_bytes(file.content())

    def one(self, data: st.DataObject, *, plain: bool = False) -> tuple[str, File]:
        fitting = [n for n, f in self.files.items() if not plain or f.packing == "plain"]
        name = data.draw(st.sampled_from(sorted(fitting)))
        return name, self.files[name]

    def some(self, data: st.DataObject) -> list[str]:
        chosen = st.lists(st.sampled_from(sorted(self.files)), unique=True, min_size=1)
        return data.draw(chosen)

    def scan(self, names: list[str], **words: object) -> list[reading.SourceReport]:
        self.scanned = True
        inputs = [Input(str(self.folder / name), named=True) for name in names]
        return reading.Ingest(self.facts, Options(**words)).run(inputs)  # type: ignore[arg-type]

    @rule(
        kind=st.sampled_from([squid, squid, w3c]),
        end=st.sampled_from([b"\n", b"\n", b"\r\n"]),
        lines=counts,
        tail=tails,
    )
    def begins(
        self, kind: Callable[[], Iterator[object]], end: bytes, lines: int, tail: int
    ) -> None:
        self.put(next(self.names), File(Log(kind(), end), lines, tail))  # type: ignore[arg-type]

    @precondition(lambda self: any(f.packing == "plain" for f in self.files.values()))
    @rule(data=st.data(), lines=counts, tail=tails)
    def grows(self, data: st.DataObject, lines: int, tail: int) -> None:
        name, file = self.one(data, plain=True)
        file = replace(file, lines=file.lines + lines, tail=tail)
        self.put(name, file)

    @precondition(lambda self: self.files)
    @rule(data=st.data(), lines=counts, tail=tails, packing=st.sampled_from(sorted(_PACKED)))
    def is_copied(self, data: st.DataObject, lines: int, tail: int, packing: str) -> None:
        """In whole, or its begin."""
        _, file = self.one(data)
        if lines < file.lines:
            file = replace(file, lines=lines, tail=tail)
        self.put(next(self.names), replace(file, packing=packing))

    @precondition(lambda self: self.files)
    @rule(data=st.data(), truncating=st.booleans(), lines=st.integers(0, 40))
    def is_rotated(self, data: st.DataObject, truncating: bool, lines: int) -> None:
        name, file = self.one(data)
        if truncating:
            self.put(next(self.names), file)
        else:
            other = next(self.names)
            self.files[other] = file
            (self.folder / name).rename(self.folder / other)
        kind = data.draw(st.sampled_from([squid, w3c]))
        self.put(name, File(Log(kind(), file.log.end), lines))

    @precondition(lambda self: self.files)
    @rule(data=st.data())
    def is_cut(self, data: st.DataObject) -> None:
        """It lost its last lines, and may get them back."""
        name, file = self.one(data, plain=False)
        self.put(name, replace(file, lines=max(file.lines // 2, 1), tail=0))

    @precondition(lambda self: self.files)
    @rule(data=st.data())
    def is_scanned_by_links(self, data: st.DataObject) -> None:
        name, file = self.one(data)
        links = [next(self.names), next(self.names)]
        (self.folder / links[0]).hardlink_to(self.folder / name)
        (self.folder / links[1]).symlink_to(self.folder / name)
        self.scan([*links, name])
        self.seen |= file.events()
        for link in links:
            (self.folder / link).unlink()

    @precondition(lambda self: self.files)
    @rule(data=st.data())
    def is_removed(self, data: st.DataObject) -> None:
        name, _ = self.one(data)
        del self.files[name]
        (self.folder / name).unlink()

    @precondition(lambda self: self.files)
    @rule(data=st.data())
    def are_scanned(self, data: st.DataObject) -> None:
        self.whole_scan(self.some(data))

    def whole_scan(self, names: list[str]) -> list[reading.SourceReport]:
        reports = self.scan(names)
        assert not [r.problem for r in reports if r.problem and r.status != "unrecognised"]
        for name in names:
            self.seen |= self.files[name].events()
        return reports

    @precondition(lambda self: self.files)
    @rule(data=st.data(), writes=st.integers(0, 6), after=st.booleans())
    def are_scanned_and_killed(self, data: st.DataObject, writes: int, after: bool) -> None:
        names, write, left = self.some(data), Facts.write, [writes]

        def dying(facts: Facts, batch: pending.Batch) -> None:
            left[0] -= 1
            if left[0] >= 0 or after:
                write(facts, batch)
            if left[0] < 0:
                raise Killed

        with self.patch.context() as patch:
            patch.setattr(Facts, "write", dying)
            with contextlib.suppress(Killed):
                self.scan(names)
        for name in names:
            self.perhaps |= self.files[name].events()

    @rule(lines=counts)
    def is_scanned_as_what_it_is_not(self, lines: int) -> None:
        name = next(self.names)
        self.put(name, File(Log(squid(), b"\n"), lines))
        self.scan([name], format=named("fortinet", {}))

    @precondition(lambda self: self.scanned)
    @invariant()
    def every_line_is_stored_once(self) -> None:
        self.scanned = False
        with opened(self.place.facts, read_only=True) as connection:
            found = Counter(b for (b,) in rows(connection, "SELECT bytes_down FROM events"))
        assert not {number for number, times in found.items() if times > 1}
        assert self.seen <= found.keys() <= self.seen | self.perhaps
        assert balanced(self.place)
        stored(self.place)

    @precondition(lambda self: self.files)
    @rule()
    def all_are_scanned_twice(self) -> None:
        self.whole_scan(list(self.files))
        assert not [r for r in self.whole_scan(list(self.files)) if r.lines]


TestAnyOrder = AnyOrder.TestCase
TestAnyOrder.settings = settings(
    max_examples=SEQUENCES,
    stateful_step_count=20 if SEQUENCES == FEW else 40,
    deadline=None,
    suppress_health_check=list(HealthCheck),
    phases=[Phase.generate],  # to shorten a sequence that fails takes an hour
    derandomize=SEQUENCES == FEW,
    database=None,
)
