"""In what logs are packed, told by their first bytes: packers of one stream, which are unpacked,
and archives of several files, which are not.

Each packer is loaded where the first archive of its kind is met.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from shadow_scan.errors import UNKNOWN_FORMAT, InputError

ZSTD_WINDOW = 8 << 20
"""What RFC 8878 (section 3.1.1.1.2) asks of every reader, and levels up to 19 take. With --ultra or
--long archives may ask for more than all else that a scan holds."""
_XZ_MEMORY = 80 << 20
"""What `xz -9` asks for, and a little more."""
_GZIP_WINDOW = 31
MAGIC_BYTES = 4
_MAGIC = {
    b"\x1f\x8b": "gzip",
    b"\xfd7zX": "xz",
    **{b"BZh%d" % level: "bzip2" for level in range(1, 10)},
    b"\x28\xb5\x2f\xfd": "zstd",
    **{bytes([0x50 + kind]) + b"\x2a\x4d\x18": "zstd" for kind in range(16)},
}
"""The last ones are frames to be passed over (RFC 8878, section 3.1.2): packers that work in
parallel begin with one, and archives that can be read from the middle end with one."""
_NOT_UNPACKED = {
    b"PK\3\4": "zip",
    b"PK\5\6": "zip",
    b"7z\xbc\xaf\x27\x1c": "7z",
    b"Rar!\x1a\x07": "rar",
    b"\x04\x22\x4d\x18": "lz4",
    b"LZIP": "lzip",
    b"\x1f\x9d": "compress",
}
_TAR_PLACE, _TAR = 257, b"ustar"


class Decompressor(Protocol):
    @property
    def eof(self) -> bool: ...

    @property
    def unused_data(self) -> bytes: ...

    def decompress(self, data: bytes, /) -> bytes: ...


Unpacker = tuple[Callable[[], Decompressor], tuple[type[Exception], ...]]
"""Makes a decompressor of one member, and what that raises where data is damaged."""


def wrapping_of(data: bytes) -> str:
    return next((kind for magic, kind in _MAGIC.items() if data.startswith(magic)), "")


def archive_of(head: bytes) -> str:
    """The kind of an archive that is not unpacked here: its bytes may hold lines of several logs,
    and names between them."""
    if head[_TAR_PLACE:].startswith(_TAR):
        return "tar"
    return next((kind for magic, kind in _NOT_UNPACKED.items() if head.startswith(magic)), "")


def not_known(head: bytes, where: str) -> InputError:
    """What to say of bytes that are read as no format."""
    if kind := archive_of(head):
        remedy = "unpack it, and scan what comes out"
        return InputError(f"a {kind} archive is not unpacked here", where=where, remedy=remedy)
    return InputError("no known log format", where=where, remedy=UNKNOWN_FORMAT)


def damaged(damage: str, where: str) -> InputError:
    """What to say of bytes that end, or turn to nonsense, before their end."""
    remedy = "what could be read was kept; get a whole copy and read that for the rest"
    return InputError(damage, where=where, remedy=remedy)


def unpacker(kind: str) -> Unpacker:
    return {"gzip": _gzip, "zstd": _zstd, "xz": _xz, "bzip2": _bzip2}[kind]()


def zstd_window(head: bytes) -> int:
    """Bytes that have to be held to unpack it, where that is the archive's choice."""
    import zstandard

    try:
        return int(zstandard.get_frame_parameters(head).window_size)
    except zstandard.ZstdError:
        return 0


def _gzip() -> Unpacker:
    import zlib

    from isal import isal_zlib
    from isal.igzip_lib import IsalError

    # isal's stub calls the class of its error an instance.
    damages: tuple[type[Exception], ...] = (IsalError, zlib.error)  # type: ignore[assignment]
    return lambda: isal_zlib.decompressobj(_GZIP_WINDOW), damages


def _zstd() -> Unpacker:
    import zstandard

    bounded = zstandard.ZstdDecompressor(max_window_size=ZSTD_WINDOW)
    return bounded.decompressobj, (zstandard.ZstdError,)


def _xz() -> Unpacker:
    import lzma

    return lambda: lzma.LZMADecompressor(lzma.FORMAT_XZ, _XZ_MEMORY), (lzma.LZMAError,)


def _bzip2() -> Unpacker:
    import bz2

    return bz2.BZ2Decompressor, (OSError,)
