"""The business case of one service, as lines to read."""

from __future__ import annotations

from shadow_scan.errors import UsageError
from shadow_scan.listings.glance import asked_listing
from shadow_scan.procurement.case import case_of
from shadow_scan.procurement.lenses import Lens
from shadow_scan.procurement.purchase import Purchase, purchases
from shadow_scan_tui.loading import Asking


def case_lines(asking: Asking, service: str) -> list[str]:
    """Sentences in the order in which a reader asks, with every limit."""
    bought = _bought(asking, service)
    services = asking.desk.matcher.rule_set.services
    category = services[service].category if service in services else None
    rivals = [
        other
        for other in bought.incumbents
        if other in services and services[other].category == category
    ]
    tasks = [record["task"] for record in _tasks(asking, service)]
    procurement = asking.supplies.procurement
    case = case_of(
        bought,
        lambda known: services[known].name if known in services else known,
        category,
        tuple(tasks),
        rivals,
        procurement.assumptions,
        procurement.given,
    )
    lines = [
        line for about, text in case.sentences for line in (about.capitalize(), f"  {text}", "")
    ]
    limits = [f"  - {limit}" for limit in bought.limits]
    return [*lines, "Limits", *(limits or ["  none known"]), "",
            "Assumptions stand in procurement.toml of the workspace; "
            "e writes the whole brief as .html or .xlsx."]  # fmt: skip


def _bought(asking: Asking, service: str) -> Purchase:
    asked = asking.scope.asked(f"service:{service}")
    found = purchases(asking.connection, asking.supplies, Lens("seats", asked=asked))
    for purchase in found:
        if purchase.estimate.service == service and purchase.estimate.team is None:
            return purchase
    raise UsageError(
        "nobody used it within this filter and period", remedy="[ asks for a longer period"
    )


def _tasks(asking: Asking, service: str) -> list[dict[str, str]]:
    asked = asking.scope.asked(f"service:{service} -task:unknown")
    return asked_listing(asking.connection, "tasks", asked).records()
