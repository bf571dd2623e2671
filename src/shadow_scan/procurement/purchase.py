"""A first purchase: how many seats, on which plan, for what a year, and what price would pay."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

import duckdb

from shadow_scan.filters import Filter
from shadow_scan.governance.assumptions import Assumptions
from shadow_scan.listings.queries import answered, reading
from shadow_scan.procurement.given import Supplies
from shadow_scan.procurement.lenses import Lens, period, prepared
from shadow_scan.procurement.prices import Price, fitting, prices
from shadow_scan.procurement.seats.estimate import Estimate, estimates
from shadow_scan.store.database import named_sql, rows
from shadow_scan.vocabulary import Table

WEEKS_A_MONTH: Final = 52 / 12
_WHICH: Final = ("service", "vendor", "category", "status")
COLUMNS: Final = (
    "service", "team", "users", "regulars", "low", "high", "next_year", "next_low", "next_high",
    "seats", "plan", "price", "currency", "unit", "price_as_of", "price_source", "minimum_seats",
    "yearly_low", "yearly", "yearly_high", "break_even_price", "break_even_minutes", "replaces",
    "incumbents", "limits",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Purchase:
    """What buying a service would mean. Money is in `currency`: `amount` for a unit, the rest for a
    year; None is unknown."""

    estimate: Estimate
    seats: int | None
    price: Price | None
    amount: float | None
    currency: str | None
    yearly_low: float | None
    yearly: float | None
    yearly_high: float | None
    break_even_price: float | None
    """Of a seat and month: below it, what the assumptions say is gained exceeds the cost."""
    break_even_minutes: float | None
    """That each seat must save in a week to pay for all that are paid for, at the price."""
    replaces: tuple[str, ...]
    incumbents: tuple[str, ...]
    limits: tuple[str, ...]

    def cells(self) -> tuple[Any, ...]:
        e, p = self.estimate, self.price
        terms: tuple[Any, ...] = (None,) * 7
        if p is not None:
            terms = (p.plan, self.amount, self.currency, p.unit, p.as_of, p.source, p.minimum_seats)
        return (
            e.service, e.team, e.users, _rounded(e.regulars), e.low, e.high, _rounded(e.next_year),
            e.next_low, e.next_high, self.seats, *terms, self.yearly_low, self.yearly,
            self.yearly_high, self.break_even_price, self.break_even_minutes, list(self.replaces),
            list(self.incumbents), list(self.limits),
        )  # fmt: skip


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 1)


def seats_table(supplies: Supplies, what: Lens, by_team: bool) -> Table:
    """The listing `seats`: a line a service, or a line for each of its teams."""
    with reading(supplies.place) as connection:
        found = purchases(connection, supplies, what)
    wanted = [p for p in found if (p.estimate.team is not None) == by_team]
    wanted.sort(key=lambda p: (-(p.estimate.regulars or 0), -p.estimate.users, p.estimate.service))
    return Table(COLUMNS, [purchase.cells() for purchase in wanted])


def purchases(
    connection: duckdb.DuckDBPyConnection, supplies: Supplies, what: Lens,
    today: date | None = None, *, only_today: bool = False,
) -> list[Purchase]:  # fmt: skip
    """Every service and each of its teams; `only_today`: each service, without a forecast. Raises
    UsageError for prices that cannot be used."""
    prepared(connection, supplies, ("licences",))
    offers = prices(supplies.rules, supplies.path("prices"), today or date.today())
    within = period(connection, what.asked)
    overlap = _overlap(connection, what)
    licensed = {row[0] for row in rows(connection, "SELECT DISTINCT service FROM licences")}
    found = []
    seats = estimates(connection, within, what.activity, what.asked, only_today=only_today)
    for estimate in seats:
        others = overlap.get(estimate.service, [])
        found.append(
            _purchase(estimate, offers.get(estimate.service, []), others, licensed, supplies)
        )
    return found


def _overlap(connection: duckdb.DuckDBPyConnection, what: Lens) -> Mapping[str, list[str]]:
    """Service -> others used for the same, the nearest first, whichever services are asked for."""
    sql = named_sql(__package__, "overlap")
    wide = Filter(tuple(c for c in what.asked.conditions if c.term and c.term.name not in _WHICH))
    found: dict[str, list[str]] = {}
    for service, other, *_ in answered(connection, sql, what.activity, wide).rows:
        found.setdefault(service, []).append(other)
    return found


def _purchase(
    estimate: Estimate,
    offers: list[Price],
    others: Sequence[str],
    licensed: set[str],
    supplies: Supplies,
) -> Purchase:
    assumed = supplies.procurement.assumptions
    seats = seats_to_buy(estimate, assumed)
    price = fitting(offers, seats or 1)
    alone = estimate.team is None
    low, middle, high = (
        _cost(price, count, assumed, alone=alone)
        for count in (_with_headroom(estimate.low, assumed), seats,
                      _with_headroom(estimate.high, assumed))
    )  # fmt: skip
    paid = price.paid_for(seats, alone=alone) if price and seats is not None else seats
    limits = (*estimate.limits, *_price_limits(price, offers, seats, paid, assumed))
    return Purchase(
        estimate, seats, price, _amount(price, assumed), _currency(price, assumed),
        low, middle, high,
        break_even_price(assumed, seats, paid), break_even_minutes(price, assumed, seats, paid),
        tuple(o for o in others if o not in licensed), tuple(o for o in others if o in licensed),
        limits,
    )  # fmt: skip


def seats_to_buy(estimate: Estimate, assumed: Assumptions) -> int | None:
    """For a first purchase: the regular users expected now, rounded up within their range, with the
    headroom that the assumptions ask for. Growth is bought when it has come."""
    if estimate.regulars is None or estimate.high is None:
        return None
    return _with_headroom(min(estimate.regulars, float(estimate.high)), assumed)


def _with_headroom(count: float | None, assumed: Assumptions) -> int | None:
    return None if count is None else math.ceil(round(count * (1 + assumed.seats_headroom), 6))


def _rate(price: Price, assumed: Assumptions) -> float | None:
    """From the price's currency to the assumptions'; None where no rate is given."""
    if price.currency in (None, assumed.currency):
        return 1.0
    return assumed.exchange.get(price.currency or "")


def _amount(price: Price | None, assumed: Assumptions) -> float | None:
    """Of a unit, in the currency of the row."""
    if price is None or price.amount is None:
        return None
    rate = _rate(price, assumed)
    return price.amount if rate in (None, 1.0) else round(price.amount * rate, 2)


def _currency(price: Price | None, assumed: Assumptions) -> str | None:
    if price is None:
        return None
    return assumed.currency if _rate(price, assumed) is not None else price.currency


def _cost(
    price: Price | None, seats: int | None, assumed: Assumptions, *, alone: bool
) -> float | None:
    """A year's cost."""
    if price is None or seats is None:
        return None
    cost, rate = price.yearly_cost(seats, alone=alone), _rate(price, assumed)
    return None if cost is None else round(cost * (1.0 if rate is None else rate), 2)


