"""`replay`: what a decision would touch, before it is taken."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from shadow_scan.commands import options
from shadow_scan.commands.supplied import named
from shadow_scan.console import note
from shadow_scan.errors import UsageError
from shadow_scan.vocabulary import Activity, OutputFormat

if TYPE_CHECKING:
    from shadow_scan.procurement.given import Supplies
    from shadow_scan.procurement.replay import Plan

_WAYS = "--unsanction X, --license Z, or --consolidate A,B,C --into D"


def replay(
    unsanction: Annotated[
        str | None, typer.Option("--unsanction", metavar="SERVICE,...", help="Rule these out.")
    ] = None,
    license_: Annotated[
        str | None, typer.Option("--license", metavar="SERVICE", help="License this one.")
    ] = None,
    consolidate: Annotated[
        str | None, typer.Option("--consolidate", metavar="SERVICE,...", help="Replace these ...")
    ] = None,
    into: Annotated[
        str | None, typer.Option("--into", metavar="SERVICE", help="... by this one.")
    ] = None,
    teams: Annotated[
        str | None, typer.Option("--teams", metavar="TEAM,...", help="For these teams alone.")
    ] = None,
    spared: Annotated[
        str | None, typer.Option("--except", metavar="TEAM,...", help="For all but these teams.")
    ] = None,
    since: Annotated[
        str | None, typer.Option("--since", metavar="DATE", help="The first day of the period.")
    ] = None,
    until: Annotated[
        str | None,
        typer.Option("--until", metavar="DATE", help="The last one; later weeks test it."),
    ] = None,
    prices: Annotated[
        Path | None, typer.Option("--prices", metavar="FILE", help="Your own prices (CSV).")
    ] = None,
    workspace: options.WorkspaceOption = None,
    activity: options.ActivityOption = Activity.PEOPLE,
    output_format: options.FormatOption = OutputFormat.TABLE,
    output: options.OutputOption = None,
    share: options.ShareOption = False,
) -> None:
    """What a decision would touch, before it is taken.

    People, sessions, tasks, bytes and money, with the approved alternative for each task. Nothing
    is written. With --until, what the period says of a week is held against the weeks after it.
    Examples: `shadow-scan replay --unsanction chatgpt --except Legal`,
    `shadow-scan replay --license claude --teams Legal,Finance`,
    `shadow-scan replay --consolidate chatgpt,gemini,perplexity --into microsoft-copilot`
    """
    from shadow_scan.commands.current import current_rules
    from shadow_scan.procurement.given import Named, Supplies
    from shadow_scan.procurement.replay import replay as counted
    from shadow_scan.workspace import Workspace

    place = Workspace.located(workspace)
    supplies = Supplies.of(place, current_rules(place).rule_set, Named(prices=prices))
    ways = {"unsanction": unsanction, "license": license_, "consolidate": consolidate}
    scope = (teams, spared, since, until)
    table, notes = counted(supplies, _plan(supplies, ways, into, scope, activity))
    for line in notes:
        note(f"note: {line}")
    if not any(row[4] for row in table.rows):
        note("nobody was seen using it in this period")
    note("nothing was decided: this only counts")
    options.emit(named(table, output_format, supplies.rules), output_format, output)


def _plan(
    supplies: Supplies,
    ways: dict[str, str | None],
    into: str | None,
    scope: Sequence[str | None],
    activity: Activity,
) -> Plan:
    from shadow_scan.procurement.replay import Plan, teams_to_name

    chosen = [way for way, value in ways.items() if value is not None]
    if len(chosen) != 1 or (chosen == ["consolidate"]) is not (into is not None):
        raise UsageError("one decision, please", where="replay", remedy=_WAYS)
    way = chosen[0]
    teams, spared, since, until = scope
    services = _services(supplies, ways[way])
    target = services[0] if way == "license" else None
    if way == "license" and len(services) != 1:
        raise UsageError("one service is licensed at a time", where="--license")
    if into is not None:
        target = _services(supplies, into)[0]
    known = teams_to_name(supplies)
    return Plan(
        services=services,
        into=target,
        only=_teams(teams, known, "--teams"),
        spared=_teams(spared, known, "--except"),
        since=_day(since, "--since"),
        until=_day(until, "--until"),
        activity=activity,
        licensing=way == "license",
    )


def _services(supplies: Supplies, words: str | None) -> tuple[str, ...]:
    from shadow_scan.governance.decisions import known_service

    names = {service.id: service.name for service in supplies.rules.services.values()}
    found = [known_service(word, names) for word in (words or "").split(",") if word.strip()]
    if not found:
        raise UsageError("a service is missing", where="replay", remedy=_WAYS)
    return tuple(dict.fromkeys(found))


def _teams(words: str | None, known: list[str], option: str) -> tuple[str, ...]:
    from shadow_scan.governance.decisions import known_team

    named = [word.strip() for word in (words or "").split(",") if word.strip()]
    found = [known_team(word, known, option) for word in named]
    if words is not None and not found:
        raise UsageError("a team is missing", where=option)
    return tuple(team for team in found if team is not None)


def _day(word: str | None, option: str) -> date | None:
    if word is None:
        return None
    try:
        return date.fromisoformat(word)
    except ValueError:
        remedy = "write a day as 2026-09-21"
        raise UsageError(f"'{word[:40]}' is no day", where=option, remedy=remedy) from None
