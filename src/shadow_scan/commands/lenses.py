"""The lenses on use: what it is worth, how far it went, what left, who is covered."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, Annotated

import typer

from shadow_scan.commands import options
from shadow_scan.commands.supplied import LicencesOption, hint, seen, show, supplies_of
from shadow_scan.vocabulary import Activity, OutputFormat

if TYPE_CHECKING:
    from shadow_scan.procurement.given import Supplies


class Who(StrEnum):
    SERVICE = "service"
    TEAM = "team"
    USER = "user"


class Period(StrEnum):
    ALL = "all"
    MONTH = "month"
    WEEK = "week"


class Champions(StrEnum):
    TEAMS = "teams"
    PEOPLE = "people"


def value(
    words: options.FilterArgument = None,
    champions: Annotated[
        Champions | None,
        typer.Option("--champions", help="Whom to ask: teams, or people if settings allow."),
    ] = None,
    workspace: options.WorkspaceOption = None,
    activity: options.ActivityOption = Activity.PEOPLE,
    output_format: options.FormatOption = OutputFormat.TABLE,
    output: options.OutputOption = None,
    share: options.ShareOption = False,
) -> None:
    """What the use of a service is worth to a team, by task.

    regulars: in half of the last four weeks, a day a week; return_rate: weeks of use that the next
    week followed; depth: requests of the middle session; minutes: its length; spread: users of the
    team's people; persistence: weeks of use of all since the first; champion: sustained deep use.
    Examples: `shadow-scan value service:chatgpt`, `shadow-scan value --champions teams`
    """
    supplies = supplies_of(workspace)
    if champions is None:
        table = seen(supplies, "value", activity, words)
    else:
        people = champions is Champions.PEOPLE
        if people:
            _allow_people(supplies)
        table = seen(supplies, "champions", activity, words, people=people)
    show(table, output_format, output, supplies)


def funnel(
    words: options.FilterArgument = None,
    workspace: options.WorkspaceOption = None,
    activity: options.ActivityOption = Activity.PEOPLE,
    output_format: options.FormatOption = OutputFormat.TABLE,
    output: options.OutputOption = None,
    share: options.ShareOption = False,
) -> None:
    """How far each tool came: tried, piloted, in sustained use.

    piloted: three days within a fortnight, or sustained; sustained: four days in three weeks of 28
    days; stage: as far as three people came, with the days on which they had. Days between are
    medians over people whose begin is in the data (begin_known). The study's figures stand beside,
    as the study's.
    Example: `shadow-scan funnel category:chat`
    """
    supplies = supplies_of(workspace)
    show(seen(supplies, "funnel", activity, words), output_format, output, supplies)


def exposure(
    words: options.FilterArgument = None,
    by: Annotated[Who, typer.Option("--by", help="Who sent it.")] = Who.SERVICE,
    workspace: options.WorkspaceOption = None,
    activity: options.ActivityOption = Activity.PEOPLE,
    output_format: options.FormatOption = OutputFormat.TABLE,
    output: options.OutputOption = None,
    share: options.ShareOption = False,
) -> None:
    """What was sent, to whom, under which terms.

    By service, plan and account. large_uploads: sessions that sent 1 MB or more; unsized: sessions
    whose log shows no sizes; training_default: what the vendor does with it unless told otherwise,
    with its source. Example: `shadow-scan exposure --by team "bytes_up:>1MB"`
    """
    supplies = supplies_of(workspace)
    table = seen(supplies, "exposure", activity, words, who=by.value)
    show(table, output_format, output, supplies)


def agents(
    words: options.FilterArgument = None,
    workspace: options.WorkspaceOption = None,
    output_format: options.FormatOption = OutputFormat.TABLE,
    output: options.OutputOption = None,
    share: options.ShareOption = False,
) -> None:
    """Programs and agents, apart from people's use.

    kind: mcp, a2a (by endpoint or host, also on hosts that no rule knows), sdk, cli, agent, script
    (by the client's name), model-api, agent-service. Example: `shadow-scan agents kind:mcp`
    """
    supplies = supplies_of(workspace)
    table = seen(supplies, "agents", Activity.ALL, words)
    show(table, output_format, output, supplies)


def gap(
    words: options.FilterArgument = None,
    licences: LicencesOption = None,
    by: Annotated[Period, typer.Option("--by", help="The whole period, or each month or week.")] = (
        Period.ALL
    ),
    workspace: options.WorkspaceOption = None,
    activity: options.ActivityOption = Activity.PEOPLE,
    output_format: options.FormatOption = OutputFormat.TABLE,
    output: options.OutputOption = None,
    share: options.ShareOption = False,
) -> None:
    """People seen using AI, against people covered by what is licensed.

    licensed: people with a licence, and seats; users_covered: users of a service that a licence or
    a ruling covers for them; users_outside: users of one that nothing covers; only_outside: of
    nothing else. Licences: --licences, or licences.csv in the workspace.
    Example: `shadow-scan gap --licences licences.csv --by month`
    """
    supplies = supplies_of(workspace, licences=licences)
    hint(supplies, "licences", "who is licensed is unknown; name a table with --licences FILE")
    show(seen(supplies, "gap", activity, words, by=by.value), output_format, output, supplies)


def _allow_people(supplies: Supplies) -> None:
    from shadow_scan.errors import UsageError
    from shadow_scan.settings import load_settings

    if not load_settings(supplies.place.settings).champions_as_people:
        raise UsageError(
            "champions are shown as teams here, not as people",
            where=str(supplies.place.settings),
            remedy="write `champions_as_people = true` there if your policy allows it",
        )
