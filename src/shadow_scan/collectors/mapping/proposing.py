"""Proposes a mapping for a log that nobody knows: which field is which, and why.

What names and values say alike is proposed; what only one of them says, or two columns say, is
written down as uncertain and left out. A direction of bytes that hangs on who wrote the log is
always left to a person.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial

from shadow_scan.collectors.mapping import words
from shadow_scan.collectors.mapping.sampling import Sample

_MOST = 0.9
_NEEDED = {"where to": {"host", "url"}, "who asked": {"device_name", "source_ip", "user_name"}}
_RECORDER = "it is the same everywhere: it may be the recorder's own name"
_AMOUNT = "are its signs thousands or fractions, and of what? See units.decimal and units.bytes"
_WHOSE = "whose bytes these are hangs on who wrote the log: the client's or the server's side"


@dataclass(frozen=True, slots=True)
class Guess:
    field: str
    key: str
    reason: str
    beside: str | None = None
    """A day's clock, where it stands in another column."""


@dataclass(slots=True)
class Proposal:
    sample: Sample
    sure: list[Guess] = field(default_factory=list)
    unsure: list[Guess] = field(default_factory=list)
    time_format: str = "iso"
    time_zone: str = "utc"
    notes: list[str] = field(default_factory=list)
    """What a person must look at, beside the uncertain fields."""
    allowed: list[str] = field(default_factory=list)
    blocked: list[str] = field(default_factory=list)
    duration_unit: str = "ms"
    decimal: str | None = None

    def key_of(self, name: str) -> str | None:
        return next((guess.key for guess in self.sure if guess.field == name), None)

    @property
    def kind(self) -> str:
        asked = {words.plain(key) for key in self.sample.values}
        if asked & {"qtype", "rcode", "querytype", "qname", "queryname"}:
            return "dns"
        return "proxy" if self.key_of("url") or self.key_of("method") else "network sensor"


def proposed(sample: Sample) -> Proposal:
    proposal = Proposal(sample)
    _time(proposal)
    for name in words.SURE:
        if name != "event_time":
            _by_name(proposal, name)
    for name, fits in words.ALONE.items():
        if proposal.key_of(name) is None and (name != "host" or proposal.key_of("url") is None):
            _by_values(proposal, name, fits)
    _addresses(proposal)
    for name, names in words.UNSURE.items():
        _by_direction(proposal, name, names)
    _duration(proposal)
    _amounts(proposal)
    _actions(proposal)
    named = {guess.field for guess in proposal.sure}
    for question, fields in _NEEDED.items():
        if not named & fields:
            proposal.notes.append(f"nothing says {question}: name {' or '.join(sorted(fields))}")
    return proposal


def _taken(proposal: Proposal) -> set[str]:
    return {key for guess in proposal.sure for key in (guess.key, guess.beside) if key}


def _by_name(proposal: Proposal, name: str) -> None:
    fits = words.FITS.get(name)
    named = [k for k in proposal.sample.values if words.is_called(k, words.SURE[name])]
    named = [key for key in named if key not in _taken(proposal)]
    good = [
        k for k in named if fits is None or words.share(proposal.sample.values[k], fits) >= _MOST
    ]
    filled = [key for key in good if proposal.sample.values[key]]
    if name == "url":  # bare names are hosts: nothing was said of paths
        filled = [key for key in filled if any("/" in v for v in proposal.sample.values[key])]
        named = filled
    if name == "host" and len(filled) == 1 and _is_the_recorders(proposal, filled[0]):
        proposal.unsure.append(Guess(name, filled.pop(), _RECORDER))
        return
    if len(filled) == 1:
        shown = "its name says so" if fits is None else "its name says so, and its values fit"
        proposal.sure.append(Guess(name, filled[0], shown))
        proposal.unsure = [guess for guess in proposal.unsure if guess.key != filled[0]]
        return
    for key in filled:
        proposal.unsure.append(Guess(name, key, "several columns have such a name"))
    for key in named:
        if key not in filled:
            why = (
                "its values do not fit" if proposal.sample.values[key] else "it has no values here"
            )
            proposal.unsure.append(Guess(name, key, f"its name says so, but {why}"))


def _by_values(proposal: Proposal, name: str, fits: Callable[[str], bool]) -> None:
    free = [key for key in proposal.sample.values if key not in _taken(proposal)]
    found = [key for key in free if words.share(proposal.sample.values[key], fits) >= _MOST]
    if name == "host":
        found = [key for key in found if not _is_the_recorders(proposal, key)]
    if len(found) == 1:
        proposal.sure.append(Guess(name, found[0], "it alone has such values"))
        proposal.unsure = [guess for guess in proposal.unsure if guess.key != found[0]]
    else:
        for key in found:
            proposal.unsure.append(Guess(name, key, "several columns have such values"))


def _is_the_recorders(proposal: Proposal, key: str) -> bool:
    """One name in all records, where another column has several."""
    met = {
        other: set(values)
        for other, values in proposal.sample.values.items()
        if words.share(values, words.is_place) >= _MOST
    }
    return len(met.get(key, ())) == 1 and any(len(values) > 1 for values in met.values())


def _addresses(proposal: Proposal) -> None:
    """Columns of addresses that no name explains, where nobody's address is known yet."""
    if proposal.key_of("source_ip") is not None:
        return
    spoken_of = _taken(proposal) | {guess.key for guess in proposal.unsure}
    for key, values in proposal.sample.values.items():
        if key not in spoken_of and words.share(values, words.is_address) >= _MOST:
            proposal.unsure.append(
                Guess("source_ip", key, "it has addresses, and its name does not say whose")
            )


