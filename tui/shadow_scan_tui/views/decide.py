"""Decide: what is bought, joined, replaced or stopped; by task, since one buys a capability."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from shadow_scan.vocabulary import some
from shadow_scan_tui.loading import Asking
from shadow_scan_tui.pictures import STATUS, bar, square
from shadow_scan_tui.shown import LARGE, MIDDLE, Column, Record, Shown, View, whole_record
from shadow_scan_tui.words import written

if TYPE_CHECKING:
    from shadow_scan.procurement.purchase import Purchase


def ask_tasks(asking: Asking) -> Shown:
    """A line a task: the services used for it, how many people, and how many use several."""
    counted = {record["task"]: record for record in asking.listed("tasks").records()}
    known = {r["service"]: r for r in asking.beside("services").records()}
    records = []
    for record in asking.listed("task_services").records():
        used = [known[service] for service in record["used_services"] if service in known]
        names = [f"{service['name']} {STATUS[service['status']]}" for service in used]
        more = {name: counted[record["task"]][name] for name in ("teams", "sessions")}
        records.append({
            "task": record["task"], "used": "  ".join(names), "users": record["users"],
            "overlap": record["overlap"], "service": record["used_services"][0], **more,
        })  # fmt: skip
    records.sort(key=lambda r: (r["task"] == "unknown", -r["users"]))
    return Shown(
        ("By task: one buys a capability, not a domain. Overlap: who uses several for the same.",),
        (
            Column("task", "Task", longest=18),
            Column("used", "Services in use", longest=40),
            Column("users", "Users"),
            Column("overlap", "Overlap"),
            Column("teams", "Teams", MIDDLE),
            Column("sessions", "Sessions", MIDDLE),
        ),
        tuple(records),
    )


def ask_portfolio(asking: Asking) -> Shown:
    services = {r["service"]: r for r in asking.listed("services").records()}
    lines = asking.by_day(asking.span())
    found = [p for p in _purchases(asking) if p.estimate.service in services]
    records = [_bought(p, services[p.estimate.service], lines) for p in found]
    records.sort(key=lambda r: (-(r["regulars"] or 0), -r["users"]))
    return Shown(
        ("Seats: regular users and headroom. List prices on the date shown, no quotes.",),
        (
            Column("name", "Service", longest=20),
            Column("users", "Users"),
            Column("regulars", "Regular"),
            Column("seats", "Seats"),
            Column("yearly", "A year"),
            Column("currency", "", longest=4),
            Column("status", "Status", longest=16),
            Column("trend", "Trend", MIDDLE),
            Column("plan", "Plan", MIDDLE, 20),
            Column("price_as_of", "Price of", MIDDLE),
            Column("incumbents", "Licensed for the same", LARGE, 24),
            Column("replaces", "May replace", LARGE, 30),
        ),
        tuple(records),
    )


def _purchases(asking: Asking) -> list[Purchase]:
    # Estimates need numpy, which only this view, cases and reports are worth loading for.
    from shadow_scan.procurement.lenses import Lens
    from shadow_scan.procurement.purchase import purchases

    what = Lens("seats", asked=asking.asked)
    return purchases(asking.connection, asking.supplies, what, only_today=True)


def _bought(
    purchase: Purchase, service: dict[str, Any], lines: dict[str, list[int]]
) -> dict[str, Any]:
    estimate, price = purchase.estimate, purchase.price
    return {
        "service": estimate.service, "name": service["name"], "category": service["category"],
        "status": service["status"], "users": estimate.users,
        "regulars": None if estimate.regulars is None else round(estimate.regulars, 1),
        "low": estimate.low, "high": estimate.high, "seats": purchase.seats,
        "yearly_low": purchase.yearly_low, "yearly": purchase.yearly,
        "yearly_high": purchase.yearly_high, "currency": purchase.currency,
        "plan": price and price.plan, "price": purchase.amount,
        "unit": price and price.unit, "price_as_of": price and price.as_of,
        "price_source": price and price.source,
        "break_even_minutes": purchase.break_even_minutes,
        "replaces": list(purchase.replaces), "incumbents": list(purchase.incumbents),
        "limits": list(purchase.limits), "trend": lines.get(estimate.service, []),
    }  # fmt: skip


_PRICED = (
    "seats", "plan", "price", "unit", "price_as_of", "price_source", "yearly_low", "yearly",
    "yearly_high", "currency", "break_even_minutes",
)  # fmt: skip


def portfolio_detail(record: Record) -> list[str]:
    lines = [str(record["name"]), str(record["category"]), ""]
    low, high = record["low"], record["high"]
    if record["regulars"] is not None:
        lines.append(f"regular   {record['regulars']} (nine chances in ten: {low} to {high})")
    lines += [f"{name.replace('_', ' '):<9} {written(name, record[name])[0]}" for name in _PRICED]
    for name in ("incumbents", "replaces", "limits"):
        if record[name]:
            lines += ["", name.capitalize(), *(f"- {word}" for word in record[name])]
    return lines


def ask_value(asking: Asking) -> Shown:
    records = asking.named_lens("value")
    return Shown(
        (f"{some(len(records), 'use')} by service, team and task: who comes back, how deep",),
        (
            Column("name", "Service", longest=18),
            Column("team", "Team", longest=14),
            Column("task", "Task", longest=16),
            Column("users", "Users"),
            Column("regulars", "Regular"),
            Column("return_rate", "Return"),
            Column("spread", "Spread", MIDDLE),
            Column("depth", "Depth", MIDDLE),
            Column("champion", "Champion", MIDDLE),
            Column("persistence", "Persists", LARGE),
            Column("minutes", "Minutes", LARGE),
        ),
        tuple(records),
    )


def ask_funnel(asking: Asking) -> Shown:
    records = asking.named_lens("funnel")
    for record in records:
        most = max(record["tried"] or 0, 1)
        record["picture"] = bar((record["piloted"] or 0) / most, 10)
    study = dict.fromkeys(str(record["study"]) for record in records if record["study"])
    return Shown(
        ("How far each tool came: tried, piloted, in sustained use; '-' cannot be seen yet",),
        (
            Column("name", "Service", longest=20),
            Column("tried", "Tried"),
            Column("piloted", "Piloted"),
            Column("sustained", "Sustained"),
            Column("picture", "Piloted of tried", longest=16),
            Column("stage", "Stage"),
            Column("days_to_pilot", "Days to pilot", MIDDLE),
            Column("limits", "Limits", LARGE, 50),
        ),
        tuple(records),
        tuple(study),
    )


def ask_grid(asking: Asking) -> Shown:
    """Customisation x memory, drawn; what nobody knows stands below, a question for the vendor."""
    records = asking.named_lens("grid")
    return Shown(
        ("Fitted to our work x keeps and learns: facts of the catalogue, or people's answers",),
        (
            Column("name", "Service", longest=20),
            Column("users", "Users"),
            Column("customisation", "Fitted to our work"),
            Column("memory", "Keeps and learns"),
            Column("place", "Place", longest=30),
            Column("category", "Kind", MIDDLE),
        ),
        tuple(records),
        tuple(_drawn_grid(records)),
    )


_GRID_WIDTH = 76
_CORNERS = (
    ("learns, on its own terms", "fitted to our work, and learns"),
    ("a tool for everybody", "fitted to our work, forgets"),
)


def _drawn_grid(records: Sequence[Record]) -> list[str]:
    """Up: keeps and learns; to the right: fitted to our work."""
    there: dict[str, list[str]] = defaultdict(list)
    for record in records:
        there[_corner(record)].append(str(record["name"]))
    cells = [[(corner, there.pop(corner, [])) for corner in row] for row in _CORNERS]
    unknown = [f"{why}: {', '.join(names)}" for why, names in sorted(there.items())]
    axes = "up ↑ keeps and learns    to the right → fitted to our work"
    return [*square(cells, _GRID_WIDTH), axes, *unknown]


def _corner(record: Record) -> str:
    """The place on the grid; what is unknown is named, and nobody's place is guessed."""
    axes = {"customisation": "how far it can be fitted", "memory": "whether it learns"}
    unknown = [words for name, words in axes.items() if record[name] == "unknown"]
    if unknown:
        return f"Unknown {' and '.join(unknown)}"
    return str(record["place"])


