"""How a log is recognised: by what its first lines say; and the format that a name means."""

from __future__ import annotations

import difflib
import re
from collections.abc import Mapping, Sequence
from types import MappingProxyType

from shadow_scan.collectors.format import Format
from shadow_scan.collectors.lines.packing import archive_of
from shadow_scan.collectors.registry import FORMATS
from shadow_scan.collectors.syslog import peeled
from shadow_scan.errors import UsageError

COLUMN_NAMES = "column-names"
BY_LOOKS = "access-line"
"""Known by words that stand in lines of others, too: asked when nothing else speaks."""
_NAMES = re.compile(r'("?)@?[A-Za-z_][\w .()@/-]*\1(?:[,;\t]("?)[@A-Za-z_][\w .()@/-]*\2){4,}')
SAMPLE_LINES = 200
_MAX_SAMPLE_CHARACTERS = 4_000
"""Patterns look at the begin of a line only, so that no hostile line can hold them up."""


Own = Mapping[str, Format]
"""Formats of a workspace's mapping files, by name."""


def sample_lines(head: bytes) -> Sequence[str]:
    """The lines of a source's first bytes, for recognition; the last, cut one only if alone."""
    if archive_of(head):
        return []
    lines = head.decode(errors="replace").splitlines()
    whole = lines[:-1] if len(lines) > 1 and not head.endswith(b"\n") else lines
    return [line for line in whole if line.strip()]


def named(name: str, own: Own = MappingProxyType({})) -> Format:
    """The format that `--as` names, or that a `logformat` line describes. Raises UsageError."""
    if name in own:
        return own[name]
    if name == COLUMN_NAMES:
        return _by_names()
    if (wanted := name.lower()) in FORMATS:
        return FORMATS[wanted]
    from shadow_scan.collectors.products import logformat

    if logformat.is_logformat(name):
        return logformat.compiled(name)
    for declared in FORMATS.values():
        if wanted in declared.aliases:
            return declared
    near = difflib.get_close_matches(wanted, [*FORMATS, *own], n=1)
    hint = f"did you mean '{near[0]}'? " if near else ""
    remedy = hint + "`shadow-scan formats` lists them all"
    raise UsageError(f"unknown format '{name[:60]}'", where="--as", remedy=remedy)


def recognise(lines: Sequence[str], own: Own = MappingProxyType({})) -> Format | None:
    """The format that most of the first lines speak, or None; behind syslog headers if need be.

    An own format speaks for lines that no shipped one knows.
    """
    heads = [line[:_MAX_SAMPLE_CHARACTERS] for line in lines[:SAMPLE_LINES]]
    others = [name for name in dict.fromkeys([*FORMATS, *own]) if name != BY_LOOKS]
    return _spoken(heads, others, own) or _spoken(heads, [BY_LOOKS], own)


def _spoken(heads: Sequence[str], names: Sequence[str], own: Own) -> Format | None:
    return _elected(heads, names, own) or _elected([peeled(head) for head in heads], names, own)


def recognised(lines: Sequence[str], own: Own = MappingProxyType({})) -> Format | None:
    """The same, or what the names of columns say of a log that no format knows.

    They say more than the looks of words in a line, and less than the keys of an access log.
    """
    found = recognise(lines, own)
    known = found is not None and (found.name != BY_LOOKS or _is_keyed(lines[:1]))
    if found is not None and known and not _is_named_otherwise(found, lines):
        return found
    return by_names(lines) or found


def _is_keyed(lines: Sequence[str]) -> bool:
    from shadow_scan.collectors.products.access_keyed import KEYED_LINE

    return any(re.match(KEYED_LINE, line) for line in lines)


def _is_named_otherwise(found: Format, lines: Sequence[str]) -> bool:
    """A row of names above the rows, which is none of this format's: names say more than looks."""
    head = lines[0][:_MAX_SAMPLE_CHARACTERS] if lines else ""
    return (
        _NAMES.fullmatch(head) is not None
        and not found.recognise.match(head)
        and not (head.startswith(found.header_starts) and (found.is_header or bool)(head))
    )


def by_names(lines: Sequence[str]) -> Format | None:
    """The format of logs that no other one knows, where the names of their columns say enough."""
    from shadow_scan.collectors.trade.learning import learned

    heads = [line[:_MAX_SAMPLE_CHARACTERS] for line in lines[:SAMPLE_LINES]]
    return _by_names() if heads and learned(heads) is not None else None


def _by_names() -> Format:
    # Most logs are known, and shall not load what reads the others.
    from shadow_scan.collectors.trade import reading

    return reading.COLUMN_NAMES


def _elected(heads: Sequence[str], names: Sequence[str], own: Own) -> Format | None:
    def declared(name: str) -> Format:
        return own[name] if name in own else FORMATS[name]

    votes = dict.fromkeys(names, 0)
    for head in heads:
        speaker = next((name for name in names if declared(name).recognise.match(head)), None)
        if speaker is not None:
            # Names of columns decide: rows of many a log look like those of others.
            votes[speaker] += SAMPLE_LINES if head.startswith("#") else 1
    best = max(votes, key=lambda name: votes[name])
    return declared(best) if votes[best] else None
