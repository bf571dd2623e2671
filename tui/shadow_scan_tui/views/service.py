"""One service: its use, teams, tasks, evidence down to the line, terms and plans, history."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shadow_scan.governance.opening import ledger_of
from shadow_scan.governance.rulings import ruled
from shadow_scan.vocabulary import some
from shadow_scan_tui.lines import Lines
from shadow_scan_tui.loading import Asking
from shadow_scan_tui.pictures import bar, trend
from shadow_scan_tui.shown import LARGE, MIDDLE, Column, Record, Shown, View
from shadow_scan_tui.views.evidence import ask_evidence
from shadow_scan_tui.words import size, written

if TYPE_CHECKING:
    from shadow_scan.rules.ruleset import Service

_TREND = 56


def ask_use(asking: Asking) -> Shown:
    asking = asking.of_whoever()
    found = asking.listed("services").records()
    users = Lines(asking.listed("users"))
    within = asking.span()
    lines = asking.by_day(within)
    summary = [_headline(record) for record in found]
    for record in found:
        picture = trend(lines.get(record["service"], []), _TREND)
        summary.append(f"Users by day  {picture}  {within.oldest} to {within.newest}")
    return Shown(
        tuple(summary),
        (
            Column("user", "Who", longest=20),
            Column("user_kind", "Is a"),
            Column("team", "Team", longest=16),
            Column("sessions", "Sessions"),
            Column("bytes_up", "Out"),
            Column("first_time", "First", MIDDLE),
            Column("last_time", "Last", MIDDLE),
        ),
        users,
    )


def _headline(record: Record) -> str:
    return (
        f"{record['name']} by {record['vendor'] or 'an unknown vendor'}, {record['category']}  "
        f"{written('status', record['status'])[0]}  {some(record['users'], 'user')}  "
        f"{some(record['teams'], 'team')}  "
        f"{'-' if record['bytes_up'] is None else size(record['bytes_up'])} out  "
        f"risk {record['risk'] or 'unknown'}"
    )


def ask_teams(asking: Asking) -> Shown:
    asking = asking.of_whoever()
    records = asking.listed("teams").records()
    most = max((record["users"] for record in records), default=1)
    for record in records:
        record["picture"] = bar(record["users"] / most, 20)
    return Shown(
        (f"{some(len(records), 'team')}; people: the team's size in the people file",),
        (
            Column("team", "Team", longest=18),
            Column("users", "Users"),
            Column("people", "People"),
            Column("picture", "", longest=20),
            Column("sessions", "Sessions"),
            Column("bytes_up", "Out"),
        ),
        tuple(records),
    )


def ask_tasks(asking: Asking) -> Shown:
    asking = asking.of_whoever()
    records = asking.listed("tasks").records()
    whole = sum(record["sessions"] for record in records) or 1
    for record in records:
        record["session_share"] = record["sessions"] / whole
        record["picture"] = bar(record["session_share"], 20)
    return Shown(
        ("By sessions; unknown: no evidence names the work",),
        (
            Column("task", "Task", longest=20),
            Column("session_share", "Share"),
            Column("picture", "", longest=20),
            Column("users", "Users"),
            Column("teams", "Teams"),
            Column("sessions", "Sessions"),
        ),
        tuple(records),
    )


def ask_vendor(asking: Asking) -> Shown:
    known = asking.desk.matcher.rule_set.services.get(asking.more.removeprefix("service:"))
    if known is None:
        return Shown(("The rules no longer know this service.",))
    return Shown(
        (f"{known.name}, by {known.vendor_name}; every fact with its source and its date",),
        (
            Column("what", "What", longest=18),
            Column("value", "Says", longest=36),
            Column("as_of", "As of"),
            Column("confidence", "Sure"),
            Column("source", "Source", MIDDLE, 50),
        ),
        tuple(_facts(known)),
    )


def _facts(service: Service) -> list[Record]:
    facts: list[Record] = [
        {"what": fact.name.replace("_", " "), "value": fact.value, "as_of": fact.as_of,
         "confidence": fact.confidence, "source": fact.source}
        for fact in service.facts
    ]  # fmt: skip
    for plan in service.plans:
        price = (
            "price unknown"
            if plan.price is None
            else (f"{plan.price:g} {plan.currency or ''} a {plan.unit or 'seat'}")
        )
        facts.append({
            "what": f"plan {plan.name}", "value": f"{price}. {plan.text}".strip(),
            "as_of": plan.as_of, "confidence": plan.confidence, "source": plan.source,
        })  # fmt: skip
    return facts


def ask_history(asking: Asking) -> Shown:
    service = asking.more.removeprefix("service:")
    found = ruled(ledger_of(asking.desk.place).read().entries)
    records = [
        {
            "time": one.decision.time, "service": service, "status": one.decision.status,
            "state": one.state, "team": one.decision.team, "plan": one.decision.plan,
            "until": one.decision.until, "reason": one.decision.reason,
            "owner": one.decision.owner, "writer": one.decision.writer,
            "measure": one.decision.measure, "review": one.decision.review,
            "users": one.decision.numbers.users, "place": f"{one.file}:{one.line}",
        }
        for one in reversed(found)
        if one.decision.service == service
    ]  # fmt: skip
    return Shown(
        (f"{some(len(records), 'ruling')}, the newest first",),
        (
            Column("time", "When", longest=19, least=19),
            Column("status", "Ruling", longest=16),
            Column("state", "State"),
            Column("reason", "Reason", longest=34),
            Column("team", "For", MIDDLE, 14),
            Column("until", "Until", MIDDLE),
            Column("owner", "Owner", LARGE),
            Column("writer", "By", LARGE, 20),
        ),
        tuple(records),
    )


VIEWS = (
    View("use", "Use", ask_use, "Nobody used it within this period.", "user",
         about="Who uses it, under pseudonyms; names only where the workspace keeps them."),
    View("teams", "Teams", ask_teams, "No team used it within this period.", "team",
         about="Users of each team, beside the team's size."),
    View("tasks", "Tasks", ask_tasks, "No session within this period.", "",
         about="What it is used for, as far as evidence tells."),
    View("evidence", "Evidence", ask_evidence, "No request within this period.", "trace",
         about="Every request that counts, with the line of the log that proves it."),
    View("vendor", "Vendor", ask_vendor, "The rules hold no facts of this vendor.", "text",
         about="Terms and plans: what is known, since when, from where."),
    View("history", "History", ask_history,
         "Nobody has ruled on it. {decide} writes the first ruling.", "text",
         about="Every ruling on it; a ruling is never edited, a later line replaces it."),
)  # fmt: skip
