"""Where the money for AI goes: a CSV of amounts by team or by business function."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Final

from shadow_scan.governance.sheets import CURRENCY, TEAM, Sheet, Synonyms, words_of
from shadow_scan.identity.text import label
from shadow_scan.procurement.functions import function_of
from shadow_scan.rules.ruleset import RuleSet

_SYNONYMS: Final[Synonyms] = {
    "function": ("function", "businessfunction", "area", "funktion", "fonction"),
    "team": TEAM,
    "amount": ("amount", "budget", "cost", "spend", "yearly", "betrag", "montant"),
    "currency": CURRENCY,
    "item": ("item", "what", "purpose", "vendor", "project", "description"),
}


@dataclass(frozen=True, slots=True)
class BudgetLine:
    function: str | None
    team: str | None
    amount: float
    currency: str | None
    item: str | None


def read_budget(path: Path, rules: RuleSet) -> list[BudgetLine]:
    """The lines of a budget CSV, all in one currency.

    Raises UsageError that names every line without an amount, or with a second currency.
    """
    sheet = Sheet.opened(
        path,
        _SYNONYMS,
        (("function", "team"), ("amount",)),
        "team,amount,currency,item",
        words_of(rules),
    )
    found: list[BudgetLine] = []
    for row in sheet.rows():
        amount = sheet.amount(row, "amount")
        words = sheet.text(row, "function")
        function, team = function_of(words), label(sheet.text(row, "team") or "")
        currency = (sheet.text(row, "currency") or "").upper() or None
        if words and function is None:
            sheet.wrong(row, f"unknown business function '{words[:40]}'")
        if amount is None:
            sheet.wrong(row, "no amount")
        elif found and found[0].currency != currency:
            sheet.wrong(row, "another currency than the first line has")
        else:
            found.append(BudgetLine(function, team, amount, currency, sheet.text(row, "item")))
    sheet.finish("give each line an amount, in one currency, and a team or a business function")
    return found
