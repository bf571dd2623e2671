"""Blocks of lines: exactly the lines that are there, whatever the bytes."""

from __future__ import annotations

import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shadow_scan.collectors.lines import blocks, prefix
from shadow_scan.collectors.lines.blocks import TOO_LONG, LineReader
from shadow_scan.collectors.lines.prefix import Prefix
from shadow_scan.collectors.lines.unwrap import ByteSource

LINE = st.lists(
    st.sampled_from([b"a", b"b ", b"\xff", b"\xc3\xa9", b"\r", b"\0", b"longer than twelve bytes"]),
    max_size=12,
).map(b"".join)


def reader_of(data: bytes, block_bytes: int = 1 << 20) -> LineReader:
    return LineReader(ByteSource(io.BytesIO(data), "log"), block_bytes=block_bytes)


def read(reader: LineReader) -> dict[int, str | None]:
    found: dict[int, str | None] = {}
    for block in reader.blocks():
        block.lines.validate(full=True)
        found |= dict(zip(block.numbers.tolist(), block.lines.to_pylist(), strict=True))
        found |= dict.fromkeys((number for number, _ in block.rejects), None)
    return found


def decoded(raw: bytes) -> str:
    try:
        return raw.decode()
    except UnicodeDecodeError:
        return raw.decode("cp1252", errors="replace")


@given(st.lists(LINE, max_size=30), st.booleans(), st.integers(1, 80))
def test_every_line_comes_once_and_mended(lines: list[bytes], ended: bool, block: int) -> None:
    data = b"\n".join(lines) + (b"\n" if ended and lines else b"")
    expected = data.removeprefix(b"\xef\xbb\xbf").split(b"\n")
    expected = expected[:-1] if expected[-1] == b"" else expected
    found = read(reader_of(data, block))
    assert found == {
        place: decoded(line.removesuffix(b"\r")) for place, line in enumerate(expected, start=1)
    }


def value_of(data: bytes) -> str:
    whole = Prefix()
    whole.add(data)
    return whole.value()


@given(st.lists(LINE, min_size=1, max_size=30), st.integers(1, 80), st.integers(1, 60))
def test_the_digest_is_of_all_bytes_up_to_the_block_and_goes_on_from_milestones(
    lines: list[bytes], block: int, of_digest: int
) -> None:
    data = b"\n".join(lines) + b"\n"
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(prefix, "BLOCK_BYTES", of_digest)
        for entry in reader_of(data, block).blocks():
            assert entry.digest == value_of(data[: entry.end_offset])
            if entry.milestone is not None:
                again = Prefix.behind(entry.milestone)
                again.add(data[entry.milestone.offset : entry.end_offset])
                assert again.value() == entry.digest
                assert entry.end_offset - entry.milestone.offset > of_digest


@given(st.binary(max_size=60), st.binary(max_size=60), st.integers(1, 20))
def test_other_bytes_have_another_digest(one: bytes, other: bytes, of_digest: int) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(prefix, "BLOCK_BYTES", of_digest)
        assert (value_of(one) == value_of(other)) == (one == other)


@pytest.mark.parametrize("block", [7, 64, 1 << 20])
def test_a_line_too_long_is_named_and_the_rest_is_read(
    block: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(blocks, "MAX_LINE_BYTES", 50)
    data = b"first\n" + b"x" * 500 + b"\nlast\n"
    reader = reader_of(data, block)
    found = read(reader)
    assert found == {1: "first", 2: None, 3: "last"}
    rejects = [r for b in reader_of(data, block).blocks() for r in b.rejects]
    assert rejects == [(2, TOO_LONG)]


def test_a_last_line_without_its_end_is_said_to_be_one() -> None:
    ends = [block.terminated for block in reader_of(b"one\ntwo").blocks()]
    assert ends == [True, False]


def test_reading_goes_on_behind_a_known_prefix() -> None:
    reader = reader_of(b"one\ntwo\nthree\n")
    assert reader.skip_to(8) == value_of(b"one\ntwo\n")
    reader.next_line = 3
    assert read(reader) == {3: "three"}
