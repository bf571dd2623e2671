"""The procurement brief: two pages on which a manager can decide."""

from __future__ import annotations

from typing import Any

from shadow_scan.procurement import study
from shadow_scan.procurement.case import Case, between, case_of, money
from shadow_scan.procurement.purchase import Purchase
from shadow_scan.report import pieces
from shadow_scan.report.document import (
    Block,
    Document,
    Figure,
    Figures,
    Grid,
    Section,
    Sentence,
    note,
)
from shadow_scan.report.gathering import Gathered

_CANDIDATES = 6
_CASES = 3


def brief(known: Gathered) -> Document:
    """The document of `report procurement`."""
    candidates = _candidates(known)
    cases = [_case(known, purchase) for purchase in candidates[:_CASES]]
    sections = [
        Section("decision", "The decision", tuple(_decision(known, candidates, cases))),
        Section("candidates", "Candidates", tuple(_table(known, candidates))),
        *[
            Section(
                f"case-{case.purchase.estimate.service}",
                f"The case for {known.name(case.purchase.estimate.service)}",
                tuple(Sentence(text, about) for about, text in case.sentences),
            )
            for case in cases
        ],
        Section("limits", "What stands behind it", tuple(_ground(known))),
    ]
    return pieces.document(
        known, "procurement", "What to buy, for whom, instead of what", sections,
        assumptions=pieces.assumptions(known),
        purchases=tuple(_parts(known, purchase) for purchase in candidates),
    )  # fmt: skip


def _candidates(known: Gathered) -> list[Purchase]:
    """Services with regular users that nothing rules out, the most used first."""
    status = {row["service"]: row["status"] for row in known.tables["services"].records()}
    found = [
        p for p in known.purchases
        if p.estimate.team is None and (p.estimate.regulars or 0) >= 1
        and status.get(p.estimate.service) != "unsanctioned"
    ]  # fmt: skip
    found.sort(key=lambda p: (-(p.estimate.regulars or 0), p.estimate.service))
    return found[:_CANDIDATES]


def _case(known: Gathered, purchase: Purchase) -> Case:
    service = purchase.estimate.service
    rules = known.supplies.rules.services.get(service)
    tasks = dict.fromkeys(
        row["task"] for row in known.tables["matrix"].records() if row["service"] == service
    )
    procurement = known.supplies.procurement
    services = known.supplies.rules.services
    rivals = [
        other
        for other in purchase.incumbents
        if rules and other in services and services[other].category == rules.category
    ]
    return case_of(
        purchase, known.name, rules.category if rules else None,
        tuple(task for task in tasks if task != "unknown"), rivals, procurement.assumptions,
        procurement.given,
    )  # fmt: skip


def _decision(known: Gathered, candidates: list[Purchase], cases: list[Case]) -> list[Block]:
    if not candidates:
        text = "No service has regular users yet, or the data are too short to tell (two weeks)."
        return [Sentence(text, "lead")]
    bought = [case for case in cases if case.way == "buy"]
    if bought:
        first = bought[0].purchase
        text = (
            f"Decide whether to license {known.name(first.estimate.service)}: "
            f"{first.seats:,} seats for {between(first.estimate.low, first.estimate.high)} "
            f"regular users, {money(first.yearly, first.currency)} a year."
        )
    else:
        text = f"Nothing is ripe to buy by the seat; {cases[0].sentences[0][1]}"
    (t,) = known.tables["totals"].records()
    gap = known.tables["gap"].records()
    outside = sum(row["users_outside"] or 0 for row in gap)
    priced = [p for p in candidates if p.yearly is not None]
    figures = (
        Figure("people seen using AI", f"{t['users']:,}", f"{t['services']} services"),
        Figure("use what nothing covers", f"{outside:,}", "no licence, no ruling"),
        Figure("candidates with a price", f"{len(priced)} of {len(candidates)}", "for seats"),
    )
    return [Sentence(text, "lead"), Figures(figures)]


def _table(known: Gathered, candidates: list[Purchase]) -> list[Block]:
    terms = {row["service"]: row for row in known.tables["exposure"].records()}
    rows = []
    for p in candidates:
        e = p.estimate
        exposed: dict[str, Any] = terms.get(e.service, {})
        then = between(e.next_low, e.next_high) if e.next_year is not None else None
        price = (
            f"{p.price.plan}, {p.price.amount:g} {p.price.currency or ''} ({p.price.as_of})"
            if p.price and p.price.amount is not None
            else None
        )
        rows.append(
            (known.name(e.service), e.users, between(e.low, e.high), then, p.seats, price,
             None if p.yearly is None else money(p.yearly, p.currency), p.break_even_minutes,
             exposed.get("bytes_up"), exposed.get("status"))
        )  # fmt: skip
    columns = ("service", "users", "range", "next", "seats", "price", "yearly", "minutes",
               "bytes_up", "status")  # fmt: skip
    shown = ("service", "people", "regular", "in a year", "seats", "plan, seat and month",
             "a year", "pays at, min a week", "sent", "ruled")  # fmt: skip
    return [pieces.seat_bars(known, _CANDIDATES), Grid("", columns, shown, tuple(rows))]


def _ground(known: Gathered) -> list[Block]:
    limits = dict.fromkeys(
        limit for p in known.purchases if p.estimate.team is None for limit in p.estimate.limits
    )
    assumed = "; ".join(
        f"{a.name.replace('_', ' ')} {a.value if a.value is not None else 'unknown'}"
        + ("" if a.given else " (default)")
        for a in pieces.assumptions(known)
    )
    return [
        Sentence(f"Assumptions, to be edited in procurement.toml: {assumed}."),
        pieces.carried(known),
        *([Sentence("; ".join(limits).capitalize() + ".")] if limits else []),
        note(
            f"Beside it, {study.NAME}: {study.LIMITS}. {_rest(study.PARTNERS)}; "
            f"{_rest(study.SAVINGS)}; {_rest(study.INCUMBENTS)}."
        ),
    ]


def _rest(text: str) -> str:
    return text.removeprefix("the study: ")


def _parts(known: Gathered, purchase: Purchase) -> dict[str, Any]:
    e, price = purchase.estimate, purchase.price
    own = price is not None and price.currency not in (
        None, known.supplies.procurement.assumptions.currency,
    )  # fmt: skip
    rates = known.supplies.procurement.assumptions.exchange
    return {
        "service": known.name(e.service), "low": e.low, "regulars": e.regulars, "high": e.high,
        "plan": price.plan if price else None, "price": price.amount if price else None,
        "unit": price.unit if price else None, "currency": price.currency if price else None,
        "rate": rates.get(price.currency or "") if price and own else 1.0,
        "minimum": price.minimum_seats if price else None,
        "as_of": price.as_of if price else None, "seats": purchase.seats,
        "yearly": purchase.yearly, "minutes": purchase.break_even_minutes,
    }  # fmt: skip
