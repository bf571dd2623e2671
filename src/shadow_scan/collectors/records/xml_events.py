"""Events of the Windows event log as XML, one a line: pretty-printed, wrapped or all in one line.

Nothing of the XML is interpreted but where an event begins and ends, so that no entity and no
nesting can do harm.
"""

from __future__ import annotations

from collections.abc import Iterator

from shadow_scan.collectors.lines.unwrap import ByteSource
from shadow_scan.collectors.records.source import LINE_ENDS, RecordSource, each_element

_BEGINS = (b"<Event ", b"<Event>")
_END = b"</Event>"


def has_events(head: bytes) -> bool:
    """Whether it is XML of events, and not one event a line already."""
    text = head.lstrip()
    if not text.startswith((b"<?xml", b"<Events", *_BEGINS)) or _begin(text) < 0:
        return False
    first = text.partition(b"\n")[0].rstrip()
    return not (first.startswith(_BEGINS) and first.count(_END) == 1 and first.endswith(_END))


def records(source: ByteSource, outer: RecordSource) -> Iterator[bytes]:
    return each_element(source, _END, _event, _is_begun, "events", outer)


def _event(part: bytes) -> bytes:
    begin = _begin(part)
    return (part[begin:] + _END).translate(LINE_ENDS) + b"\n" if begin >= 0 else b""


def _is_begun(text: bytes) -> bool:
    return _begin(text) >= 0


def _begin(text: bytes) -> int:
    return max(text.find(begin) for begin in _BEGINS)
