"""Make text from a log or a file harmless: no controls, no escapes, no invisible characters.

Must not interpret what the text means; that is the work of the modules that call it.
"""

from __future__ import annotations

import re
import unicodedata
from typing import Final

INTAKE: Final = 2048
"""Characters of one value that are looked at. Unicode ordering is quadratic in the worst case, so
a hostile value must be cut before it is normalised."""

_LABEL_LIMIT: Final = 100
_FORMULA: Final = "=+-@|% \t"
_NO_LABEL: Final = frozenset(
    {"", "n/a", "none", "null", "(null)", "(none)", "(empty)", "unknown", "unattributed"}
)
_ESCAPE_SEQUENCE: Final = re.compile(
    r"(?:\x1b\[|\x9b)[0-?]*[ -/]*[@-~]"  # CSI of ECMA-48
    r"|(?:\x1b\]|\x9d)[^\x07\x1b\x9c]*(?:\x07|\x1b\\|\x9c)?"  # OSC, which sets titles and links
    r"|\x1b[ -/]*[0-~]?"
)
_INVISIBLE: Final = re.compile(
    "[\x00-\x1f\x7f-\x9f\u00ad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff"
    "\ufff9-\ufffb\ud800-\udfff\U000e0000-\U000e007f]"
)
_BLANKS: Final = re.compile(r"\s+")


def fold(raw: str, limit: int = INTAKE) -> str:
    """One line of at most `limit` characters in NFC (Unicode UAX 15).

    Terminal escape sequences, controls, zero-width, direction and lone surrogate characters are
    removed; runs of white space become one blank; no blank stands at either end.
    """
    text = raw[: max(limit, INTAKE)]
    if text.isascii() and text.isprintable():
        return _BLANKS.sub(" ", text).strip()[:limit].strip()
    text = _ESCAPE_SEQUENCE.sub("", text)
    text = _INVISIBLE.sub("", _BLANKS.sub(" ", text))
    text = unicodedata.normalize("NFC", text)
    return _BLANKS.sub(" ", text).strip()[:limit].strip()


def fold_lower(raw: str, limit: int = INTAKE) -> str:
    """`fold`, in lower case; NFC again, because lower case can take characters apart."""
    return fold(fold(raw, limit).lower(), limit)


def label(raw: str) -> str | None:
    """The name of a team, function or site for display: case kept, at most 100 characters.

    Characters that make a spreadsheet read a cell as a formula are taken from its front. None for
    the null markers of logs and for `unattributed`, which is our own word for "no team".
    """
    text = fold(raw, _LABEL_LIMIT).lstrip(_FORMULA).rstrip()
    return None if text.lower() in _NO_LABEL else text
