"""Writes what is on screen to a file, under a head that says what it is: filter, period, coverage,
rules. The file's ending says how; no row still makes a file with its header."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import msgspec

from shadow_scan.errors import UsageError
from shadow_scan.listings.glance import rule_digest
from shadow_scan.report.outputs import rendered, without_markup
from shadow_scan.vocabulary import Activity, OutputFormat, Table, some
from shadow_scan_tui.loading import Asking
from shadow_scan_tui.shown import Column, Record
from shadow_scan_tui.words import short

_FORMATS = {
    ".csv": OutputFormat.CSV,
    ".json": OutputFormat.JSON,
    ".md": OutputFormat.MARKDOWN,
}
_REPORTS = {"discover": "overview", "audit": "audit", "decide": "procurement"}
_REPORT_ENDINGS = (".html", ".xlsx")
ENDINGS = (*_FORMATS, *_REPORT_ENDINGS)


@dataclass(frozen=True, slots=True)
class OnScreen:
    """What a page shows at the moment."""

    title: str
    mode: str
    words: str
    period: str
    summary: tuple[str, ...]
    columns: tuple[Column, ...]
    records: Sequence[Record]

    @property
    def table(self) -> Table:
        names = tuple(column.name for column in self.columns)
        return Table(names, [tuple(record.get(name) for name in names) for record in self.records])


def write(asking: Asking, shown: OnScreen, file: Path, replace: bool) -> str:
    """Write it, and say what was written. Raises UsageError where that cannot be."""
    ending = file.suffix.lower()
    if ending not in ENDINGS:
        raise UsageError(
            f"no file ends in '{file.suffix}'", remedy=f"end it in {', '.join(ENDINGS)}"
        )
    if file.exists() and not replace:
        raise UsageError(f"{file.name} is there already", remedy="record again to replace it")
    if ending in _REPORT_ENDINGS:
        from shadow_scan.report.writing import report  # heavy, and rarely asked for

        kind = _REPORTS[shown.mode]
        supplies = asking.supplies
        document = asking.aside(lambda: report(supplies, kind, file))
        return f"{file}: the {kind} report of all data, digest {document.digest[:16]}"
    try:
        file.write_text(_text(shown, _head(asking, shown), ending), "utf-8")
    except OSError as error:
        what = f"cannot be written: {error.strerror}"
        raise UsageError(what, where=str(file), remedy="name a file that you may write") from None
    return f"{file}: {some(len(shown.records), 'row')}"


def _head(asking: Asking, shown: OnScreen) -> dict[str, str]:
    within = asking.span()
    sources = asking.beside("sources", Activity.ALL).records()
    lines, rejected = (sum(r[name] for r in sources) for name in ("lines", "rejected"))
    return {
        "view": shown.title,
        "workspace": asking.desk.place.path.name,
        "filter": shown.words or "none",
        "period": f"{shown.period}, {within.oldest} to {within.newest}",
        "coverage": f"{some(len(sources), 'source')}, {lines} lines, {rejected} rejected",
        "rules": rule_digest(asking.connection),
        "says": " ".join(" ".join(shown.summary).split()),
    }


def _text(shown: OnScreen, head: dict[str, str], ending: str) -> str:
    if ending == ".json":
        return msgspec.json.format(
            msgspec.json.encode({"about": head, "rows": shown.table.records()}), indent=1
        ).decode() + "\n"  # fmt: skip
    body = rendered(shown.table, _FORMATS[ending])
    if ending == ".md":
        lines = [f"- {name}: {without_markup(short(text))}" for name, text in head.items()]
        return "\n".join([*lines, "", body])
    return "".join(f"# {name}: {short(text)}\n" for name, text in head.items()) + body
