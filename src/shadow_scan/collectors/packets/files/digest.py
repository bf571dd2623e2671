"""The digest of a capture: which bytes were read, at a tenth of the cost of reading them by SHA.

Captures are large, and a digest here only tells copies from strangers: blocks of a fixed size go
through AES-GMAC under a key that everybody may know, and SHA-256 chains what comes out.
"""

from __future__ import annotations

import hashlib

from cryptography.hazmat.primitives.ciphers import AEADEncryptionContext, Cipher, algorithms, modes

BLOCK_BYTES = 4 << 20
_KEY = algorithms.AES(b"shadow-scan, GMC")


class CaptureDigest:
    """Fed with bytes in pieces of any size; values exist at multiples of `BLOCK_BYTES` and, once
    `finish` was called, at the end."""

    def __init__(self) -> None:
        self.length = 0
        """Bytes up to the last value."""
        self._chain = b""
        self._within = 0
        self._block = _fresh()

    def add(self, piece: memoryview) -> None:
        while len(piece):
            part = piece[: BLOCK_BYTES - self._within]
            self._block.authenticate_additional_data(part)
            self._within += len(part)
            if self._within == BLOCK_BYTES:
                self.finish()
            piece = piece[len(part) :]

    def finish(self) -> None:
        """The end of a block, or of the input."""
        if self._within:
            self._block.finalize()
            self._chain = hashlib.sha256(self._chain + self._block.tag).digest()
            self.length += self._within
            self._within, self._block = 0, _fresh()

    def value(self) -> str:
        """Of the first `length` bytes."""
        return self._chain.hex()

    def value_within(self, block: bytes) -> str:
        """As if the input ended with `block`, the begin of the next one."""
        ended = CaptureDigest()
        ended._chain = self._chain
        ended.add(memoryview(block))
        ended.finish()
        return ended.value()


def _fresh() -> AEADEncryptionContext:
    # The same bytes must give the same value: there is nothing secret that a nonce would protect.
    return Cipher(_KEY, modes.GCM(bytes(12))).encryptor()
