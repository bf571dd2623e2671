"""Sections that more than one report has."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from shadow_scan.procurement import study
from shadow_scan.procurement.case import between
from shadow_scan.report.document import (
    Assumption,
    Bar,
    Bars,
    Block,
    Columns,
    Document,
    Figure,
    Figures,
    Grid,
    Section,
    Sentence,
    grid,
    note,
    within,
)
from shadow_scan.report.gathering import Gathered
from shadow_scan.report.words import size
from shadow_scan.vocabulary import Table, some

_UNITS = {
    "hour_cost": "an hour", "hours_saved_a_week": "hours a week and regular user",
    "external_spend_a_year": "a year", "external_share_replaced": "share of it",
    "contract_months": "months", "exit_months": "months", "seats_headroom": "share on top",
    "currency": "",
}  # fmt: skip


def document(
    known: Gathered, kind: str, title: str, sections: Sequence[Section], **more: object
) -> Document:
    whose = "pseudonyms" if known.names == "pseudonyms" else "plain names"
    read = sum(digest is not None for _, digest in known.inputs)
    subtitle = (
        f"{known.oldest.isoformat()} to {known.newest.isoformat()} (UTC), out of "
        f"{some(read, 'log file')}; no person is shown (the workspace holds {whose})"
    )
    return Document(
        kind,
        title,
        subtitle,
        tuple(sections),
        known.rules,
        known.inputs,
        **more,  # type: ignore[arg-type]
    )


def named(known: Gathered, table: Table) -> Table:
    """The same with names of services instead of ids."""
    at = table.columns.index("service")
    rows = [(*row[:at], row[at] and known.name(row[at]), *row[at + 1 :]) for row in table.rows]
    return Table(table.columns, rows)


def totals(known: Gathered) -> Figures:
    (t,) = known.tables["totals"].records()
    services = known.tables["services"].records()
    unreviewed = sum(row["status"] == "unreviewed" for row in services if row["users"])
    severe = sum(
        row["severity"] in ("high", "critical") and row["state"] == "open"
        for row in known.tables["findings"].records()
    )
    return Figures(
        (
            Figure("people seen using AI", f"{t['users']:,}", f"in {some(t['teams'], 'team')}"),
            Figure("AI services in use", f"{t['services']:,}", f"{unreviewed} not ruled on"),
            Figure("visits", f"{t['sessions']:,}", some(t["events"], "request")),
            Figure("sent, as far as sizes are logged", size(t["bytes_up"]), ""),
            Figure("high findings open", f"{severe:,}", f"{some(t['blocked'], 'request')} blocked"),
        )
    )


def weeks(known: Gathered) -> Columns:
    rows = known.tables["weeks"].records()[-26:]
    return Columns(
        "People seen using AI, by week",
        tuple(Bar(row["week"], float(row["users"]), f"{row['users']:,}") for row in rows),
    )


def seat_bars(known: Gathered, most: int) -> Bars:
    whole = [p for p in known.purchases if p.estimate.team is None and p.estimate.regulars]
    whole.sort(key=lambda p: (-(p.estimate.regulars or 0), p.estimate.service))
    return Bars(
        "Regular users now: nine chances in ten lie within",
        tuple(
            Bar(
                known.name(e.service), float(e.regulars or 0), between(e.low, e.high),
                float(e.low or 0), float(e.high or 0),
            )
            for e in (p.estimate for p in whole[:most])
        ),
    )  # fmt: skip


def gap(known: Gathered) -> list[Block]:
    table = known.tables["gap"]
    records = table.records()
    users = sum(row["users"] for row in records)
    outside = sum(row["users_outside"] or 0 for row in records)
    licensed = [row["licensed"] for row in records if row["licensed"] is not None]
    covered = (
        f"licences cover {sum(licensed):,}" if licensed else "who is licensed is unknown (no table)"
    )
    seen = some(users, "person was", "people were")
    text = f"{seen} seen using AI, {outside:,} of them a tool that nothing covers; "
    columns = [("team", "team"), ("people", "people"), ("users", "seen using AI"),
               ("licensed", "licensed"), ("users_covered", "use what is covered"),
               ("users_outside", "use what is not")]  # fmt: skip
    shown = [c for c in columns if any(row[c[0]] is not None for row in records)]
    return [Sentence(text + covered + "."), grid(table, "", shown), note(_capital(study.GAP))]


def findings(known: Gathered, most: int | None) -> list[Block]:
    table = named(known, known.tables["findings"])
    order = {"critical": 0, "high": 1, "medium": 2, "low": 3}
    at = table.columns.index("severity")
    rows = sorted(table.rows, key=lambda row: order.get(row[at], 4))
    columns = [("severity", "severity"), ("policy", "policy"), ("service", "service"),
               ("team", "team"), ("reasons", "why"), ("recommendation", "what to do"),
               ("state", "state")]  # fmt: skip
    if not rows:
        return [Sentence("No policy found anything.")]
    return [grid(Table(table.columns, rows), "", columns, most)]


def blind_spots(known: Gathered) -> list[Block]:
    """What each source cannot show, and on how many of its days."""
    spots: dict[tuple[str, str], set[str]] = {}
    days: dict[str, set[str]] = {}
    for row in known.tables["coverage"].records():
        source = row["source_file"] or f"no file of {row['format']}"
        days.setdefault(source, set()).add(row["day"] or "")
        for spot in row["blind"]:
            plain = spot.partition(" (")[0]
            spots.setdefault((source, plain), set()).add(row["day"] or "")
    by_source: dict[str, list[str]] = {}
    for (source, spot), seen in sorted(spots.items()):
        on, of = len(seen - {""}), len(days[source] - {""})  # what is of the whole file has no day
        part = f" ({some(on, 'day')})" if 0 < on < of else ""
        by_source.setdefault(source, []).append(spot + part)
    called = within(days)
    rows = tuple((called.get(s, s), len(days[s] - {""}), "; ".join(by_source.get(s, []))) for s in
                 sorted(days))  # fmt: skip
    fold = (
        f"Teams of fewer than {known.smallest} people are folded together "
        f"({some(known.folded, 'team')})."
    )
    return [
        Grid("", ("source", "days", "blind"), ("source", "days", "cannot show"), rows),
        note(
            "Figures speak of what these sources show. AI inside other applications shares their "
            "hosts, local tools leave no trace, and what was written is never seen. " + fold
        ),
    ]


def coverage_line(known: Gathered) -> str:
    """One sentence that each report carries beside its figures."""
    records = known.tables["sources"].records()
    lines, events = sum(r["lines"] for r in records), sum(r["events"] for r in records)
    rejected = sum(r["rejected"] for r in records)
    unattributed = next(
        (r["users"] for r in known.tables["teams"].records() if r["team"] == "unattributed"), 0
    )
    return (
        f"Read: {some(lines, 'line')}, {events:,} of them records, {rejected:,} rejected; "
        f"{some(unattributed, 'user')} of no known team."
    )


def carried(known: Gathered) -> Sentence:
    """What the figures above rest on: stands below them in every report."""
    blind: dict[str, Counter[str]] = {}
    days: Counter[str] = Counter()
    for row in known.tables["coverage"].records():
        if row["day"] and row["source_file"]:
            days[row["source_file"]] += 1
            for spot in {spot.partition(" (")[0] for spot in row["blind"]}:
                blind.setdefault(spot, Counter())[row["source_file"]] += 1
    parts = [_hidden(spot, seen, days) for spot, seen in sorted(blind.items())]
    hidden = f" Not shown, of {some(len(days), 'source')}: {', '.join(parts)}." if parts else ""
    return note(coverage_line(known) + hidden)


def _hidden(spot: str, seen: Counter[str], days: Counter[str]) -> str:
    whole = sum(seen[source] == days[source] for source in seen)
    part = f"on some days in {len(seen) - whole}"
    if not whole:
        return f"{spot} {part}"
    return f"{spot} in {whole}" + (f" and {part}" if len(seen) > whole else "")


def assumptions(known: Gathered) -> tuple[Assumption, ...]:
    procurement = known.supplies.procurement
    values = procurement.assumptions.model_dump()
    return tuple(
        Assumption(name, values[name], unit, name in procurement.given)
        for name, unit in _UNITS.items()
    )


def method(known: Gathered) -> Section:
    return Section(
        "method",
        "How this was made",
        (
            note(
                "A regular user uses a service on a day a week, in at least half of the last four "
                "weeks. Only interactive use counts; background noise and programs do not. What no "
                "evidence names is unknown, never zero."
            ),
            note(f"Figures named as the study's are from {study.NAME}: {study.LIMITS}."),
        ),
    )


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
