"""A mapping file as a format: its keys become literals and places, never names in SQL."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence

from shadow_scan.collectors import fields
from shadow_scan.collectors.columns.rows import UNIT, first_cells
from shadow_scan.collectors.format import Format, Header
from shadow_scan.collectors.mapping.model import (
    BYTES,
    DURATIONS,
    NUMBER_FIELDS,
    NUMBERS,
    TEXT_FIELDS,
    ZONES,
    Mapping,
)

_TIME = "__time{}"
_KIND = "__kind"
_SIGNS = {"cef": "CEF:", "leef": "LEEF:"}
_NEVER = re.compile(r"(?!)")
"""Rows without a header or a telling text are read by name (`--as`) alone."""
_CARRIED = {"url": ("host", "port", "path"), "duration": ("duration_ms",), "host": ("host", "port"),
            "referrer": ("referrer_host",)}  # fmt: skip


def compiled(name: str, mapping: Mapping) -> Format:
    is_delimited = mapping.shape == "csv" and mapping.header
    zone = mapping.time.zone
    return Format(
        name=name,
        title=mapping.title or f"{name} (mapping file)",
        kind=mapping.kind,
        carries=_carried(mapping),
        recognise=_recognise(mapping),
        reference="a mapping file of this workspace",
        sql=lambda header: _statement(mapping, header),
        clock=mapping.clock,
        zone="local" if zone == "local" else "written" if zone == "written" else "utc",
        own_zone="" if zone in ZONES else zone,
        header=(lambda comments, before: _read_header(mapping, comments, before))
        if is_delimited
        else None,
        header_starts=_header_starts(mapping) if is_delimited else ("#",),
        is_header=(lambda line: _is_header(mapping, line)) if is_delimited else None,
    )


def _carried(mapping: Mapping) -> tuple[str, ...]:
    named = ["event_time"]
    for name in mapping.fields.named():
        named += _CARRIED.get(name, (name,))
    return tuple(dict.fromkeys([*named, "evidence"]))


# Recognition --------------------------------------------------------------------------------------


def _recognise(mapping: Mapping) -> re.Pattern[str]:
    if mapping.recognise:
        wanted = "".join(f"(?=.*{re.escape(text)})" for text in mapping.recognise)
    elif mapping.shape == "csv" and not mapping.header:
        return _NEVER
    elif mapping.shape == "csv":
        gap = rf"\s*{re.escape(mapping.delimiter or ',')}\s*"
        named = gap.join(rf'"?{re.escape(_doubled(name.strip()))}"?' for name in mapping.columns)
        return re.compile(rf"\s*{named}\s*$", re.IGNORECASE)
    elif mapping.shape == "json":
        parts = dict.fromkeys(part for key in mapping.source_keys() for part in fields.steps(key))
        names = [re.escape(json.dumps(part, ensure_ascii=False)) for part in parts]
        return re.compile(r"\s*\{" + "".join(rf"(?=.*{name}\s*:)" for name in names))
    else:
        wanted = "".join(rf"(?=.*(?<![^\s,;|]){re.escape(key)}=)" for key in mapping.source_keys())
    return re.compile(wanted)


def _doubled(name: str) -> str:
    """As a name stands in a row of cells: its quotes are doubled."""
    return name.replace('"', '""')


def _row(mapping: Mapping, line: str) -> list[str]:
    return first_cells(line, mapping.delimiter or ",")


def _is_header(mapping: Mapping, line: str) -> bool:
    """A line that names most columns which the mapping needs: one that was renamed is not read out
    of the place that it once had."""
    named = {cell.lower() for cell in _row(mapping, line)}
    keys = [key.strip().lower() in named for key in mapping.source_keys()]
    return all(keys) or (sum(keys) >= 2 and 2 * sum(keys) > len(keys))


def _header_starts(mapping: Mapping) -> tuple[str, ...]:
    names = [name.strip() for name in mapping.columns]
    nameless = [] if all(names) else [mapping.delimiter or ",", '""']
    starts = [start for name in names if name for start in (name[:4], f'"{name[:3]}')]
    return tuple(dict.fromkeys([*starts, *nameless]))


def _read_header(mapping: Mapping, comments: Sequence[str], before: Header) -> Header:
    named = [line for line in comments if _is_header(mapping, line)]
    return {**before, "fields": _row(mapping, named[-1])} if named else before


# The statement ------------------------------------------------------------------------------------


def _statement(mapping: Mapping, header: Header) -> str:
    return fields.record(
        f"SELECT *, {_moment(mapping)} AS event_time FROM ({_fields(mapping, header)})",
        skipped=_skipped(mapping, header),
        rejected=_rejected(mapping, header),
        let=None,
        **_columns(mapping),
    )


def _skipped(mapping: Mapping, header: Header) -> dict[str, str]:
    if mapping.only is None:
        return {}
    values = ", ".join(fields.quoted(value) for value in mapping.only.values)
    # what is no whole record does not tell its kind
    whole = [f"NOT ({differs})" for differs in _misshapen(mapping, header).values()]
    told = [*whole, f"coalesce(\"{_KIND}\", '') NOT IN ({values})"]
    return {"no request (another kind of record)": " AND ".join(told)}


def _misshapen(mapping: Mapping, header: Header) -> dict[str, str]:
    if mapping.shape == "csv":
        differs = f"cells <> {len(_named_columns(mapping, header))}"
        return {"the row has another number of cells than the header": differs}
    if mapping.shape == "json":
        return {"no JSON object": "NOT is_object"}
    if mapping.shape in _SIGNS:
        told = f"NOT contains(left(line, 400), '{_SIGNS[mapping.shape]}')"
        return {f"no {mapping.shape.upper()} record": told}
    return {}


def _rejected(mapping: Mapping, header: Header) -> dict[str, str]:
    reasons = _misshapen(mapping, header)
    reasons["the time cannot be read"] = "event_time IS NULL"
    for name in NUMBER_FIELDS:
        if name in mapping.fields.named():
            number = _number(mapping, name)
            reasons[f"{name} is no number"] = f"{_text(name)} IS NOT NULL AND {number} IS NULL"
            if name.startswith("bytes") and mapping.units.bytes == "B":
                reasons[f"{name} is no whole number of bytes"] = f"{number} <> floor({number})"
    return reasons


def _wanted(mapping: Mapping) -> dict[str, str]:
    times = {_TIME.format(place): key for place, key in enumerate(mapping.fields.times())}
    kind = {_KIND: mapping.only.key} if mapping.only else {}
    return {**times, **{f"__{n}": key for n, key in mapping.fields.named().items()}, **kind}


def _fields(mapping: Mapping, header: Header) -> str:
    wanted, absent = _wanted(mapping), mapping.absent
    if mapping.shape == "csv":
        named = _named_columns(mapping, header)
        at = {name: _place(named, key) for name, key in wanted.items()}
        text, between = _parted(mapping, ",")
        return fields.cells(at, text=text, delimiter=between, absent=absent)
    if mapping.shape == "json":
        return fields.members(wanted, absent=absent)
    if mapping.shape == "cef":
        return fields.cef(wanted, absent=absent)
    if mapping.shape == "leef":
        return fields.leef(wanted, absent=absent)
    text, between = _parted(mapping, " ")
    return fields.keyed(wanted, text=text, between=between, absent=absent)


def _parted(mapping: Mapping, usual: str) -> tuple[str, str]:
    """The text of a line, and the one byte that parts it."""
    between = mapping.delimiter or usual
    if len(between.encode()) == 1:
        return "line", between
    return f"replace(line, {fields.quoted(between)}, chr({ord(UNIT)}))", UNIT


def _named_columns(mapping: Mapping, header: Header) -> list[str]:
    read = header.get("fields")
    return [str(name) for name in read] if isinstance(read, list) else mapping.columns


def _place(named: Sequence[str], key: str) -> int:
    folded = [name.strip().lower() for name in named]
    return folded.index(key.strip().lower()) + 1 if key.strip().lower() in folded else 0


def _moment(mapping: Mapping) -> str:
    parts = [f'"{_TIME.format(place)}"' for place in range(len(mapping.fields.times()))]
    text = parts[0] if len(parts) == 1 else " || ' ' || ".join(parts)
    form = mapping.time.format
    if form == "epoch":
        return f"epoch_time({text})"
    if form == "iso":
        text = f"replace({text}, ',', '.')"
        naive = _in_utc(f"try_cast({text} AS TIMESTAMP)", mapping.time.zone)
        has_offset = f"(ends_with({text}, 'Z') OR has_zone({text}))"
        return f"CASE WHEN {has_offset} THEN iso_time({text}) ELSE {naive} END"
    read = f"try_strptime({text}, {fields.quoted(form)})"
    return f"timezone('UTC', {read})" if "%z" in form else _in_utc(read, mapping.time.zone)


def _in_utc(moment: str, zone: str) -> str:
    if zone in ("utc", "written"):
        return moment
    if zone == "local":
        return f"from_local({moment})"
    return f"timezone('UTC', timezone({fields.quoted(zone)}, {moment}))"


def _columns(mapping: Mapping) -> dict[str, str]:
    given = mapping.fields.named()
    columns = {name: _text(name) for name in TEXT_FIELDS if name in given}
    url, host, path = (columns.pop(name, None) for name in ("url", "host", "path"))
    tunnel = f"upper({_text('method')}) = 'CONNECT'" if "method" in given else "false"
    columns["event_time"] = "event_time"
    columns["authority"] = _authority(given, url, host)
    if url or path:
        asked = path or f"url_path({url})"
        columns["path"] = f"CASE WHEN NOT coalesce({tunnel}, false) THEN {asked} END"
    columns |= {
        name: f"CAST(round({_number(mapping, name)} * {BYTES[mapping.units.bytes]}) AS BIGINT)"
        for name in ("bytes_up", "bytes_down")
        if name in given
    }
    if "duration" in given:
        factor = DURATIONS[mapping.units.duration]
        columns["duration_ms"] = f"CAST(round({_number(mapping, 'duration')} * {factor}) AS BIGINT)"
    if "status" in given:
        columns["status"] = f"CAST({_number(mapping, 'status')} AS INTEGER)"
    if "action" in given:
        columns["action"] = _action(mapping)
    columns["evidence"] = _evidence(mapping, tunnel)
    return columns


def _authority(given: dict[str, str], url: str | None, host: str | None) -> str:
    if host is None:
        return f"url_authority({url})" if url else "NULL::VARCHAR"
    named = f"coalesce({host}, url_authority({url}))" if url else host
    if "port" not in given:
        return named
    bare = f"CASE WHEN contains({named}, ':') THEN {named} ELSE {named} || ':' ||"
    return f"coalesce({bare} {_text('port')} END, {named})"


def _action(mapping: Mapping) -> str:
    cases = ""
    for word in ("blocked", "allowed"):
        if values := getattr(mapping.actions, word):
            listed = ", ".join(fields.quoted(value.lower()) for value in values)
            cases += f" WHEN lower({_text('action')}) IN ({listed}) THEN '{word}'"
    return f"CASE{cases} END" if cases else "NULL::VARCHAR"


def _evidence(mapping: Mapping, tunnel: str) -> str:
    given = mapping.fields.named()
    if mapping.evidence:
        return fields.quoted(mapping.evidence)
    if mapping.kind == "dns":
        return "'resolved'"
    if {"url", "path", "method"} & set(given):
        return f"CASE WHEN {tunnel} THEN 'connected' ELSE 'transacted' END"
    return "'connected'"


def _text(name: str) -> str:
    return f'"__{name}"'


def _number(mapping: Mapping, name: str) -> str:
    text, point = _text(name), mapping.units.decimal
    if point is None:
        return f"try_cast({text} AS DOUBLE)"
    look, parting = NUMBERS[point]
    bare = f"replace(regexp_replace({text}, {fields.quoted(parting)}, '', 'g'), ',', '.')"
    grouped = f"regexp_full_match({text}, {fields.quoted(look)})"
    return f"CASE WHEN {grouped} THEN try_cast({bare} AS DOUBLE) END"
