"""What the logs show by source and day, and the days and hours that they leave out, drawn."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, timedelta

from shadow_scan.vocabulary import Activity, some
from shadow_scan_tui.loading import Asking
from shadow_scan_tui.pictures import FULL, LOST, NONE, PARTIAL, strip
from shadow_scan_tui.shown import LARGE, MIDDLE, Column, Record, Shown

_WIDTH, _RECORDERS = 24, 6
"""A strip of days has room beside file, lines and rejects in 80 columns; formats below a table."""


def ask_coverage(asking: Asking) -> Shown:
    records = asking.listed("coverage", Activity.ALL).records()
    gaps = sum(record["source_file"] is None for record in records)
    return Shown(
        (f"{some(len(records), 'line')}: source and day; {some(gaps, 'day')} nobody recorded",),
        (
            Column("source_file", "Source", longest=28),
            Column("day", "Day"),
            Column("lines", "Lines"),
            Column("events", "Events"),
            Column("rejected", "Rejected"),
            Column("skipped", "Skipped", MIDDLE),
            Column("blind", "Blind to", longest=44),
            Column("why", "Why rejected", LARGE, 40),
        ),
        tuple(records),
        tuple(_recorders(records)),
    )


def _recorders(records: Sequence[Record]) -> list[str]:
    """A strip of days for each format: what one file of it leaves out, another may have."""
    days = _calendar(records)
    formats = dict.fromkeys(str(record["format"]) for record in records if record["day"])
    drawn = [
        f"{name:<12.12} {strip(_marks(days, (r for r in records if r['format'] == name)), 60)}"
        for name in list(formats)[:_RECORDERS]
    ]
    left = len(formats) - _RECORDERS
    return [*drawn, *([f"and {left} more formats"] if left > 0 else []), _legend(days)]


def ask_sources(asking: Asking) -> Shown:
    records = asking.listed("sources", Activity.ALL).records()
    covered = asking.beside("coverage", Activity.ALL).records()
    days = _calendar(covered)
    for record in records:
        record["days"] = strip(_marks(days, _own(covered, record)), _WIDTH)
    holder = asking.desk.place.scan_holder()
    running = (f"A scan is running ({holder}).",) if holder else ()
    lines, rejected = (sum(r[name] for r in records) for name in ("lines", "rejected"))
    return Shown(
        (f"{some(len(records), 'source')}   {lines:,} lines   {rejected:,} rejected", *running),
        (
            Column("source_file", "Source", longest=26),
            Column("days", "Days", longest=_WIDTH),
            Column("lines", "Lines"),
            Column("rejected", "Rejected"),
            Column("format", "Format", MIDDLE),
            Column("events", "Events", MIDDLE),
            Column("skipped", "Skipped", MIDDLE),
            Column("status", "State", MIDDLE),
            Column("first_time", "First", LARGE),
            Column("last_time", "Last", LARGE),
            Column("damage", "Damage", LARGE),
        ),
        tuple(records),
        (_legend(days),),
        hint="{reload} shows how far it is" if holder else "",
    )


def _own(covered: Iterable[Record], source: Record) -> list[Record]:
    """The rows of a source, and the days that its recorder lost while this file was written."""
    first, last = (str(source[name] or "")[:10] for name in ("first_time", "last_time"))
    return [
        row for row in covered
        if row["source_file"] == source["source_file"]
        or (row["source_file"] is None and row["format"] == source["format"]
            and first <= str(row["day"]) <= last)
    ]  # fmt: skip


def _calendar(records: Iterable[Record]) -> list[str]:
    days = sorted(str(record["day"]) for record in records if record["day"])
    if not days:
        return []
    first, last = date.fromisoformat(days[0]), date.fromisoformat(days[-1])
    return [(first + timedelta(at)).isoformat() for at in range((last - first).days + 1)]


def _marks(days: Sequence[str], records: Iterable[Record]) -> list[str]:
    found: dict[str, str] = {}
    for record in records:
        if record["day"]:
            found[str(record["day"])] = _mark(record)
    return [found.get(day, NONE) for day in days]


def _mark(record: Record) -> str:
    if record["source_file"] is None:
        return LOST
    return PARTIAL if any("(silent;" in words for words in record["blind"] or ()) else FULL


def _legend(days: Sequence[str]) -> str:
    if not days:
        return ""
    return (
        f"{days[0]} to {days[-1]}  {FULL} records  {PARTIAL} silent hours  {NONE} none  {LOST} lost"
    )
