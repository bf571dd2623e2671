"""How far a workspace has seen each file of the ledger: lines, and the digest of the last one."""

from __future__ import annotations

import contextlib
import fcntl
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import msgspec

from shadow_scan.whole import write_whole


class Head(msgspec.Struct, frozen=True):
    lines: int
    digest: str


class Heads:
    """Kept in the workspace, beside the ledger's folder and not in it: who may change the one
    need not be able to change the other."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def load(self) -> dict[str, Head]:
        """Empty where nothing was seen yet, or the note cannot be read."""
        try:
            return msgspec.json.decode(self._path.read_bytes(), type=dict[str, Head])
        except (OSError, msgspec.MsgspecError):
            return {}

    def remember(self, heads: Mapping[str, Head]) -> None:
        """A workspace that cannot be written remembers nothing, and works."""
        with contextlib.suppress(OSError), self._held():
            known = self.load()
            if all(known.get(name) == head for name, head in heads.items()):
                return
            write_whole(self._path, msgspec.json.encode({**known, **heads}, order="sorted"))

    @contextmanager
    def _held(self) -> Iterator[None]:
        descriptor = os.open(self._path.with_suffix(".lock"), os.O_RDWR | os.O_CREAT, 0o600)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX)
            yield
        finally:
            os.close(descriptor)
