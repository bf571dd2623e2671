"""A mapping file as a format: its keys become literals and places, never names in SQL."""

from __future__ import annotations

import csv
import re
from collections.abc import Sequence

from shadow_scan.collectors import fields
from shadow_scan.collectors.format import Format, Header
from shadow_scan.collectors.mapping.model import BYTES, DURATIONS, TEXT_FIELDS, Mapping

_TIME = "__time{}"
_KIND = "__kind"
_CARRIED = {"url": ("host", "port", "path"), "duration": ("duration_ms",), "host": ("host", "port"),
            "referrer": ("referrer_host",)}  # fmt: skip


def compiled(name: str, mapping: Mapping) -> Format:
    is_delimited = mapping.shape == "csv"
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
    elif mapping.shape == "csv":
        gap = rf"\s*{re.escape(mapping.delimiter)}\s*"
        names = gap.join(rf'"?{re.escape(name.strip())}"?' for name in mapping.columns)
        return re.compile(rf"\s*{names}\s*$", re.IGNORECASE)
    elif mapping.shape == "json":
        parts = dict.fromkeys(part for key in mapping.keys() for part in fields.steps(key))
        wanted = r"\s*\{" + "".join(rf'(?=.*"{re.escape(part)}"\s*:)' for part in parts)
    else:
        wanted = "".join(rf"(?=.*(?<![^\s,;|]){re.escape(key)}=)" for key in mapping.keys())
    return re.compile(wanted)


def _row(mapping: Mapping, line: str) -> list[str]:
    try:
        return [cell.strip() for cell in next(csv.reader([line], delimiter=mapping.delimiter), [])]
    except csv.Error:
        return []


def _is_header(mapping: Mapping, line: str) -> bool:
    """A line that names every column which the mapping needs."""
    if not mapping.header:
        return False
    named = {cell.lower() for cell in _row(mapping, line)}
    return all(key.strip().lower() in named for key in mapping.keys())


def _header_starts(mapping: Mapping) -> tuple[str, ...]:
    names = [name.strip() for name in mapping.columns]
    return tuple(dict.fromkeys(start for name in names for start in (name[:4], f'"{name[:3]}')))


def _read_header(mapping: Mapping, comments: Sequence[str], before: Header) -> Header:
    named = [line for line in comments if _is_header(mapping, line)]
    return {**before, "fields": _row(mapping, named[-1])} if named else before


# The statement ------------------------------------------------------------------------------------


def _statement(mapping: Mapping, header: Header) -> str:
    rejected = {
        **({"the row has another number of cells than the header": _count_differs(mapping, header)}
           if mapping.shape == "csv" else {}),
        **({"no JSON object": "NOT is_object"} if mapping.shape == "json" else {}),
        **({f"no {mapping.shape.upper()} record": f"NOT contains(left(line, 400), '{_sign(mapping)}')"}
           if mapping.shape in ("cef", "leef") else {}),
        "the time cannot be read": "event_time IS NULL",
        **{f"{name} is no number": f"{_text(name)} IS NOT NULL AND {_number(name)} IS NULL"
           for name in _numbers(mapping)},
    }  # fmt: skip
    skipped = {}
    if mapping.only:
        values = ", ".join(_literal(value) for value in mapping.only.values)
        skipped["no request (another kind of record)"] = f'"{_KIND}" NOT IN ({values})'
    return fields.record(
        f"SELECT *, {_moment(mapping)} AS event_time FROM ({_fields(mapping, header)})",
        skipped=skipped,
        rejected=rejected,
        **_columns(mapping),
    )


def _wanted(mapping: Mapping) -> dict[str, str]:
    times = {_TIME.format(place): key for place, key in enumerate(mapping.fields.times())}
    kind = {_KIND: mapping.only.key} if mapping.only else {}
    return {**times, **{f"__{n}": key for n, key in mapping.fields.named().items()}, **kind}


