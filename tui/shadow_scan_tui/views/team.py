"""One team: what it uses, for what, and who."""

from __future__ import annotations

from shadow_scan.vocabulary import some
from shadow_scan_tui.loading import Asking
from shadow_scan_tui.pictures import bar
from shadow_scan_tui.shown import MIDDLE, Column, Shown, View
from shadow_scan_tui.views.audit import ask_sessions
from shadow_scan_tui.views.discover import SERVICE_COLUMNS, service_detail


def ask_services(asking: Asking) -> Shown:
    team = asking.listed("teams").records()
    known = [r for r in team if r["people"] is not None]
    size = f" of {some(known[0]['people'], 'person', 'people')}" if known else ""
    users = sum(record["users"] for record in team)
    records = asking.listed("services").records()
    lines = asking.by_day(asking.span())
    for record in records:
        record["trend"] = lines.get(record["service"], [])
    return Shown(
        (f"{some(users, 'user')}{size}, {some(len(records), 'service')}",),
        (*SERVICE_COLUMNS, Column("trend", "Trend"), Column("sessions", "Sessions", MIDDLE)),
        tuple(records),
    )


def ask_tasks(asking: Asking) -> Shown:
    records = asking.listed("tasks").records()
    whole = sum(record["sessions"] for record in records) or 1
    for record in records:
        record["picture"] = bar(record["sessions"] / whole, 24)
    return Shown(
        ("By sessions; unknown: no evidence names the work",),
        (
            Column("task", "Task", longest=20),
            Column("picture", "", longest=24),
            Column("sessions", "Sessions"),
            Column("users", "Users"),
            Column("services", "Services"),
        ),
        tuple(records),
    )


VIEWS = (
    View("services", "Services", ask_services, "No use within this period.", "service",
         service_detail, about="What the team uses."),
    View("tasks", "Tasks", ask_tasks, "No session within this period.", "",
         about="What the team uses AI for."),
    View("sessions", "Sessions", ask_sessions, "No session within this period.", "session",
         about="Each visit: which service, which task, how sure."),
)  # fmt: skip
