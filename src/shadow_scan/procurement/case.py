"""The business case of a purchase, in sentences that a manager understands."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Literal

from shadow_scan.governance.assumptions import Assumptions
from shadow_scan.procurement import study
from shadow_scan.procurement.purchase import Purchase, gained
from shadow_scan.procurement.seats.estimate import WIDE_YEAR
from shadow_scan.vocabulary import some

Way = Literal["buy", "partner", "build", "wait"]

TASK_FIT: Final[Mapping[str, tuple[str, str]]] = {
    "contract-review": ("narrow", "simple"), "finance-analysis": ("narrow", "complex"),
    "supplier-analysis": ("narrow", "complex"), "compliance": ("narrow", "complex"),
    "document-summary": ("narrow", "simple"), "meeting-notes": ("narrow", "simple"),
    "translation": ("narrow", "simple"), "speech": ("narrow", "simple"),
    "image": ("narrow", "simple"), "video": ("narrow", "simple"),
    "presentation": ("narrow", "simple"), "writing": ("broad", "simple"),
    "outbound-sales": ("narrow", "simple"), "marketing-content": ("broad", "simple"),
    "social-listening": ("narrow", "simple"), "customer-support": ("broad", "complex"),
    "recruiting": ("narrow", "complex"), "research": ("broad", "simple"),
    "data-analysis": ("broad", "complex"), "code": ("broad", "complex"),
    "model-building": ("broad", "complex"), "automation": ("broad", "complex"),
}  # fmt: skip
"""Task -> how wide its scope is and how hard to carry out: our reading, not the study's."""

_FIT: Final = {
    ("narrow", "simple"): "narrow in scope and simple to carry out, where such tools did well",
    ("narrow", "complex"): "narrow in scope but hard to carry out: pilot it with one team",
    ("broad", "simple"): "wide in scope and simple: good for assistants, hard to measure",
    ("broad", "complex"): "wide in scope and hard: people decide, the tool helps",
}


@dataclass(frozen=True, slots=True)
class Case:
    """Sentences by what they speak of, in the order in which a reader asks."""

    purchase: Purchase
    way: Way
    sentences: tuple[tuple[str, str], ...]


def case_of(
    purchase: Purchase, name: Callable[[str], str], category: str | None, tasks: tuple[str, ...],
    rivals: Sequence[str], assumed: Assumptions, given: frozenset[str],
) -> Case:  # fmt: skip
    """The case for buying one service. `tasks` are those seen, without the unknown ones; `rivals`
    are licensed services of its category."""
    way, reason = _way(purchase, name, category, rivals)
    parts = (
        ("need", _need(purchase, name(purchase.estimate.service))),
        ("cost", _cost(purchase)),
        ("gain", _gain(purchase, assumed, given)),
        ("way", f"{way.capitalize()}: {reason}."),
        ("tasks", _fit(tasks)),
        ("incumbents", _incumbents(purchase, name)),
        ("time", _time(purchase, assumed, given)),
    )
    return Case(purchase, way, tuple((about, text) for about, text in parts if text))


def _way(
    purchase: Purchase, name: Callable[[str], str], category: str | None, rivals: Sequence[str]
) -> tuple[Way, str]:
    e, price = purchase.estimate, purchase.price
    if rivals:
        return "wait", f"{_listed(rivals, name)} is licensed and is the same kind of tool"
    if not e.regulars or e.regulars < 3:
        return "wait", "too few people use it regularly to decide"
    if category in ("model-api", "llm-gateway", "gpu-cloud"):
        return "build", "it is a model for programs; somebody builds on it already"
    if price is None or price.yearly is None:
        return "partner", "it has no dated list price: ask for a quote and a pilot"
    return "buy", "it is used regularly as it is, and sold by the seat"


def _need(purchase: Purchase, name: str) -> str:
    e = purchase.estimate
    used = f"{some(e.users, 'person uses', 'people use')} {name}"
    if e.regulars is None:
        return f"{used}; the data are too short to tell who does so regularly."
    text = f"{used}; {between(e.low, e.high)} of them regularly"
    if e.next_year is not None:
        text += f", and {between(e.next_low, e.next_high)} in a year if things go on as they do"
    text += f" ({WIDE_YEAR})" if WIDE_YEAR in e.limits else ""
    return text + "."


