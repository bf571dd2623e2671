"""One capture from its bytes to its events, with what is to be said about it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from shadow_scan.collectors.packets.digest import BLOCK_BYTES, CaptureDigest
from shadow_scan.collectors.packets.files import CaptureFile
from shadow_scan.collectors.packets.reader import PacketBatch, PacketDecoder
from shadow_scan.collectors.unwrap import ByteSource


@dataclass(slots=True)
class Capture:
    source: ByteSource
    digest: CaptureDigest = field(default_factory=CaptureDigest)
    _file: CaptureFile = field(init=False)
    _decoder: PacketDecoder = field(default_factory=PacketDecoder)

    def __post_init__(self) -> None:
        self._file = CaptureFile(self._chunks())

    @property
    def damage(self) -> str | None:
        """What is missing, once all batches were read."""
        return self.source.damage or self._file.damage

    @property
    def unknown_links(self) -> list[int]:
        return sorted(self._decoder.unknown_links)

    def batches(self) -> Iterator[PacketBatch]:
        """Events as conversations end; the last batch holds those that were still open."""
        for block in self._file.blocks():
            yield self._decoder.decode(block)
        yield self._decoder.finish()
        for _ in self._chunks():
            # Behind damage nothing can be read, but all of it is known by its digest.
            continue

    def _chunks(self) -> Iterator[bytes]:
        while chunk := self.source.read(BLOCK_BYTES):
            self.digest.add(chunk)
            yield chunk
