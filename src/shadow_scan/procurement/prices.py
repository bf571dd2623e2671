"""What a seat costs: dated list prices of the catalogue, and the organisation's own, which win."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Final

from shadow_scan.governance.sheets import CURRENCY, SERVICE, UNTIL, Sheet, Synonyms, words_of
from shadow_scan.identity.table import Row
from shadow_scan.rules.models import Plan
from shadow_scan.rules.ruleset import RuleSet

UNITS: Final[Mapping[str, float]] = {
    "seat-month": 12, "seat-month add-on": 12, "seat-year": 1, "seat-quarter": 4,
    "workspace-month": 12, "workspace-year": 1, "flat-month": 12, "flat-year": 1,
}  # fmt: skip
"""Unit -> how many of them make a year; every other unit cannot be priced by seats."""
_SYNONYMS: Final[Synonyms] = {
    "service": SERVICE,
    "plan": ("plan", "edition", "sku", "tier"),
    "price": ("price", "listprice", "cost", "amount", "preis", "prix"),
    "currency": CURRENCY,
    "unit": ("unit", "per", "basis", "einheit"),
    "date": ("date", "asof", "pricedate", "quoted", "datum"),
    "minimum": ("minimum", "minimumseats", "min", "minseats"),
    "until": UNTIL,
    "source": ("source", "where", "quote", "quelle"),
    "sign_on": ("signon", "sso", "singlesignon"),
    "trains": ("trains", "training", "trainsondata"),
    "term": ("term", "termmonths", "months", "contractmonths"),
}
_YES: Final = {"yes": True, "true": True, "1": True, "no": False, "false": False, "0": False}


@dataclass(frozen=True, slots=True)
class Price:
    """A plan that can be bought. `yearly` is what one unit costs a year, None where it is no price
    for seats or workspaces; `own`: the organisation's own price, not the list's."""

    service: str
    plan: str
    amount: float | None
    currency: str | None
    unit: str | None
    as_of: str
    source: str
    minimum_seats: int = 1
    sign_on: bool | None = None
    trains: bool | None = None
    term_months: int | None = None
    own: bool = False

    @property
    def yearly(self) -> float | None:
        times = UNITS.get(self.unit or "")
        return None if times is None or self.amount is None else self.amount * times

    @property
    def is_per_seat(self) -> bool:
        return bool(self.unit and self.unit.startswith("seat"))

    def paid_for(self, seats: int, *, alone: bool = True) -> int:
        """Never fewer than the plan's minimum. That is the whole organisation's: a team among
        others pays for its own seats (`alone` False)."""
        return max(seats, self.minimum_seats) if self.is_per_seat and alone else seats

    def yearly_cost(self, seats: int, *, alone: bool = True) -> float | None:
        if self.yearly is None:
            return None
        return self.yearly * (self.paid_for(seats, alone=alone) if self.is_per_seat else 1)


def prices(rules: RuleSet, own: Path | None, today: date) -> dict[str, list[Price]]:
    """Service -> what it can be bought for. Where the organisation has a price of a service, the
    list's are left out. Raises UsageError for a price without a date or a plan that ended."""
    listed = {
        service.id: [_listed(service.id, plan) for plan in service.plans if _buyable(plan, today)]
        for service in rules.services.values()
    }
    return listed | (_own(own, rules, today) if own else {})


def _buyable(plan: Plan, today: date) -> bool:
    return not plan.personal and (plan.ends is None or plan.ends > today.isoformat())


def _listed(service: str, plan: Plan) -> Price:
    name = "paid plan" if plan.name == "paid" else plan.name
    return Price(
        service, name, plan.price, plan.currency, plan.unit, plan.as_of, plan.source,
        plan.minimum_seats or 1, plan.sign_on, plan.trains,
        {"annual": 12, "monthly": 1, None: None}[plan.billed],
    )  # fmt: skip


def _own(path: Path, rules: RuleSet, today: date) -> dict[str, list[Price]]:
    needed = (("service",), ("price",), ("date",))
    sheet = Sheet.opened(
        path,
        _SYNONYMS,
        needed,
        "service,plan,price,currency,unit,date,minimum,until",
        words_of(rules),
    )
    found: dict[str, list[Price]] = {}
    for row in sheet.rows():
        price = _price(sheet, row, today)
        if price is not None:
            found.setdefault(price.service, []).append(price)
    sheet.finish(f"a price needs an amount and its date; units are {', '.join(UNITS)}")
    return found


def _price(sheet: Sheet, row: Row, today: date) -> Price | None:
    service, amount = sheet.service(row), sheet.amount(row, "price")
    quoted, until = sheet.month(row, "date"), sheet.day(row, "until")
    unit = (sheet.text(row, "unit") or "seat-month").lower()
    if sheet.text(row, "date") is None:
        sheet.wrong(row, "a price without a date")
    elif quoted and quoted > today:
        sheet.wrong(row, f"a price of a day to come, {quoted}")
    if until and until <= today:
        sheet.wrong(row, f"a plan that ended on {until}")
    if sheet.text(row, "price") is None:
        sheet.wrong(row, "no price")
    if unit not in UNITS:
        sheet.wrong(row, f"unknown unit '{unit[:40]}'")
    if service is None or amount is None or quoted is None:
        return None
    return Price(
        service, sheet.text(row, "plan") or "own price", amount,
        (sheet.text(row, "currency") or "").upper()[:3] or None, unit,
        sheet.text(row, "date") or "",
        sheet.text(row, "source") or f"own price list, line {row.line}",
        sheet.whole(row, "minimum") or 1, _flag(sheet, row, "sign_on"), _flag(sheet, row, "trains"),
        sheet.whole(row, "term"), own=True,
    )  # fmt: skip


def _flag(sheet: Sheet, row: Row, name: str) -> bool | None:
    text = (sheet.text(row, name) or "").lower()
    if text and text not in _YES:
        sheet.wrong(row, f"{name} '{text[:40]}' is neither yes nor no")
    return _YES.get(text)


def fitting(offers: list[Price], seats: int) -> Price | None:
    """The plan to buy: one that trains on nothing and has sign-on goes before one of which that is
    unknown, and that before one that does not; among those the cheapest a year."""
    priced = [offer for offer in offers if offer.yearly is not None]

    def rank(offer: Price) -> tuple[int, int, float]:
        trains = {False: 0, None: 1, True: 2}[offer.trains]
        sign_on = {True: 0, None: 1, False: 2}[offer.sign_on]
        return trains, sign_on, offer.yearly_cost(seats) or 0.0

    return min(priced, key=rank, default=None)
