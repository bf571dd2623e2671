"""The first bytes of a TCP direction, put in order: as much as a name needs, and no more."""

from __future__ import annotations

_MODULUS = 1 << 32
_HALF = 1 << 31
MAX_PREFIX = 65_536
_MAX_WAITING = 64
_FOR_A_PART = 150
"""Bytes that the least part takes."""


class StreamPrefix:
    """Bytes from the stream's begin (known by its SYN) or from the lowest one that was met."""

    __slots__ = ("_base", "_waiting", "anchored", "data", "lost")

    def __init__(self, base: int | None, data: bytes = b"") -> None:
        self._base = base
        self.anchored = base is not None
        self.data = bytearray(data)
        self._waiting: dict[int, bytes] = {}
        self.lost = False
        """The bytes that come next will never come: cut by a snap length, or too far apart."""

    @property
    def held(self) -> int:
        waiting = sum(map(len, self._waiting.values())) if self._waiting else 0
        return len(self.data) + waiting + _FOR_A_PART * len(self._waiting)

    def add(self, sequence: int, payload: bytes, *, cut: bool) -> bool:
        """Whether more of the stream is in order now."""
        if self._base is None:
            self._base = sequence
        offset = (sequence - self._base) % _MODULUS
        if offset >= _HALF:
            offset -= _MODULUS
        if offset < 0 and not self.anchored and -offset < MAX_PREFIX:
            self._rebase(-offset)
            offset = 0
        grown = self._take(offset, payload)
        if cut and offset <= len(self.data) <= offset + len(payload):
            self.lost = True
        return grown

    def consume(self, size: int) -> None:
        """Forget bytes that have been read; the stream goes on behind them."""
        del self.data[:size]
        self._base = ((self._base or 0) + size) % _MODULUS
        self._waiting = {at - size: part for at, part in self._waiting.items()}
        self.anchored = True

    def _rebase(self, before: int) -> None:
        """An earlier segment than the first one that was met: what is there waits behind it."""
        moved = {at + before: part for at, part in self._waiting.items()}
        if self.data:
            moved[before] = bytes(self.data)
        self._waiting, self.data = moved, bytearray()
        self._base = ((self._base or 0) - before) % _MODULUS

    def _take(self, offset: int, payload: bytes) -> bool:
        end = len(self.data)
        if offset > end:
            self._keep(offset, payload)
            return False
        if offset + len(payload) <= end:
            return False
        self.data += payload[end - offset :]
        self._join()
        self.lost = self.lost or len(self.data) > MAX_PREFIX
        return True

    def _keep(self, offset: int, payload: bytes) -> None:
        if offset > MAX_PREFIX or len(self._waiting) >= _MAX_WAITING:
            self.lost = True
        elif len(payload) > len(self._waiting.get(offset, b"")):
            self._waiting[offset] = payload

    def _join(self) -> None:
        while self._waiting:
            end = len(self.data)
            ready = [at for at in self._waiting if at <= end]
            if not ready:
                return
            for at in ready:
                part = self._waiting.pop(at)
                if at + len(part) > len(self.data):
                    self.data += part[len(self.data) - at :]
