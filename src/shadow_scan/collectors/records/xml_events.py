"""Events of the Windows event log as XML, one a line: pretty-printed, wrapped or all in one line.

Nothing of the XML is interpreted but where an event begins and ends, so that no entity and no
nesting can do harm.
"""

from __future__ import annotations

from collections.abc import Iterator

from shadow_scan.collectors.lines.unwrap import ByteSource
from shadow_scan.collectors.records.source import CHUNK, RecordSource

_MAX_EVENT = 4 << 20
_BEGINS = (b"<Event ", b"<Event>")
_END = b"</Event>"
_LINE_ENDS = bytes.maketrans(b"\r\n", b"  ")


def has_events(head: bytes) -> bool:
    """Whether it is XML of events, and not one event a line already."""
    text = head.lstrip()
    if not text.startswith((b"<?xml", b"<Events", *_BEGINS)) or _begin(text) < 0:
        return False
    first = text.partition(b"\n")[0].rstrip()
    return not (first.startswith(_BEGINS) and first.count(_END) == 1 and first.endswith(_END))


def records(source: ByteSource, outer: RecordSource) -> Iterator[bytes]:
    rest, count = b"", 0
    while len(rest) <= _MAX_EVENT and (chunk := source.read(CHUNK)):
        *whole, rest = (rest + chunk).split(_END)
        outer.compressed_bytes = source.compressed_bytes
        events = [part[_begin(part) :] + _END for part in whole if _begin(part) >= 0]
        count += len(events)
        if events:
            yield b"".join(event.translate(_LINE_ENDS) + b"\n" for event in events)
    if source.damage:
        outer.damage = source.damage
    elif _begin(rest) >= 0:
        outer.damage = f"the XML ends early or is damaged after {count:,} events"


def _begin(text: bytes) -> int:
    return max(text.find(begin) for begin in _BEGINS)
