"""Which key of a log is which field, by the trade's names alone; None where they do not say enough.

What is learned is made of texts and lists, so that it can be kept with the source and a log that
grew is read on as it was begun.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise, product
from typing import Any

from shadow_scan.collectors.columns.rows import first_cells
from shadow_scan.collectors.mapping import proposing
from shadow_scan.collectors.mapping import words as looks
from shadow_scan.collectors.mapping.sampling import Sample, sampled
from shadow_scan.collectors.syslog import peeled, surely_peeled
from shadow_scan.collectors.trade import words

Learned = dict[str, Any]
"""`shape`, `delimiter`, `columns`, the `first` line, `keys` (field -> 'key|other'), the `form` of
the time, fields whose values are lists (`listed`), and what lines need before they have this shape
(`is_cut`, `commas`, `colons`)."""

TEXT, YEARLESS, PORTAL = "text", "yearless", "portal"
"""Forms of times: one that says itself what it is, one as syslog has it, and one as Microsoft's
portals export it in UTC ('9/4/2026, 10:11:12.417 AM')."""
_MOST = 0.8
_REQUEST = re.compile(r"[A-Z]{3,10} \S+(?: HTTP/[\d.]+)?")
_WHO = ("client", "user")
_WHAT = ("question", "host", "url", "asked", "server")
_MONTH_FIRST = re.compile(r"[A-Z][a-z]{2} [ \d]?\d,? \d{4} [\d:.]{8,15}")
_PARTED_BY_COLONS = re.compile(r'": (?=[\w.-]+=")')
_UNSIGNED = re.compile(r"[0-2](?:\.\d)?\|")
_ALMOST_ALL = 0.9
_EXTENDED = "#fields:"
_TITLES, _TITLED = 12, 3
"""So many lines may stand above a table, of so many cells at most."""
_PARTS = ("day", "clock", "zone")
_ZONES = frozenset(["tz", "timezone", "utcoffset"])
_FEWEST = 0.5
"""So many of the records must say who, what and when."""


def _bare(line: str) -> str:
    """A line without its header; 'CEF: 0|' looks as if its name were a program's."""
    bare = surely_peeled(line)
    sign = re.search(rf"\bL?[CE]EF: (?={re.escape(bare[:40])})", line)
    return sign[0] + bare if sign and _UNSIGNED.match(bare) else bare


def learned(lines: Sequence[str]) -> Learned | None:
    """What these first lines of a log say of all of it."""
    bare = [_bare(line).replace("#011", "\t") for line in lines]
    above = _above(bare)
    texts, is_cut = _objects_alone(bare[above:])
    sample = _extended(texts) or (sampled(texts, _bare, lists=True) if texts else None)
    if sample is None or (sample.shape == "csv" and not sample.header):
        return None
    _name_by_labels(sample)
    is_dated = all(line != peeled(line) for line in lines)
    time = _time(sample)
    if time is None and not is_dated:
        return None
    keys = {**_fields(sample), **(time or {})}
    form = keys.pop("form", "")
    if not _is_certain(sample, keys):
        return None
    return {
        "shape": sample.shape,
        "delimiter": sample.delimiter,
        "columns": [re.sub(r"^#\s*", "", name) for name in sample.columns],
        "above": bare[:above],
        "first": texts[0],
        "keys": keys,
        "form": form,
        "listed": [name for name, told in keys.items() if sample.listed & {*told.split("|")}],
        "is_cut": is_cut,
        "commas": sample.shape == "keyvalue" and _ends_in_commas(sample),
        "colons": sample.shape == "keyvalue" and all(map(_has_colons, texts)),
    }


def _above(lines: Sequence[str]) -> int:
    """How many lines a portal puts above a table: a title, who made it, of which hours."""
    counts = [len(first_cells(line, ",")) for line in lines[: _TITLES + 2]]
    for place, (header, row) in enumerate(pairwise(counts)):
        if header > _TITLED and header == row:
            return place if all(count <= _TITLED for count in counts[:place]) else 0
    return 0


