"""`reveal` and `displacement`: who is behind a pseudonym, and where people went."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from shadow_scan.commands import options
from shadow_scan.commands.supplied import LicencesOption, named
from shadow_scan.console import note, visible
from shadow_scan.errors import UsageError
from shadow_scan.vocabulary import Activity, OutputFormat


def reveal(
    pseudonym: Annotated[str, typer.Argument(metavar="PSEUDONYM", help="As u-0123456789.")],
    reason: Annotated[str, typer.Option("--reason", metavar="TEXT", help="Why; it is kept.")],
    people: Annotated[
        Path | None,
        typer.Option("--people", metavar="FILE", help="The people file; else the last one."),
    ] = None,
    workspace: options.WorkspaceOption = None,
) -> None:
    """The name behind a pseudonym; that it was asked for is written down.

    The name is recomputed from the people file and the key, and is stored nowhere. The ledger
    keeps who asked, when and why, also where nobody was found.
    Example: `shadow-scan reveal u-0123456789 --reason "incident 31, agreed with the council"`
    """
    from shadow_scan.listings.reveal import reveal as look
    from shadow_scan.workspace import Workspace

    found = look(Workspace.located(workspace), pseudonym, reason, people)
    if not found.same_file:
        note("note: this is not the people file that the workspace was last filled with")
    note("this was written to the ledger: `shadow-scan decisions log`")
    told = [visible(part) for part in (found.name, found.team) if part]
    sys.stdout.write("\t".join(told) + "\n")


def displacement(
    words: options.FilterArgument = None,
    service: Annotated[
        str | None, typer.Option("--service", help="With --on: of whom to look for the way.")
    ] = None,
    on: Annotated[
        str | None,
        typer.Option("--on", metavar="DATE", help="The day of a block, a licence or a nudge."),
    ] = None,
    licences: LicencesOption = None,
    workspace: options.WorkspaceOption = None,
    activity: options.ActivityOption = Activity.PEOPLE,
    output_format: options.FormatOption = OutputFormat.TABLE,
    output: options.OutputOption = None,
    share: options.ShareOption = False,
) -> None:
    """Who bypasses the sanctioned service, and who moved where.

    `bypass`: has the sanctioned one (was seen using it, or has a licence) and uses another for the
    same. After a decision: stayed, uses both, moved to approved, moved to another, stopped; four
    weeks before and after are compared. Licences: --licences, or licences.csv in the workspace.
    Examples: `shadow-scan displacement team:legal`,
    `shadow-scan displacement --service chatgpt --on 2026-09-21`
    """
    from functools import partial

    from shadow_scan.commands.current import current_rules
    from shadow_scan.filters import parse
    from shadow_scan.governance.decisions import known_service
    from shadow_scan.listings.displacement import ENOUGH_DAYS
    from shadow_scan.listings.displacement import displacement as found
    from shadow_scan.procurement.given import Named, Supplies, licensed_as_named
    from shadow_scan.workspace import Workspace

    place = Workspace.located(workspace)
    rules = current_rules(place).rule_set
    watched = None
    if service is None and on is not None:
        remedy = "write --service chatgpt --on 2026-09-21"
        raise UsageError("a day needs a service", where="--service", remedy=remedy)
    if service is not None:
        names = {known.id: known.name for known in rules.services.values()}
        watched = (known_service(service, names), _day(on))
    supplies = Supplies.of(place, rules, Named(licences=licences))
    licensed = partial(licensed_as_named, supplies=supplies)
    table = found(place, activity, parse(words or ()), watched, licensed)
    if not table.rows:
        note("nobody to show: it needs a sanctioned service, a licence, or data around a day")
    early = {row[7] for row in table.rows if row[8] is not None and row[8] < ENOUGH_DAYS}
    for day in sorted(early):
        note(f"note: fewer than {ENOUGH_DAYS} days of data since {day}: too early to say who moved")
    options.emit(named(table, output_format, rules), output_format, output)


def _day(word: str | None) -> str:
    from datetime import date

    try:
        return date.fromisoformat(word or "").isoformat()
    except ValueError:
        remedy = "write --service chatgpt --on 2026-09-21"
        raise UsageError("a service needs a day", where="--on", remedy=remedy) from None