def ask_scorecard(asking: Asking) -> Shown:
    records = asking.named_lens("scorecard")
    for record in records:
        record["hint"] = record["catalogue"] or record["observed"]
    return Shown(
        ("Six criteria by which buyers choose; the answer is your people's (scorecard.csv)",),
        (
            Column("name", "Service", longest=18),
            Column("criterion", "Criterion", longest=14),
            Column("answer", "Answer"),
            Column("known", "Known by"),
            Column("hint", "Hints: catalogue, or seen", longest=36),
            Column("as_of", "As of", MIDDLE),
            Column("answered_by", "By", LARGE),
            Column("source", "Source", LARGE, 36),
        ),
        tuple(records),
    )


def ask_gap(asking: Asking) -> Shown:
    records = asking.lens("gap", by="all").records()
    study = dict.fromkeys(str(record["study"]) for record in records if record["study"])
    return Shown(
        ("Users of each team, against who is covered by a licence (licences.csv) or a ruling",),
        (
            Column("team", "Team", longest=18),
            Column("people", "People"),
            Column("users", "Users"),
            Column("licensed", "Licensed"),
            Column("users_covered", "Covered"),
            Column("users_outside", "Outside"),
            Column("only_outside", "Only outside"),
        ),
        tuple(records),
        tuple(study),
    )


VIEWS = (
    View("portfolio", "Services", ask_portfolio, "Nothing in use to buy.", "service",
         portfolio_detail, about="What each service in use would cost for its regular users. "
         "{case} opens the business case, {replay} what a decision would touch."),
    View("by-task", "Tasks", ask_tasks, "No use was seen.", "service",
         about="The services used for each task; overlap: people who use several for the same."),
    View("value", "Value", ask_value, "No use was seen.", "service",
         about="regular: a day a week; return: weeks that the next week followed; spread: of the "
         "team's people; depth: requests of the middle session; champion: sustained deep use."),
    View("gap", "Gap", ask_gap, "No use was seen.", "team",
         about="The shadow gap: people seen using AI, against people covered."),
    View("funnel", "Funnel", ask_funnel, "No use was seen.", "service",
         about="piloted: three days within a fortnight, or sustained; sustained: four days in "
         "three weeks; stage: as far as three people came."),
    View("grid", "Grid", ask_grid, "No use was seen.", "service",
         about="Where each tool stands: fitted to our work, keeps and learns. What nobody knows "
         "has no place: ask the vendor, or answer it in scorecard.csv."),
    View("scorecard", "Scorecard", ask_scorecard, "No use was seen.", "service",
         whole_record, about="What is known on each criterion, by whom; unknown stays unknown."),
)  # fmt: skip
