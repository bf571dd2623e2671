"""One capture from its bytes to its events, with what is to be said about it."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from shadow_scan.collectors.lines.unwrap import ByteSource
from shadow_scan.collectors.packets.files.capture_file import BLOCK_BYTES, CaptureFile
from shadow_scan.collectors.packets.files.digest import CaptureDigest
from shadow_scan.collectors.packets.reader import PacketBatch, PacketDecoder

_REST_BYTES = 1 << 16


@dataclass(slots=True)
class Capture:
    source: ByteSource
    block_bytes: int = BLOCK_BYTES
    digest: CaptureDigest = field(default_factory=CaptureDigest)
    _file: CaptureFile = field(init=False)
    _decoder: PacketDecoder = field(default_factory=PacketDecoder)

    def __post_init__(self) -> None:
        source, digest = self.source, self.digest

        def fill(target: memoryview) -> int:
            count = source.readinto(target)
            digest.add(target[:count])
            return count

        # Nothing here points back at this: all that was remembered goes when a capture is done.
        self._file = CaptureFile(fill, self.block_bytes)

    @property
    def damage(self) -> str | None:
        """What is missing, once all batches were read."""
        return self.source.damage or self._file.damage

    @property
    def unknown_links(self) -> list[int]:
        return sorted(self._decoder.unknown_links)

    def batches(self) -> Iterator[PacketBatch]:
        """Events as conversations end; the last batches hold those that were still open."""
        with _no_collections():
            for block in self._file.blocks():
                yield self._decoder.decode(block)
            # Behind damage nothing can be read, but all of it is known by its digest.
            rest = memoryview(bytearray(_REST_BYTES))
            while self._file.fill(rest):
                continue
            self.digest.finish()
            yield from self._decoder.finish()


@contextmanager
def _no_collections() -> Iterator[None]:
    """Reading makes many small objects and no cycles: looking for those takes a fifth of it."""
    before = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if before:
            gc.enable()
