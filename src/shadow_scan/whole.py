"""Files that are there whole or not at all, for their owner alone."""

from __future__ import annotations

import os
import threading
from pathlib import Path


def write_whole(file: Path, content: bytes) -> None:
    """In place of what stood there, at once. Raises OSError, and leaves that as it was then."""
    draft = file.with_name(f".{file.name}.{os.getpid()}-{threading.get_ident()}")
    try:
        descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "wb") as out:
            out.write(content)
        os.replace(draft, file)
    finally:
        draft.unlink(missing_ok=True)
