"""Wrappings: known by content, damage told and never raised, bombs stopped."""

from __future__ import annotations

import bz2
import codecs
import gzip
import io
import lzma
from pathlib import Path

import pytest
import zstandard
from hypothesis import given
from hypothesis import strategies as st

from shadow_scan.collectors.lines import unwrap
from shadow_scan.collectors.lines.unwrap import ByteSource, open_source
from shadow_scan.errors import InputError

TEXT = b"".join(b"%d chatgpt.com\n" % number for number in range(50_000))

SKIPPED = b"\x50\x2a\x4d\x18\4\0\0\0size"
"""A frame to be passed over, as packers that work in parallel write them."""


def everything(source: ByteSource, piece: int = 10_000) -> bytes:
    parts = iter(lambda: source.read(piece), b"")
    return b"".join(parts)


def of(data: bytes) -> ByteSource:
    return ByteSource(io.BytesIO(data), "log")


@pytest.mark.parametrize(
    "packed",
    [
        TEXT,
        gzip.compress(TEXT),
        gzip.compress(TEXT[:1000]) + gzip.compress(TEXT[1000:]),
        gzip.compress(TEXT) + b"\0" * 512,
        zstandard.compress(TEXT),
        SKIPPED
        + zstandard.compress(TEXT[:1000])
        + SKIPPED
        + zstandard.compress(TEXT[1000:])
        + SKIPPED,
        codecs.BOM_UTF8 + TEXT,
        TEXT.decode().encode("utf-16"),
        codecs.BOM_UTF16_BE + TEXT.decode().encode("utf-16-be"),
        TEXT.decode().encode("utf-16-le"),
        gzip.compress(TEXT.decode().encode("utf-16-be")),
        b"\0" * 3_000_000 + TEXT,
        lzma.compress(TEXT[:1000]) + lzma.compress(TEXT[1000:]),
        bz2.compress(TEXT[:1000]) + bz2.compress(TEXT[1000:]),
    ],
    ids=[
        *("plain", "gzip", "members", "padded", "zstd", "frames", "bom", "utf-16", "utf-16-be"),
        *("unmarked", "unmarked-be", "hole", "xz", "bzip2"),
    ],
)
def test_all_wrappings_give_the_same_bytes(packed: bytes) -> None:
    source = of(packed)
    assert source.peek(20) == TEXT[:20]
    assert everything(source) == TEXT
    assert source.damage is None


@pytest.mark.parametrize("pack", [gzip.compress, zstandard.compress], ids=["gzip", "zstd"])
def test_of_a_cut_archive_the_readable_part_is_kept(pack: object) -> None:
    assert callable(pack)
    packed = pack(TEXT)
    source = of(packed[: len(packed) * 3 // 4])
    kept = everything(source)
    assert TEXT.startswith(kept)
    assert source.damage is not None
    assert "ends early" in source.damage


def test_of_gzip_much_is_kept_before_a_cut() -> None:
    packed = gzip.compress(TEXT)
    assert len(everything(of(packed[: len(packed) * 3 // 4]))) > len(TEXT) // 2


def test_damage_in_the_middle_is_told() -> None:
    packed = bytearray(gzip.compress(TEXT))
    packed[len(packed) // 2 :] = b"\xff" * 100
    source = of(bytes(packed))
    assert everything(source)[:100_000] == TEXT[:100_000]
    assert source.damage is not None
    assert source.damage.startswith("gzip data")


def test_bytes_after_an_archive_are_told() -> None:
    source = of(gzip.compress(b"one\n") + b"something else")
    assert everything(source) == b"one\n"
    assert source.damage == "bytes follow the archive's end"


def streamed(window_log: int) -> bytes:
    """As a pipe is packed: of unknown size, so with a whole window (level 19: 23, level 22: 27)."""
    wide = zstandard.ZstdCompressionParameters.from_level(3, window_log=window_log)
    packer = zstandard.ZstdCompressor(compression_params=wide).compressobj()
    return bytes(packer.compress(TEXT) + packer.flush())


def test_an_archive_may_want_a_window_of_a_size_that_fits(tmp_path: Path) -> None:
    log, ultra = tmp_path / "log.zst", tmp_path / "ultra.zst"
    log.write_bytes(streamed(23))
    ultra.write_bytes(streamed(27))
    with open_source(str(log)) as source:
        assert everything(source) == TEXT
    with pytest.raises(InputError) as caught:
        open_source(str(ultra))
    assert caught.value.what == "to unpack this takes 128 MiB at once, and 8 is most"
    assert "zstd -dc" in str(caught.value.remedy)


def test_a_later_part_with_too_large_a_window_is_damage() -> None:
    source = of(zstandard.compress(TEXT) + streamed(27))
    assert everything(source) == TEXT
    assert source.damage is not None
    assert "too much memory" in source.damage


def test_a_bomb_is_stopped(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(unwrap, "_BOMB_FLOOR", 1_000_000)
    source = of(gzip.compress(b"\0" * 50_000_000, compresslevel=9))
    assert len(everything(source, 1 << 20)) < 50_000_000
    assert source.damage is not None
    assert "no log shrinks" in source.damage


@given(st.binary(max_size=400))
def test_no_bytes_raise(data: bytes) -> None:
    for magic in (b"", b"\x1f\x8b", b"\x28\xb5\x2f\xfd", codecs.BOM_UTF16_LE):
        everything(of(magic + data))


def test_a_file_that_may_not_be_read_is_one_clear_error(monkeypatch: pytest.MonkeyPatch) -> None:
    def refused(*words: object, **more: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "open", refused)
    with pytest.raises(InputError, match="may not be read"):
        open_source("/var/log/squid/access.log")


def test_a_missing_file_is_one_clear_error(tmp_path: Path) -> None:
    with pytest.raises(InputError) as caught:
        open_source(str(tmp_path / "gone.log"))
    assert caught.value.what == "no such file"
    assert caught.value.where.endswith("gone.log")
