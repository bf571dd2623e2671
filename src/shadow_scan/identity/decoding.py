"""Which encoding a small text file is in: people files and lease files come from everywhere.

Must not read a file; it looks at bytes that the caller has.
"""

from __future__ import annotations

import codecs
from typing import Final

_HEAD: Final = 1 << 20
_BYTE_ORDER_MARKS: Final = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)


def encoding_of(head: bytes, *, whole: bool = False) -> str:
    """The codec for bytes that begin with `head`; at most 1 MiB is looked at unless `whole`.

    A byte order mark decides; without one, UTF-16 shows in its zero bytes; then UTF-8 if it is
    valid, else Windows-1252, which Excel and older Windows servers write in Europe.
    """
    for mark, name in _BYTE_ORDER_MARKS:
        if head.startswith(mark):
            return name
    head = head if whole else head[:_HEAD]
    pairs = len(head) // 2
    if pairs and head[1::2].count(0) > 0.6 * pairs:
        return "utf-16-le"
    if pairs and head[::2].count(0) > 0.6 * pairs:
        return "utf-16-be"
    try:
        codecs.getincrementaldecoder("utf-8")().decode(head, final=whole)
    except UnicodeDecodeError:
        return "cp1252"
    return "utf-8"
