"""Events that make no sense in any format: of a line of another kind, read as what it is not; and
those that prove less than they say.

Texts are dictionaries here: a method is looked at as often as there are different ones.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

import pyarrow as pa
import pyarrow.compute as pc

from shadow_scan.collectors.parsed import ParsedBlock

_METHOD = "^(?:[A-Za-z][A-Za-z0-9_-]*)?$"
_STATUS, _ERRORS = (0, 999), (400, 599)
_NO_TUNNEL, _CHALLENGE = (300, 599), 407
_WHO = ("source_ip", "user_name", "device_name")
_WHERE = ("authority", "destination_ip", "path")
_WHAT = ("status", "bytes_up", "bytes_down")

Test = Callable[[pa.Array], pa.Array]


def sensible(events: pa.Table, parsed: ParsedBlock) -> pa.Table:
    """The events that can be some; lines of the others become rejects, with the reason."""
    for reason, are_wrong in _REASONS.items():
        wrong = are_wrong(events)
        if wrong is not None and pc.any(wrong).as_py():
            numbers = events["line_number"].filter(wrong).to_pylist()
            parsed.rejected += [(number, reason) for number in numbers]
            events = events.filter(pc.invert(wrong))
    return events


def proven(events: pa.Table) -> pa.Table:
    """The same, but for tunnels that were refused or led nowhere: those prove no connection, only
    that somebody asked for a name. What was blocked or challenged is no use anyway."""
    largest = pc.max(events["status"]).as_py()
    if largest is None or largest < _NO_TUNNEL[0]:
        return events
    tunnels = _where(events["method"], lambda words: pc.equal(words, "CONNECT"))
    if tunnels is None:
        return events
    failed = pc.and_(
        _within(events["status"], _NO_TUNNEL), pc.not_equal(events["status"], _CHALLENGE)
    )
    asked = pc.and_(tunnels, pc.fill_null(failed, False))
    blocked = _where(events["action"], lambda words: pc.equal(words, "blocked"))
    if blocked is not None:
        asked = pc.and_not(asked, blocked)
    evidence = events["evidence"]
    words = pc.if_else(asked, "resolved", evidence.cast(pa.string())).dictionary_encode()
    place = events.column_names.index("evidence")
    return events.set_column(place, "evidence", words.cast(evidence.type))


def _no_status(events: pa.Table) -> pa.Array | None:
    known = pc.min_max(events["status"]).as_py()
    if known["min"] is None or _STATUS[0] <= known["min"] <= known["max"] <= _STATUS[1]:
        return None
    return pc.invert(pc.fill_null(_within(events["status"], _STATUS), True))


def _no_method(events: pa.Table) -> pa.Array | None:
    """What a server refused as junk was asked of it all the same."""
    odd = _where(events["method"], _is_no_word)
    if odd is None:
        return None
    return pc.and_not(odd, pc.fill_null(_within(events["status"], _ERRORS), False))


def _no_question(events: pa.Table) -> pa.Array | None:
    # a firewall that saw a question alone knows who was asked
    nameless = _nothing_of(events, "authority", "destination_ip")
    if nameless is None:
        return None
    lookups = _where(events["evidence"], lambda words: pc.equal(words, "resolved"))
    return None if lookups is None else pc.and_(nameless, lookups)


_REASONS: Mapping[str, Callable[[pa.Table], pa.Array | None]] = {
    "the status is out of range": _no_status,
    "the method is no word": _no_method,
    "a lookup of no name": _no_question,
    "neither where to nor who": lambda events: _nothing_of(events, *_WHERE, *_WHO),
    "neither where to nor how much": lambda events: _nothing_of(events, *_WHERE, *_WHAT),
}


def _is_no_word(texts: pa.Array) -> pa.Array:
    return pc.invert(pc.match_substring_regex(texts, _METHOD))


def _within(numbers: pa.ChunkedArray, edges: tuple[int, int]) -> pa.Array:
    return pc.and_(pc.greater_equal(numbers, edges[0]), pc.less_equal(numbers, edges[1]))


def _nothing_of(events: pa.Table, *names: str) -> pa.Array | None:
    """Rows in which all of these are NULL; None where one of them never is."""
    if any(events[name].null_count == 0 for name in names):
        return None
    found = pc.is_null(events[names[0]])
    for name in names[1:]:
        found = pc.and_(found, pc.is_null(events[name]))
    return found


def _where(texts: pa.ChunkedArray, test: Test) -> pa.Array | None:
    """Rows whose text passes a test; None where no text does."""
    tested = [(test(part.dictionary), part.indices) for part in texts.chunks]
    if not any(pc.any(passes).as_py() for passes, _ in tested):
        return None
    return pa.chunked_array(
        [pc.fill_null(passes.take(indices), False) for passes, indices in tested], pa.bool_()
    )
