"""What the commands of procurement share: tables beside the logs, and how a lens is shown."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from shadow_scan.commands import options
from shadow_scan.vocabulary import Activity, OutputFormat, Table

if TYPE_CHECKING:
    from shadow_scan.procurement.given import Supplies
    from shadow_scan.rules.ruleset import RuleSet


def csv_option(name: str, help_text: str) -> Any:
    return typer.Option(f"--{name}", metavar="FILE", help=help_text, show_default=False)


LicencesOption = Annotated[
    Path | None,
    csv_option(
        "licences", "What is bought: service,user or service,team,seats; also plan,since,until."
    ),
]
BudgetOption = Annotated[
    Path | None, csv_option("budget", "Where the money goes: team or function, amount, currency.")
]
AnswersOption = Annotated[
    Path | None, csv_option("answers", "What people know: service,criterion,answer,reason,by,date.")
]


def supplies_of(workspace: Path | None, **named: Path | None) -> Supplies:
    from shadow_scan.commands.current import current_rules
    from shadow_scan.procurement.given import Named, Supplies
    from shadow_scan.workspace import Workspace

    place = Workspace.located(workspace)
    return Supplies.of(place, current_rules(place).rule_set, Named(**named))


def seen(
    supplies: Supplies, name: str, activity: Activity, words: list[str] | None, **given: Any
) -> Table:
    from shadow_scan.filters import parse
    from shadow_scan.procurement.lenses import Lens, lens

    return lens(supplies, Lens(name, activity, parse(words or ()), given))


def hint(supplies: Supplies, table: str, words: str) -> None:
    from shadow_scan.console import note

    if supplies.path(table) is None:
        note(f"note: {words}")


_SAID_BELOW = ("study", "limits")


_SERVICES = frozenset(
    {"service", "to_service", "replaces", "incumbents", "seen_not_named", "named_not_seen"}
)
"""Columns that hold a service, or several."""


def named(table: Table, wanted: OutputFormat, rules: RuleSet) -> Table:
    """For people: the names of services instead of their ids."""
    if wanted is not OutputFormat.TABLE:
        return table
    names = {service.id: service.name for service in rules.services.values()}

    def name(cell: Any) -> Any:
        return [*map(name, cell)] if isinstance(cell, list) else names.get(cell, cell)

    at = [place for place, column in enumerate(table.columns) if column in _SERVICES]
    rows = [
        tuple(name(cell) if place in at else cell for place, cell in enumerate(row))
        for row in table.rows
    ]
    return Table(table.columns, rows)


def show(table: Table, wanted: OutputFormat, output: Path | None, supplies: Supplies) -> None:
    """On a screen, what would stand in every line is said once below, not in each."""
    from shadow_scan.console import note

    if wanted is not OutputFormat.TABLE:
        options.emit(table, wanted, output)
        return
    narrow, said = _without(named(table, wanted, supplies.rules), _SAID_BELOW)
    options.emit(_without_empty(narrow), wanted, output)
    for text in said:
        note(text)


def _without(table: Table, names: tuple[str, ...]) -> tuple[Table, list[str]]:
    kept = [at for at, name in enumerate(table.columns) if name not in names]
    dropped = [at for at, name in enumerate(table.columns) if name in names]
    cells = [row[at] for row in table.rows for at in dropped if row[at]]
    said = [text for cell in cells for text in (cell if isinstance(cell, list) else [cell])]
    return _only(table, kept), list(dict.fromkeys(said))


def _without_empty(table: Table) -> Table:
    if not table.rows:
        return table
    return _only(
        table,
        [
            at
            for at, _ in enumerate(table.columns)
            if any(row[at] not in (None, "", []) for row in table.rows)
        ],
    )


def _only(table: Table, places: list[int]) -> Table:
    columns = tuple(table.columns[at] for at in places)
    return Table(columns, [tuple(row[at] for at in places) for row in table.rows])
