"""Numbers out of a block of bytes at many places at once."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self

import numpy as np
import numpy.typing as npt

Integers = npt.NDArray[np.int64]
Words = npt.NDArray[np.uint64]
Mask = npt.NDArray[np.bool_]

PADDING = 128
"""Bytes behind every block, so that nothing reads past the end where a packet's cut took a header
away. What they hold means nothing: who reads checks the packet's own end."""


class Columns:
    """A row a packet: a dataclass with slots whose every field is a column."""

    __slots__: tuple[str, ...] = ()

    def chosen(self, rows: Mask | Integers) -> Self:
        """Those of a mask, or at places."""
        if rows.dtype == bool:
            if rows.all():
                return self
            rows = np.flatnonzero(rows)
        return type(self)(*(getattr(self, name)[rows] for name in type(self).__slots__))


@dataclass(frozen=True, slots=True)
class ByteColumns:
    """Big-endian fields of a padded block; `at` are offsets of the fields' first bytes."""

    data: bytearray

    def u8(self, at: Integers) -> Integers:
        return np.frombuffer(self.data, np.uint8)[at].astype(np.int64)

    def u16(self, at: Integers) -> Integers:
        both: Integers = (self.u8(at) << 8) + self.u8(at + 1)
        return both

    def u32(self, at: Integers) -> Integers:
        field: Integers = self.fields(at, ">u4", 1)[0]
        return field

    def fields(self, at: Integers, kind: str, count: int) -> Integers:
        """So many fields of one kind (as numpy spells it) behind each offset: a row a field. Where
        several are needed, one look at them all costs as much as a look at one."""
        return self._behind(at, kind, count).astype(np.int64, order="C")

    def words(self, at: Integers, count: int) -> Words:
        """The same for fields of 8 bytes."""
        return self._behind(at, ">u8", count).astype(np.uint64, order="C")

    def _behind(self, at: Integers, kind: str, count: int) -> npt.NDArray[np.unsignedinteger]:
        width = np.dtype(kind).itemsize * count
        # As pieces without a type: numpy reads unaligned numbers one by one, and slowly.
        pieces = np.ndarray((len(self.data) - width + 1,), f"V{width}", self.data, 0, (1,))
        return pieces[at].view(kind).reshape(len(at), count).T


def bits(words: Words, shift: int, width: int) -> Integers:
    """A field of at most 32 bits out of each word; `shift` counts from the lowest bit."""
    return ((words >> np.uint64(shift)) & np.uint64((1 << width) - 1)).view(np.int64)