def _by_direction(proposal: Proposal, name: str, names: Sequence[str]) -> None:
    if proposal.key_of(name) is not None:
        return
    for key, values in proposal.sample.values.items():
        if words.plain(key) in names and words.share(values, words.FITS[name]) >= _MOST:
            proposal.unsure.append(Guess(name, key, _WHOSE))
        elif words.bare_of_unit(key) in {*names, *words.SURE[name]}:
            proposal.unsure.append(Guess(name, key, "its unit is not certain: see units.bytes"))


def _duration(proposal: Proposal) -> None:
    """Without a unit in its name a duration says nothing."""
    key = proposal.key_of("duration")
    if key is None:
        return
    name = words.plain(key)
    units = {"ms": "ms", "millis": "ms", "us": "us", "seconds": "s", "secs": "s", "sec": "s"}
    unit = next((unit for end, unit in units.items() if name.endswith(end)), None)
    if unit is None:
        proposal.sure = [guess for guess in proposal.sure if guess.field != "duration"]
        proposal.unsure.append(Guess("duration", key, "its unit is not known (us, ms, s, min)"))
    else:
        proposal.duration_unit = unit


def _amounts(proposal: Proposal) -> None:
    """'12,345' is twelve thousand to some and twelve to others, and no byte has fractions."""
    named = [g for g in proposal.sure if g.field in ("bytes_up", "bytes_down", "duration")]
    values = [value for guess in named for value in proposal.sample.values[guess.key]]
    signs = words.decimals(values)
    if len(signs) == 1:
        proposal.decimal = signs[0]
    for guess in named:
        halves = guess.field != "duration" and any(
            words.is_fraction(value) for value in proposal.sample.values[guess.key]
        )
        if len(signs) != 1 or (halves and signs == [None]):
            proposal.sure.remove(guess)
            proposal.unsure.append(Guess(guess.field, guess.key, _AMOUNT))


def _actions(proposal: Proposal) -> None:
    key = proposal.key_of("action")
    if key is None:
        return
    met = sorted(set(proposal.sample.values[key]))
    proposal.allowed = [value for value in met if value.lower() in words.ALLOWED]
    proposal.blocked = [value for value in met if value.lower() in words.BLOCKED]
    strangers = [v for v in met if v not in (*proposal.allowed, *proposal.blocked)]
    if not proposal.allowed and not proposal.blocked:
        proposal.sure = [guess for guess in proposal.sure if guess.field != "action"]
        proposal.unsure.append(Guess("action", key, "none of its words is known"))
    elif strangers:
        proposal.notes.append(f"say what these words of '{key}' mean: {', '.join(strangers[:8])}")


# Time ---------------------------------------------------------------------------------------------


def _time(proposal: Proposal) -> None:
    """The column whose name and values say time; else the first whose values do."""
    found = [
        (key, told)
        for key, values in proposal.sample.values.items()
        if values and (told := time_format(values)) is not None
    ]
    named = [(k, told) for k, told in found if words.plain(k) in words.SURE["event_time"]]
    if not found:
        _time_in_two(proposal)
        return
    key, told = (named or found)[0]
    reason = "its name and its values say so" if named else "its values are times"
    _put_time(proposal, Guess("event_time", key, reason), told, proposal.sample.values[key])
    for other, _ in found:
        if other != key and words.plain(other) in words.SURE["event_time"]:
            proposal.unsure.append(Guess("event_time", other, "another column says time too"))


def _put_time(
    proposal: Proposal, guess: Guess, told: tuple[str, str], values: Sequence[str]
) -> None:
    proposal.sure.append(guess)
    proposal.time_format, proposal.time_zone = told
    if proposal.time_zone == "local":
        proposal.notes.append("its times name no zone: 'local' follows --tz; say 'utc' or a zone")
    if is_ambiguous(proposal.time_format, values):
        proposal.notes.append("day or month first? No value here tells; look at time.format")


def _time_in_two(proposal: Proposal) -> None:
    """A day in one column, its clock in another, where there is one of each."""
    values = proposal.sample.values
    days = [key for key, given in values.items() if words.share(given, words.is_day) >= _MOST]
    clocks = [
        key
        for key, given in values.items()
        if words.share(given, words.is_clock) >= _MOST
        and words.plain(key) not in words.SURE["duration"]
    ]
    if len(days) != 1 or len(clocks) != 1:
        return
    day, clock = days[0], clocks[0]
    both = [f"{r[day]} {r[clock]}" for r in proposal.sample.records if {day, clock} <= r.keys()]
    if (told := time_format(both)) is not None:
        guess = Guess("event_time", day, "together they are times", beside=clock)
        _put_time(proposal, guess, told, both)


def time_format(values: Sequence[str]) -> tuple[str, str] | None:
    """(format, zone) of values that are times."""
    if words.share(values, words.is_iso) >= _MOST:
        offsets = words.share(values, words.has_offset)
        return "iso", "written" if offsets >= _MOST else "local"
    if words.share(values, words.is_epoch) >= _MOST:
        return "epoch", "utc"
    shares = {told: words.share(values, partial(_reads, told)) for told in words.PATTERNS}
    best = max(shares, key=lambda told: shares[told])
    return (best, "written" if "%z" in best else "local") if shares[best] >= _MOST else None


def _reads(pattern: str, value: str) -> bool:
    if pattern.endswith("%z") and value.endswith("Z"):
        return False  # what the engine does not read
    try:
        datetime.strptime(value, pattern)
    except ValueError:
        return False
    return True


def is_ambiguous(form: str, values: Sequence[str]) -> bool:
    swapped = form.replace("%d", "%_").replace("%m", "%d").replace("%_", "%m")
    if not form.startswith(("%d/%m", "%m/%d", "%d.%m")):
        return False
    return "/" in form and words.share(values, partial(_reads, swapped)) >= _MOST