def _objects_alone(lines: Sequence[str]) -> tuple[Sequence[str], bool]:
    """Objects without what stands before them, where it does before most."""
    led = [line for line in lines if "{" in line[1:200] and line.endswith("}") and line[0] != "{"]
    if not lines or len(led) < _MOST * len(lines):
        return lines, False
    return [line[line.index("{") :] if "{" in line else line for line in lines], True


def _extended(lines: Sequence[str]) -> Sample | None:
    """Rows under a W3C '#Fields' line."""
    named = [line[len(_EXTENDED) :] for line in lines if line.lower().startswith(_EXTENDED)]
    if not named:
        return None
    delimiter = "\t" if "\t" in named[0].strip() else " "
    columns = named[0].split()
    sample = Sample("csv", lines, columns, header=True, delimiter=delimiter)
    for row in (first_cells(line, delimiter) for line in lines if line[:1] != "#"):
        if len(row) == len(columns):
            sample.add(zip(columns, row, strict=True))
    return sample.settle() if sample.records else None


def _ends_in_commas(sample: Sample) -> bool:
    values = [value for values in sample.values.values() for value in values]
    return sum(value.endswith(",") for value in values) >= len(sample.records)


def _has_colons(line: str) -> bool:
    return len(_PARTED_BY_COLONS.findall(line)) >= _TITLED


def _name_by_labels(sample: Sample) -> None:
    """CEF: `cs1` is what `cs1Label` calls it, where that is one thing."""
    for key in [key for key in sample.values if key.endswith("Label")]:
        named = set(sample.values[key])
        if len(named) == 1 and (own := key.removesuffix("Label")) in sample.values:
            sample.labels[own] = named.pop()


# Fields -------------------------------------------------------------------------------------------


def _fields(sample: Sample) -> dict[str, str]:
    named = {
        key: words.spellings(sample.labels.get(key, key))
        for key, values in sample.values.items()
        if values and "|" not in key
    }
    found = {name: _chosen(sample, named, name, ranks) for name, ranks in words.FIELDS.items()}
    found["asked"] = [
        key
        for key, names in named.items()
        if names & words.REQUEST_LINES[0]
        and words.most(sample.values[key], lambda value: _REQUEST.fullmatch(value) is not None)
    ]
    if not (found["url"] or found["host"]):
        beside = any(found[name] for name in ("verb", "asked", "directory"))
        beside |= frozenset().union(*named.values()) >= words.FORTIOS
        hosts = _chosen(sample, named, "host", words.ACCESS["host"])
        found["host"] = [key for key in hosts if beside or _varies(sample, key)]
    if not any(found[name] for name in ("question", "url", "verb", "asked")) and any(
        names & words.QUERY_TYPES for names in named.values()
    ):
        asked_for = found["host"] or _chosen(sample, named, "question", words.LOOKED_UP)
        found["question"], found["host"] = asked_for, []
    if found["server"] and (not found["code"] or {k.split(".")[0] for k in named} >= words.UDM):
        for name, ranks in words.FLOW.items():
            found[name] = found[name] or _chosen(sample, named, name, ranks)
    return {name: "|".join(keys) for name, keys in found.items() if keys}


def _varies(sample: Sample, key: str) -> bool:
    """A collector's own name is one for all records."""
    return len(sample.records) > 2 and len(set(sample.values[key])) > 1


def _chosen(
    sample: Sample, named: Mapping[str, frozenset[str]], name: str, ranks: words.Ranks
) -> list[str]:
    """Keys by rank, up to a rank whose keys disagree."""
    found: list[str] = []
    for rank in ranks:
        keys = [key for key, names in named.items() if names & rank and key not in found]
        keys = [key for key in keys if _fits(sample, key, name)]
        if name in words.ALWAYS_ONE and _disagree(sample, keys):
            break
        found += keys
    return found


def _fits(sample: Sample, key: str, name: str) -> bool:
    fits = words.FITS.get(name)
    values = [value.rstrip(",") for value in sample.values[key]]
    return fits is None or words.most(values, fits)