def _fields(mapping: Mapping, header: Header) -> str:
    wanted, absent = _wanted(mapping), mapping.absent
    if mapping.shape == "csv":
        named = _named_columns(mapping, header)
        at = {name: _place(named, key) for name, key in wanted.items()}
        return fields.cells(at, delimiter=mapping.delimiter, absent=absent)
    if mapping.shape == "json":
        return fields.members(wanted, absent=absent)
    if mapping.shape == "cef":
        return fields.cef(wanted, absent=absent)
    if mapping.shape == "leef":
        return fields.leef(wanted, absent=absent)
    between = " " if mapping.delimiter == "," and "keyvalue" == mapping.shape else mapping.delimiter
    return fields.keyed(wanted, between=between, absent=absent)


def _named_columns(mapping: Mapping, header: Header) -> list[str]:
    read = header.get("fields")
    return [str(name) for name in read] if isinstance(read, list) else mapping.columns


def _place(named: Sequence[str], key: str) -> int:
    folded = [name.strip().lower() for name in named]
    return folded.index(key.strip().lower()) + 1 if key.strip().lower() in folded else 0


def _count_differs(mapping: Mapping, header: Header) -> str:
    return f"cells <> {len(_named_columns(mapping, header))}"


def _moment(mapping: Mapping) -> str:
    parts = [f'"{_TIME.format(place)}"' for place in range(len(mapping.fields.times()))]
    text = parts[0] if len(parts) == 1 else " || ' ' || ".join(parts)
    form = mapping.time.format
    if form == "epoch":
        return f"epoch_time({text})"
    if form == "iso":
        has_offset = f"regexp_matches({text}, '(Z|[+-]\\d\\d:?\\d\\d)$')"
        naive = _in_utc(f"try_cast({text} AS TIMESTAMP)", mapping.time.zone)
        return f"CASE WHEN {has_offset} THEN iso_time({text}) ELSE {naive} END"
    read = f"try_strptime({text}, {_literal(form)})"
    return f"timezone('UTC', {read})" if "%z" in form else _in_utc(read, mapping.time.zone)


def _in_utc(moment: str, zone: str) -> str:
    if zone in ("utc", "written"):
        return moment
    if zone == "local":
        return f"from_local({moment})"
    return f"timezone('UTC', timezone({_literal(zone)}, {moment}))"


def _numbers(mapping: Mapping) -> list[str]:
    given = mapping.fields.named()
    return [n for n in ("status", "bytes_up", "bytes_down", "duration", "port") if n in given]


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
        name: f"CAST(round({_number(name)} * {BYTES[mapping.units.bytes]}) AS BIGINT)"
        for name in ("bytes_up", "bytes_down")
        if name in given
    }
    if "duration" in given:
        factor = DURATIONS[mapping.units.duration]
        columns["duration_ms"] = f"CAST(round({_number('duration')} * {factor}) AS BIGINT)"
    if "status" in given:
        columns["status"] = f"CAST({_number('status')} AS INTEGER)"
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
            listed = ", ".join(_literal(value.lower()) for value in values)
            cases += f" WHEN lower({_text('action')}) IN ({listed}) THEN '{word}'"
    return f"CASE{cases} END" if cases else "NULL::VARCHAR"


def _evidence(mapping: Mapping, tunnel: str) -> str:
    given = mapping.fields.named()
    if mapping.evidence:
        return _literal(mapping.evidence)
    if mapping.kind == "dns":
        return "'resolved'"
    if {"url", "path", "method"} & set(given):
        return f"CASE WHEN {tunnel} THEN 'connected' ELSE 'transacted' END"
    return "'connected'"


def _sign(mapping: Mapping) -> str:
    return "CEF:" if mapping.shape == "cef" else "LEEF:"


def _text(name: str) -> str:
    return f'"__{name}"'


def _number(name: str) -> str:
    return f"try_cast({_text(name)} AS DOUBLE)"


def _literal(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"
