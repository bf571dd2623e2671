"""Whatever the bytes: lines = events + rejected + skipped, for every format, and nothing raises."""

from __future__ import annotations

import gzip
import io
import os
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from shadow_scan.collectors import engine
from shadow_scan.collectors.canonical import canonical
from shadow_scan.collectors.connection import Engine
from shadow_scan.collectors.engine import IMPOSSIBLE, Parser
from shadow_scan.collectors.format import Format
from shadow_scan.collectors.lines.blocks import LineBlock, LineReader
from shadow_scan.collectors.lines.unwrap import ByteSource
from shadow_scan.collectors.parsed import ParsedBlock
from shadow_scan.collectors.registry import FORMATS
from shadow_scan.identity.subnets import Subnets
from shadow_scan.ingest.inputs import Input
from shadow_scan.ingest.options import Options
from shadow_scan.ingest.reading import Ingest
from shadow_scan.store.facts import Facts
from shadow_scan.store.privacy import NamePolicy

from .samples import GOOD, VALID, zeek_json

SEEDS = {**VALID, "zeek json": zeek_json() * 2}
WORDS = [
    *(b"\t", b" ", b"  ", b'"', b"'", b"\\", b"-", b"\0", b"\r", b"\xff", b"\xc3", b"\xef\xbb\xbf"),
    *(b"#Fields: date time c-ip", b"#fields\tts\tuid", b"#path\tdns", b"]: ", b": query: ", b"{}"),
    *(b"nan", b"inf", b"1e999", b"-1", b"9223372036854775808", b"2026-02-30", b"24:60:61", b"/0"),
    *(b"[::1]", b"%00", b"%", b"://", b"..", b"xn--a", b"\xe2\x80\xae", b"\x1b[2J"),
]
PIECE = st.one_of(st.binary(max_size=40), st.sampled_from(WORDS))
GARBAGE = st.lists(PIECE, max_size=8).map(b"".join)
ENDS = st.sampled_from([b"\n", b"\r\n", b"\n\n", b"\r"])


@st.composite
def logs(draw: st.DrawFn) -> bytes:
    """Lines of a format, cut, doubled, spliced and with garbage between them."""
    seed = draw(st.sampled_from(sorted(SEEDS)))
    parts = []
    for line in SEEDS[seed].encode().splitlines():
        cut = draw(st.integers(0, len(line)))
        kind = draw(st.sampled_from(["whole", "whole", "cut", "spliced", "garbage"]))
        spliced = line[:cut] + draw(GARBAGE) + line[cut:]
        parts.append({"whole": line, "cut": line[:cut], "spliced": spliced}.get(kind, b""))
        parts.append(draw(ENDS))
        if kind == "garbage":
            parts += [draw(GARBAGE), draw(ENDS)]
    return b"".join(parts[: draw(st.integers(1, len(parts)))])


def parsed_blocks(
    parser: Parser, data: bytes, block_bytes: int = 1 << 20
) -> Iterator[tuple[LineBlock, ParsedBlock]]:
    reader = LineReader(ByteSource(io.BytesIO(data), "log"), block_bytes=block_bytes)
    for block in reader.blocks():
        yield block, parser.parse(block)


def accounted(block: LineBlock, parsed: ParsedBlock) -> bool:
    numbers = [*parsed.events["line_number"].to_pylist(), *(n for n, _ in parsed.rejected)]
    assert len(set(numbers)) == len(numbers)
    return len(numbers) + sum(parsed.skipped.values()) == block.count


@pytest.fixture(scope="module")
def shared() -> Iterator[Engine]:
    """One engine for all examples: what one log leaves behind must not harm the next."""
    made = Engine(frozenset({"m365Copilot"}))
    yield made
    made.close()


@pytest.fixture(scope="module", params=sorted(FORMATS))
def parser(request: pytest.FixtureRequest, shared: Engine) -> Parser:
    return Parser(FORMATS[request.param], engine=shared)