def _cost(purchase: Purchase) -> str:
    price = purchase.price
    if price is None or purchase.yearly is None:
        return "What it would cost is unknown: no dated price for seats is at hand."
    kind = "your price" if price.own else "list price"
    low, high = money(purchase.yearly_low, None), money(purchase.yearly_high, purchase.currency)
    same = purchase.yearly_low == purchase.yearly_high
    seats = purchase.seats or 0
    paid = price.paid_for(seats)
    least = "" if paid == seats else f"; the plan begins at {paid} seats, all paid for"
    unit = (price.unit or "").replace("-", " and ")
    bought = some(seats, f"seat of {price.plan} costs", f"seats of {price.plan} cost")
    return (
        f"{bought} {money(purchase.yearly, purchase.currency)} a year ({kind} of {price.as_of}: "
        f"{price.amount:g} {price.currency or ''} a {unit}{least})"
        + ("." if same else f"; the range is {low} to {high}.")
    )


def between(low: int | None, high: int | None) -> str:
    """`3 to 5`, or `4` where there is no width."""
    if low is None or high is None:
        return "unknown"
    return f"{low:,}" if low == high else f"{low:,} to {high:,}"


def money(amount: float | None, currency: str | None) -> str:
    return "unknown" if amount is None else f"{amount:,.0f} {currency or ''}".strip()


def _gain(purchase: Purchase, assumed: Assumptions, given: frozenset[str]) -> str:
    minutes, price = purchase.break_even_minutes, purchase.break_even_price
    hour = f"{assumed.hour_cost:g} {assumed.currency} an hour"
    hour += "" if "hour_cost" in given else " (our default)"
    text = ""
    if minutes is not None:
        text = f"It pays for itself if a seat saves {minutes:g} minutes a week, at {hour}. "
    if price is not None and purchase.seats:
        worth = money(gained(assumed, purchase.seats), assumed.currency)
        text += f"By your assumptions it is worth {worth} a year: up to {price:g} a seat and month."
        if assumed.external_spend_a_year:
            text += " (Each case counts the external spend; it can be replaced only once.)"
    else:
        text += "What it saves is not assumed: set hours_saved_a_week or external_spend_a_year."
    return text


def _fit(tasks: tuple[str, ...]) -> str:
    known = [task for task in tasks if task in TASK_FIT]
    if not known:
        return "What it is used for is not known from these logs."
    parts = [f"{task.replace('-', ' ')} is {_FIT[TASK_FIT[task]]}" for task in known[:3]]
    return "Seen tasks: " + "; ".join(parts) + "."


def _incumbents(purchase: Purchase, name: Callable[[str], str]) -> str:
    if purchase.incumbents:
        held = _listed(purchase.incumbents, name)
        return f"Look first at what is licensed already for this kind of work: {held}."
    if purchase.replaces:
        others = _listed(purchase.replaces[:4], name)
        return f"Used for the same kind of work: {others}; none of them licensed."
    return ""


def _listed(services: Sequence[str], name: Callable[[str], str]) -> str:
    return ", ".join(map(name, services))


def _time(purchase: Purchase, assumed: Assumptions, given: frozenset[str]) -> str:
    price = purchase.price
    bound = price.term_months if price and price.term_months else None
    term = (
        f"{some(bound, 'month')} at this price"
        if bound
        else f"{some(assumed.contract_months, 'month')} (assumed)"
    )
    mark = "" if "exit_months" in given else ", our default"
    leaving = f"{some(assumed.exit_months, 'month')}{mark}"
    return (
        f"Bound for {term}; leaving would take {leaving}, and more with everything that the tool "
        f"learns: agree on export of data now. ({_short(study.CYCLES)})"
    )


def _short(text: str) -> str:
    return text[0].upper() + text[1:]
