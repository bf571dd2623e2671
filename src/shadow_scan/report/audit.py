"""The audit pack: every figure opens down to source file and line, rule and version."""

from __future__ import annotations

from typing import Any

from shadow_scan.governance.entries import Decision
from shadow_scan.governance.opening import ledger_of
from shadow_scan.report import pieces
from shadow_scan.report.document import (
    Block,
    Document,
    Grid,
    Opening,
    Section,
    Sentence,
    grid,
    note,
)
from shadow_scan.report.gathering import Gathered
from shadow_scan.report.overview import AGENTS, EXPOSURE
from shadow_scan.vocabulary import some

_MOST_RUNS = 4_000
"""Runs of lines that are printed of one file; a longer list says how many are left out."""
_SOURCES = [("source_file", "file"), ("format", "format"), ("lines", "lines"), ("events", "events"),
            ("rejected", "rejected"), ("skipped", "skipped"), ("status", "status"),
            ("assumed", "assumed")]  # fmt: skip


def audit(known: Gathered) -> Document:
    """The document of `report audit`."""
    sections = [
        Section("short", "In short", (pieces.totals(known), pieces.carried(known))),
        Section("sources", "What was read", tuple(_sources(known))),
        Section("figures", "Figures, and the lines behind them", tuple(_figures(known))),
        Section("exposure", "What left, and under which terms", tuple(_exposure(known))),
        Section("agents", "Programs and agents", tuple(_agents(known))),
        Section("findings", "Findings", tuple(_findings(known))),
        Section("decisions", "Decisions", tuple(_decisions(known))),
        Section("blind", "What these logs cannot show", tuple(pieces.blind_spots(known))),
        pieces.method(known),
    ]
    return pieces.document(known, "audit", "Evidence of AI in use", sections)


def _sources(known: Gathered) -> list[Block]:
    digests = dict(known.inputs)
    table = known.tables["sources"]
    names = (row["source_file"] for row in table.records())
    rows = tuple((name, digests.get(name) or "nothing was read") for name in names)
    return [
        grid(table, "", _SOURCES),
        note("For every source: lines = events + rejected + skipped."),
        Grid("Digests of what was read", ("file", "digest"), ("file", "SHA-256, unpacked"), rows),
    ]


def _figures(known: Gathered) -> list[Block]:
    lines: dict[str, list[dict[str, Any]]] = {}
    for row in known.tables["evidence"].records():
        lines.setdefault(row["service"], []).append(row)
    blocks: list[Block] = [
        note(
            "Each line below opens. Lines are those of the unpacked file, from 1; packets of a "
            "capture are numbered alike. `shadow-scan explain FILE:LINE` traces one."
        )
    ]
    used = [row for row in known.tables["services"].records() if row["events"]]
    return [*blocks, *(_opening(known, row, lines.get(row["service"], [])) for row in used)]


def _opening(known: Gathered, service: dict[str, Any], behind: list[dict[str, Any]]) -> Opening:
    identifier = str(service["service"])
    title = (
        f"{known.name(identifier)}: {some(service['users'], 'person', 'people')}, "
        f"{some(service['sessions'], 'visit')}, {some(service['events'], 'request')}"
    )
    rows = []
    for row in behind:
        runs = row["lines"]
        more = len(runs) - _MOST_RUNS
        text = ", ".join(runs[:_MOST_RUNS]) + (f" and {more} more runs" if more > 0 else "")
        rows.append((row["source_file"], row["requests"], text))
    inner = Grid("", ("file", "requests", "lines"), ("file", "requests", "lines"), tuple(rows))
    return Opening(title, inner, (Sentence(_rules(known, identifier)),))


def _rules(known: Gathered, identifier: str) -> str:
    rules = known.supplies.rules
    service = rules.services.get(identifier)
    where = f"{service.file}#{identifier}" if service else "no rule of today"
    recorded = f", recorded {rules.vendors[service.file].recorded}" if service else ""
    hosts = known.hosts.get(identifier, ())
    shown = ", ".join(hosts[:20]) + (f" and {len(hosts) - 20} more" if len(hosts) > 20 else "")
    return (
        f"Rule {where}{recorded}, version {known.rules[:12]}; seen on {shown or 'no named host'}."
    )


def _exposure(known: Gathered) -> list[Block]:
    table = pieces.named(known, known.tables["exposure"])
    return [grid(table, "", [*EXPOSURE, ("source", "source of the terms"), ("status", "ruled")])]


def _agents(known: Gathered) -> list[Block]:
    table = known.tables["agents"]
    if not table.rows:
        return [Sentence("No traffic of agents, model APIs or their clients was seen.")]
    return [grid(pieces.named(known, table), "", AGENTS)]


def _findings(known: Gathered) -> list[Block]:
    table = pieces.named(known, known.tables["findings"])
    columns = [("finding", "finding"), ("severity", "severity"), ("policy", "policy"),
               ("service", "service"), ("team", "team"), ("reasons", "why"), ("state", "state"),
               ("coverage", "what it rests on"), ("evidence", "visits")]  # fmt: skip
    return [grid(table, "", columns)] if table.rows else [Sentence("No policy found anything.")]


def _decisions(known: Gathered) -> list[Block]:
    history = ledger_of(known.supplies.place).read()
    held = [entry.entry for entry in history.entries if isinstance(entry.entry, Decision)]
    problems = len(history.problems)
    state = f"{problems} problems in the ledger" if problems else "the ledger is as it was written"
    rows = tuple(
        (d.time[:10], known.name(d.service), d.status, d.team, d.plan, d.reason, d.owner,
         d.until, d.digest[:16])
        for d in held
    )  # fmt: skip
    names = ("day", "service", "status", "team", "plan", "reason", "owner", "until", "digest")
    if not rows:
        return [Sentence("Nobody has decided anything yet.")]
    return [Grid("", names, names, rows), note(f"{len(rows)} decisions; {state}.")]