def _disagree(sample: Sample, keys: Sequence[str]) -> bool:
    told = ({record[key].lower() for key in keys if key in record} for record in sample.records)
    return any(len(values) > 1 for values in told)


# Time ---------------------------------------------------------------------------------------------


def _time(sample: Sample) -> dict[str, str] | None:
    """Keys of the time, with its form: those of the first rank whose clock is known."""
    if (halves := _halves(sample)) is not None:
        return halves
    for rank in words.TIMES:
        forms = [
            (form, key)
            for key in _named_in(sample, rank)
            if (form := _form_of(key, sample)) is not None
        ]
        if forms:
            best = min(forms, key=lambda told: told[0][1] == "local")[0]
            keys = [key for form, key in forms if form == best]
            return {"moment": "|".join(keys), "form": best[0]}
    return None


def _form_of(key: str, sample: Sample) -> tuple[str, str] | None:
    values = [value.rstrip(",") for value in sample.values[key]]
    if key.endswith(words.PORTAL) and words.most(values, words.is_of_a_portal):
        return PORTAL, "written"
    return _form(values)


def _named_in(sample: Sample, rank: frozenset[str]) -> Iterator[str]:
    for key, values in sample.values.items():
        name = sample.labels.get(key, key)
        if values and "|" not in key and words.spellings(name) & rank:
            yield key


def _halves(sample: Sample) -> dict[str, str] | None:
    """A date and a clock in columns of their own, and their zone in a third where it says one."""
    days, clocks, zones = (
        list(_named_in(sample, rank)) for rank in (words.DATES, words.CLOCKS, _ZONES)
    )
    said = [key for key in zones if looks.share(sample.values[key], _is_offset) >= _ALMOST_ALL]
    for day, clock, zone in product(days, clocks, (said[:1], [])):
        parts = (day, clock, *zone)
        told = [
            " ".join(record[part].rstrip(",") for part in parts)
            for record in sample.records
            if all(part in record for part in parts)
        ]
        if day != clock and (form := _form(told)) is not None:
            return {**dict(zip(_PARTS, parts, strict=False)), "form": form[0]}
    return None


def _is_offset(value: str) -> bool:
    return re.fullmatch(r"[+-]\d\d:?\d\d", value) is not None


def _is_zoned(value: str) -> bool:
    """ISO or with a month's name, and then a zone behind a blank."""
    bare = re.sub(r" (?:UTC|GMT|[+-]\d\d:?\d\d)$", "", value)
    return bare != value and (looks.is_iso(bare) or _MONTH_FIRST.fullmatch(bare) is not None)


def _is_yearless(value: str) -> bool:
    return re.fullmatch(r"[A-Z][a-z]{2} [ \d]?\d \d\d:\d\d:\d\d", value) is not None


def _form(values: Sequence[str]) -> tuple[str, str] | None:
    """(form, zone); None where day and month may be the other way round."""
    if looks.share(values, _is_zoned) >= _ALMOST_ALL:
        return TEXT, "written"
    if looks.share(values, _is_yearless) >= _ALMOST_ALL:
        return YEARLESS, "local"
    told = proposing.time_format(values)
    if told is None or proposing.is_ambiguous(told[0], values):
        return None
    return (TEXT, told[1]) if told[0] in ("iso", "epoch") else told


# Certainty ----------------------------------------------------------------------------------------


def _is_certain(sample: Sample, keys: Mapping[str, str]) -> bool:
    """Whether names say who asked whom in most records, and that it was a request or connection."""
    who, what = (_told(keys, names) for names in (_WHO, _WHAT))
    speaking = [record for record in sample.records if who & record.keys() and what & record.keys()]
    is_traffic = bool(keys.keys() & {"question", "url", "verb", "asked"}) or (
        "client" in keys and bool(keys.keys() & {"port", "sent", "received"})
    )
    return is_traffic and len(speaking) >= _FEWEST * len(sample.records)


def _told(keys: Mapping[str, str], names: Sequence[str]) -> set[str]:
    return {key for name in names for key in keys.get(name, "").split("|") if key}