def gained(assumed: Assumptions, seats: int) -> float | None:
    """What the assumptions say is gained in a year; None where they say nothing."""
    hours = assumed.hours_saved_a_week
    saved = None if hours is None else hours * assumed.hour_cost * 52 * seats
    spend = assumed.external_spend_a_year
    replaced = None if spend is None else spend * assumed.external_share_replaced
    known = [amount for amount in (saved, replaced) if amount is not None]
    return sum(known) if known else None


def break_even_price(assumed: Assumptions, seats: int | None, paid: int | None) -> float | None:
    """What the seats gain, over all that are paid for."""
    if not seats or not paid:
        return None
    gain = gained(assumed, seats)
    return None if gain is None else round(gain / paid / 12, 2)


def break_even_minutes(
    price: Price | None, assumed: Assumptions, seats: int | None, paid: int | None
) -> float | None:
    if price is None or not price.yearly or not price.is_per_seat or not assumed.hour_cost:
        return None
    rate, share = _rate(price, assumed), paid / seats if seats and paid else 1.0
    if rate is None:
        return None
    return round(price.yearly * rate * share / 52 / assumed.hour_cost * 60, 1)


def _price_limits(
    price: Price | None, offers: Sequence[Price], seats: int | None, paid: int | None,
    assumed: Assumptions,
) -> list[str]:  # fmt: skip
    if price is None:
        return [
            "its list price is not for seats: cost unknown" if offers else "no dated price known"
        ]
    limits = []
    if not price.own:
        limits.append(f"list price of {price.as_of}, not a quote")
    if paid != seats:
        limits.append(f"the plan begins at {paid} seats: that many are paid for")
    if price.trains is None:
        limits.append(f"whether {price.plan} trains on what is sent is unknown")
    if price.sign_on is None:
        limits.append(f"whether {price.plan} has single sign-on is unknown")
    rate = _rate(price, assumed)
    if rate not in (None, 1.0):
        limits.append(f"{price.amount:g} {price.currency}, at your rate of {rate:g}")
    if rate is None:
        limits.append(f"no exchange rate from {price.currency} to {assumed.currency} is given")
    if price.unit and price.unit.endswith("add-on"):
        limits.append("an add-on: the licence below it comes on top")
    return limits
