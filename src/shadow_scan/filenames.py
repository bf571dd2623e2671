"""Names of files as text: a name is bytes, and those of an old file server are no UTF-8."""

from __future__ import annotations

import os
import re
from typing import Final

_ESCAPED: Final = re.compile(rb"\\x([89a-f][0-9a-f])")


def as_text(path: str) -> str:
    """The path in signs that every file and database takes: a byte that is none becomes `\\xe4`."""
    return os.fsencode(path).decode("utf-8", "backslashreplace")


def as_path(text: str) -> str:
    """What opens the file that `as_text` named."""
    if "\\x" not in text or os.path.lexists(text):
        return text
    return os.fsdecode(_ESCAPED.sub(lambda byte: bytes.fromhex(byte[1].decode()), text.encode()))
