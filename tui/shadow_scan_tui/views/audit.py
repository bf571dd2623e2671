"""Audit: who uses what, by what proof, what cannot be seen, and who allowed it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from shadow_scan.listings.decisions import decisions
from shadow_scan.vocabulary import Activity, Table, some
from shadow_scan_tui.lines import Lines
from shadow_scan_tui.loading import Asking
from shadow_scan_tui.pictures import shade
from shadow_scan_tui.shown import LARGE, MIDDLE, Column, Record, Shown, View
from shadow_scan_tui.views.coverage import ask_coverage, ask_sources
from shadow_scan_tui.words import size, written

_MOST_ACROSS = 100


def ask_teams(asking: Asking) -> Shown:
    """Team x service; the same by task is `ask_team_tasks`."""
    return _crossed(asking.listed("team_services"), "service")


def ask_team_tasks(asking: Asking) -> Shown:
    return _crossed(asking.listed("team_tasks"), "task")


def _crossed(table: Table, across: str) -> Shown:
    cells = {(record["team"], record[across]): record for record in table.records()}
    names = {record[across]: record["name"] for record in cells.values()}
    order = sorted(names, key=lambda key: -_sum(cells, "users", at=(1, key)))
    teams = sorted({team for team, _ in cells}, key=lambda t: -_sum(cells, "events", at=(0, t)))
    teams.sort(key=lambda team: team == "unattributed")
    most = max((record["bytes_up"] or 0 for record in cells.values()), default=0)
    shades = f"shade: bytes sent, darkest {size(most)}" if most else "no log has sizes: no shades"
    left = len(order) - _MOST_ACROSS
    more = f"; {left} more, / narrows" if left > 0 else ""
    headed = [Column(key, names[key], longest=12) for key in order[:_MOST_ACROSS]]
    return Shown(
        (f"Users; {shades}; · none{more}",),
        (Column("team", "Team", longest=16, least=16), Column("total", "Out"), *headed),
        tuple(_line(team, order, cells, most) for team in teams),
        crossing=across,
    )


def _sum(cells: Mapping[tuple[str, str], Record], name: str, at: tuple[int, str]) -> int:
    place, key = at
    return sum(record[name] for pair, record in cells.items() if pair[place] == key)


def _line(
    team: str, order: list[str], cells: Mapping[tuple[str, str], Record], most: int
) -> Record:
    line: dict[str, Any] = {"team": team}
    for key in order:
        cell = cells.get((team, key))
        # the root: one large upload must not make all others look like none
        dark = ((cell["bytes_up"] or 0) / most) ** 0.5 if cell and most else 0.0
        line[key] = f"{cell['users']:>3} {shade(dark)}" if cell else "  ·"
    sent = [cell["bytes_up"] for (of, _), cell in cells.items() if of == team]
    known = [count for count in sent if count is not None]
    line["total"] = size(sum(known)) if known else None
    line["told"] = [_told(cells[team, key]) for key in order if (team, key) in cells]
    return line


def _told(cell: Record) -> str:
    sent = "size unknown" if cell["bytes_up"] is None else size(cell["bytes_up"])
    return f"{cell['name']}: {some(cell['users'], 'user')}, {sent}"


def crossed_detail(record: Record) -> list[str]:
    return [str(record["team"]), "", *record["told"], "", "enter on a cell: its evidence"]


def ask_findings(asking: Asking) -> Shown:
    records = asking.listed("findings", Activity.ALL).records()
    order = ("critical", "high", "medium", "low")
    records.sort(key=lambda r: (r["state"] != "open", order.index(r["severity"])))
    still = sum(record["state"] == "open" for record in records)
    return Shown(
        (f"{some(len(records), 'finding')}, {still} open",),
        (
            Column("severity", "Severity"),
            Column("policy", "Policy", longest=24),
            Column("name", "Service", longest=18),
            Column("team", "Team", longest=14),
            Column("state", "State"),
            Column("reasons", "Why", MIDDLE, 60),
            Column("finding", "Id", LARGE),
        ),
        tuple(records),
        hint="{accept} answers one; a ruling on its service does too",
    )


def finding_detail(record: Record) -> list[str]:
    lines = [f"{record['severity']}  {record['policy']}", str(record["finding"]), ""]
    lines += [f"+ {reason}" for reason in record["reasons"] or ()]
    for name in ("users", "events", "bytes_up", "first_time", "last_time", "state", "answer"):
        lines.append(f"{name:<10} {written(name, record.get(name))[0]}")
    for name in ("recommendation", "coverage", "evidence"):
        if record.get(name):
            lines += ["", name.capitalize(), written(name, record[name])[0]]
    return lines


def ask_exposure(asking: Asking) -> Shown:
    records = asking.named_lens("exposure", who="service")
    sent = sum(record["bytes_up"] or 0 for record in records)
    unsized = sum(record["unsized"] for record in records)
    return Shown(
        (f"{size(sent)} sent; {some(unsized, 'session')} without sizes: what sent is unknown",),
        (
            Column("name", "Service", longest=20),
            Column("bytes_up", "Out"),
            Column("users", "Users"),
            Column("large_uploads", "Large"),
            Column("training_default", "Trains on it"),
            Column("status", "Status", longest=16),
            Column("plan", "Plan", MIDDLE),
            Column("account", "Account", MIDDLE),
            Column("unsized", "Unsized", LARGE),
            Column("source", "Source of the terms", LARGE),
            Column("as_of", "As of", LARGE),
        ),
        tuple(records),
    )


def ask_ledger(asking: Asking) -> Shown:
    found = decisions(asking.desk.place, asking.desk.matcher.rule_set)
    records = found.table.records()
    damage = [f"! {problem}" for problem in found.history.problems[:3]]
    intact = "every line is as it was written" if not damage else "the ledger is damaged"
    return Shown(
        (f"{some(len(records), 'ruling')}, the newest first; {intact}", *damage),
        (
            Column("time", "When", longest=19, least=19),
            Column("service", "Service", longest=18),
            Column("status", "Ruling", longest=16),
            Column("state", "State"),
            Column("reason", "Reason", longest=30),
            Column("team", "For", MIDDLE, 14),
            Column("until", "Until", MIDDLE),
            Column("writer", "By", LARGE, 20),
            Column("users", "Users then", LARGE),
            Column("users_now", "Users now", LARGE),
        ),
        tuple(records),
    )


def ask_sessions(asking: Asking) -> Shown:
    table, total = asking.sessions()
    shown = len(table.rows)
    cut = f"; the newest {shown:,} are shown" if shown < total else ""
    return Shown(
        (f"{some(total, 'session')}, the newest first{cut}",),
        (
            Column("first_time", "When", longest=19, least=19),
            Column("name", "Service", longest=18),
            Column("team", "Team", longest=14),
            Column("task", "Task", longest=16),
            Column("bytes_up", "Out"),
            Column("user", "Who", MIDDLE),
            Column("tier", "Sure", MIDDLE),
            Column("events", "Requests", LARGE),
            Column("evidence", "Proof", LARGE),
            Column("account", "Account", LARGE),
            Column("session", "Session", LARGE),
        ),
        Lines(table),
        hint="{explain} says why it is this task",
    )


VIEWS = (
    View("teams", "Teams", ask_teams, "No use of any team was seen.", "team", crossed_detail,
         about="Users of each team and service; shade: bytes sent. Arrows move from cell to cell; "
         "enter opens the evidence of exactly that one, on a team's name the team."),
    View("team-tasks", "Tasks", ask_team_tasks, "No use of any team was seen.", "team",
         crossed_detail, about="Users of each team and task; unknown: no evidence names the work. "
         "enter on a cell opens the evidence of exactly that team and task."),
    View("findings", "Findings", ask_findings, "The policies found nothing.", "service",
         finding_detail, about="What the policies found; enter opens the service."),
    View("exposure", "Exposure", ask_exposure, "Nothing was sent.", "service",
         about="What was sent, to whom, under which terms. Large: sessions of 1 MB or more."),
    View("sessions", "Sessions", ask_sessions, "No session was seen.", "session",
         about="Each visit: whose, which task, how sure. enter opens the trace."),
    View("ledger", "Ledger", ask_ledger,
         "No rulings yet. {decide} on a service writes the first one.", "ruling",
         about="A ruling is never edited: a later line replaces it. {undo} takes one back."),
    View("coverage", "Coverage", ask_coverage, "No logs were read.", "text",
         about="What each source shows by day, and what it is blind to. Below, a day a mark: █ "
         "records, ▒ silent hours, · none, ✕ none though such days have some."),
    View("sources", "Sources", ask_sources, "No logs were read.", "source",
         about="Lines = events + rejected + skipped. A day a mark: █ records, ▒ silent hours, "
         "· none, ✕ none though such days have some. enter shows the rejects by reason."),
)  # fmt: skip
