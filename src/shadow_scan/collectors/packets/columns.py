"""Numbers out of a block of bytes at many places at once."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Integers = npt.NDArray[np.int64]
Words = npt.NDArray[np.uint64]
Mask = npt.NDArray[np.bool_]

PADDING = 128
"""Bytes behind every block, so that nothing reads past the end where a packet's cut took a header
away. What they hold means nothing: who reads checks the packet's own end."""


@dataclass(frozen=True, slots=True)
class ByteColumns:
    """Big-endian fields of a padded block; `at` are offsets of the fields' first bytes."""

    data: bytearray

    def u8(self, at: Integers) -> Integers:
        return np.frombuffer(self.data, np.uint8)[at].astype(np.int64)

    def u16(self, at: Integers) -> Integers:
        return self._field(">u2", 2)[at].astype(np.int64)

    def u32(self, at: Integers) -> Integers:
        return self._field(">u4", 4)[at].astype(np.int64)

    def u64(self, at: Integers) -> Words:
        return self._field(">u8", 8)[at].astype(np.uint64)

    def u32_of(self, at: Integers, order: str) -> Integers:
        return self._field(f"{order}u4", 4)[at].astype(np.int64)

    def u16_of(self, at: Integers, order: str) -> Integers:
        return self._field(f"{order}u2", 2)[at].astype(np.int64)

    def _field(self, kind: str, width: int) -> npt.NDArray[np.unsignedinteger]:
        return np.ndarray((len(self.data) - width + 1,), kind, self.data, 0, (1,))


def addresses(versions: Integers, high: Words, low: Words) -> list[bytes]:
    """Addresses of 4 or 16 bytes out of their two halves."""
    raw = np.stack([high, low], axis=1).astype(">u8").tobytes()
    places = zip(range(0, len(raw), 16), versions.tolist(), strict=True)
    return [raw[at + 12 * (version == 4) : at + 16] for at, version in places]