# To plan a statement for one line takes as long as for a hundred: few examples of many logs.
@settings(max_examples=2, deadline=None, suppress_health_check=list(HealthCheck))
@given(data=st.lists(logs(), min_size=1, max_size=4).map(b"\n".join), blocks=st.integers(1, 2))
def test_a_parser_accounts_for_every_line(parser: Parser, data: bytes, blocks: int) -> None:
    parser.header = {}
    assert all_accounted(parser, data, max(len(data) // blocks, 1))


@pytest.mark.parametrize(
    "data", [b"#fields\t\n#path\tssl\n\t\n", b"#Fields:\n\n \n#Fields: date\n2026-01-01\n"]
)
def test_a_header_that_names_nothing_is_counted(shared: Engine, data: bytes) -> None:
    for declared in FORMATS.values():
        if declared.header is not None:
            assert all_accounted(Parser(declared, engine=shared), data, 64)


def all_accounted(parser: Parser, data: bytes, block_bytes: int) -> bool:
    for block, parsed in parsed_blocks(parser, data, block_bytes):
        assert accounted(block, parsed)
        assert canonical(parsed.events).num_rows == parsed.events.num_rows
    return True


@pytest.fixture
def facts(tmp_path_factory: pytest.TempPathFactory) -> Facts:
    path = tmp_path_factory.mktemp("facts") / "facts.duckdb"
    made = Facts(path, NamePolicy.plain_names(), Subnets({}), Subnets({}))
    made.prepare()
    return made


@settings(max_examples=15, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    data=logs(),
    declared=st.sampled_from([None, *FORMATS.values()]),
    packed=st.booleans(),
    cut=st.integers(0, 30),
)
def test_an_ingest_accounts_for_every_line(
    facts: Facts, data: bytes, declared: Format | None, packed: bool, cut: int
) -> None:
    """Into one store, so that each log meets what all the others left there."""
    file = facts.path.parent / f"{os.urandom(6).hex()}.log"
    whole = gzip.compress(data) if packed else data
    file.write_bytes(whole[: max(len(whole) - cut, 1)])
    (report,) = Ingest(facts, Options(declared)).run([Input(str(file), named=True)])
    assert report.lines == report.events + report.rejected + report.skipped
    (again,) = Ingest(facts, Options(declared)).run([Input(str(file), named=True)])
    assert again.lines == again.events == 0


@given(steps=st.lists(st.integers(1, 200), min_size=1, max_size=3))
@example(steps=[32, 200])
@example(steps=[32, 200])
@settings(max_examples=3, deadline=None, suppress_health_check=list(HealthCheck))
def test_a_log_that_grows_by_any_bytes_is_read_once(facts: Facts, steps: list[int]) -> None:
    """Cut anywhere, also within a line, beside others that begin alike: each line counts once."""
    user = os.urandom(4).hex()
    data = (GOOD.replace("alice", user) * 2).encode()
    file = facts.path.parent / f"{user}.log"
    places = [min(sum(steps[: n + 1]), len(data)) for n in range(len(steps))]
    total: dict[str, int] = dict.fromkeys(("lines", "events", "rejected", "skipped"), 0)
    for place in [*places, len(data)]:
        file.write_bytes(data[:place])
        options = Options(FORMATS["squid"])
        (report,) = Ingest(facts, options).run([Input(str(file), named=True)])
        for name in total:
            total[name] += getattr(report, name)
    assert total == {"lines": 6, "events": 6, "rejected": 0, "skipped": 0}


class TestImpossibleValues:
    """A statement that raises for a value: the engine sets such lines apart by itself."""

    SQL = (
        "SELECT line_number, NULL::VARCHAR AS rejected, '10.20.30.44' AS source_ip, "
        "'claude.ai' AS authority, "
        "make_timestamp(1790000000000000 + CAST(line AS BIGINT)) AS event_time FROM lines"
    )

    @pytest.fixture
    def fragile(self) -> Iterator[Parser]:
        squid = FORMATS["squid"]
        fields = ("title", "kind", "carries", "recognise", "reference")
        kept = {name: getattr(squid, name) for name in fields}
        made = Parser(Format(name="fragile", sql=self.SQL, **kept))
        yield made
        made.engine.close()

    def test_only_the_lines_that_break_it_are_rejected(self, fragile: Parser) -> None:
        lines = [str(number) for number in range(1, 301)]
        for place in (0, 7, 150, 299):
            lines[place] = "x" * (place + 1)
        ((block, parsed),) = parsed_blocks(fragile, "\n".join(lines).encode() + b"\n")
        assert accounted(block, parsed)
        assert parsed.rejected == [(n, IMPOSSIBLE) for n in (1, 8, 151, 300)]
        assert parsed.events.num_rows == 296
        assert pa.types.is_timestamp(parsed.events.schema.field("event_time").type)

    def test_a_log_of_nothing_else_ends_soon(
        self, fragile: Parser, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(engine, "_MAX_SET_APART", 5)
        asked: list[int] = []
        answer = Parser._answer

        def counting(
            parser: Parser, statement: str, numbers: np.ndarray, lines: pa.Array
        ) -> pa.Table:
            asked.append(len(numbers))
            return answer(parser, statement, numbers, lines)

        monkeypatch.setattr(Parser, "_answer", counting)
        ((block, parsed),) = parsed_blocks(fragile, b"x\n" * 4096)
        assert accounted(block, parsed)
        assert len(parsed.rejected) == 4096
        assert len(asked) < 50


@pytest.mark.parametrize("wrap", [4_096, 4_095, 4_094, 4_093])
def test_an_archive_member_may_end_at_any_place_of_a_read(wrap: int) -> None:
    """Rotated archives hold several members; a magic number may be cut by the end of a read."""
    first = _member_of(wrap)
    source = ByteSource(io.BytesIO(first + gzip.compress(b"tail\n")), "log")
    assert source.read(1 << 20).endswith(b"tail\n")
    assert source.damage is None
    padded = ByteSource(io.BytesIO(first + b"\0" * 100), "log")
    assert padded.read(1 << 20)
    assert padded.damage is None


def _member_of(size: int) -> bytes:
    """A gzip member of exactly so many bytes."""
    noise = os.urandom(size)
    for length in range(size, 0, -1):
        member = gzip.compress(noise[:length])
        if len(member) == size:
            return member
    raise AssertionError("no such member")


def test_before_a_damaged_place_at_most_one_read_is_lost(tmp_path: Path) -> None:
    lines = b"".join(os.urandom(24).hex().encode() + b"\n" for _ in range(4000))
    packed = bytearray(gzip.compress(lines))
    at = len(packed) * 3 // 4
    packed[at : at + 64] = b"\xff" * 64
    source = ByteSource(io.BytesIO(bytes(packed)), "log")
    kept = source.read(1 << 24)
    assert source.damage is not None
    assert lines.startswith(kept[: len(lines) // 2])
    assert len(kept) > len(lines) * 0.6
