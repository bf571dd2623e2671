"""The lenses of procurement: what use is worth, where it stands, whom and what it touches."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from shadow_scan.commands import options
from shadow_scan.vocabulary import Activity, OutputFormat, Table

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


class Seats(StrEnum):
    SERVICE = "service"
    TEAM = "team"


class Champions(StrEnum):
    TEAMS = "teams"
    PEOPLE = "people"


def _csv(name: str, help_text: str) -> Any:
    return typer.Option(f"--{name}", metavar="FILE", help=help_text, show_default=False)


LicencesOption = Annotated[
    Path | None,
    _csv("licences", "What is bought: service,user or service,team,seats; also plan,since,until."),
]
BudgetOption = Annotated[
    Path | None, _csv("budget", "Where the money goes: team or function, amount, currency.")
]
AnswersOption = Annotated[
    Path | None, _csv("answers", "What people know: service,criterion,answer,reason,by,date.")
]


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
    supplies = _supplies(workspace)
    if champions is None:
        table = _seen(supplies, "value", activity, words)
    else:
        people = champions is Champions.PEOPLE
        if people:
            _allow_people(supplies)
        table = _seen(supplies, "champions", activity, words, people=people)
    _show(table, output_format, output)


def funnel(
    words: options.FilterArgument = None,
    workspace: options.WorkspaceOption = None,
    activity: options.ActivityOption = Activity.PEOPLE,
    output_format: options.FormatOption = OutputFormat.TABLE,
    output: options.OutputOption = None,
    share: options.ShareOption = False,
) -> None:
    """How far each tool came: tried, piloted, in sustained use.

    piloted: three days within a fortnight; sustained: four days in three weeks of 28 days. Days
    between are medians over people whose begin is in the data (begin_known). The study's figures
    stand beside, as the study's. Example: `shadow-scan funnel category:chat`
    """
    _show(_seen(_supplies(workspace), "funnel", activity, words), output_format, output)


def grid(
    words: options.FilterArgument = None,
    answers: AnswersOption = None,
    workspace: options.WorkspaceOption = None,
    activity: options.ActivityOption = Activity.PEOPLE,
    output_format: options.FormatOption = OutputFormat.TABLE,
    output: options.OutputOption = None,
    share: options.ShareOption = False,
) -> None:
    """Where each tool in use stands: fitted to our work, keeps and learns.

    customisation and memory are facts of the catalogue or answers of your people, with their
    sources; what nobody knows is a question for the vendor. Example: `shadow-scan grid`
    """
    supplies = _supplies(workspace, scorecard=answers)
    _show(_seen(supplies, "grid", activity, words), output_format, output)


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
    table = _seen(_supplies(workspace), "exposure", activity, words, who=by.value)
    _show(table, output_format, output)


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
    table = _seen(_supplies(workspace), "agents", Activity.ALL, words)
    _show(table, output_format, output)


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
    supplies = _supplies(workspace, licences=licences)
    _hint(supplies, "licences", "who is licensed is unknown; name a table with --licences FILE")
    _show(_seen(supplies, "gap", activity, words, by=by.value), output_format, output)


def investment(
    words: options.FilterArgument = None,
    budget: BudgetOption = None,
    workspace: options.WorkspaceOption = None,
    activity: options.ActivityOption = Activity.PEOPLE,
    output_format: options.FormatOption = OutputFormat.TABLE,
    output: options.OutputOption = None,
    share: options.ShareOption = False,
) -> None:
    """Where the budget goes and where the use is.

    Front office against back office, by the functions of the people file.
    Example: `shadow-scan investment --budget budget.csv`
    """
    supplies = _supplies(workspace, budget=budget)
    _hint(supplies, "budget", "the budget is unknown; name a table with --budget FILE")
    _show(_seen(supplies, "investment", activity, words), output_format, output)


def survey(
    words: options.FilterArgument = None,
    answers: Annotated[
        Path | None,
        _csv("answers", "What people said: team,guide,uses,tools,barrier,learns,context,hours."),
    ] = None,
    workspace: options.WorkspaceOption = None,
    activity: options.ActivityOption = Activity.PEOPLE,
    output_format: options.FormatOption = OutputFormat.TABLE,
    output: options.OutputOption = None,
) -> None:
    """What people say they use, beside what was seen, by team.

    A CSV of the two question guides, a line an answer; nobody is named. seen_not_named and
    named_not_seen: services that only the logs, or only people, know of.
    Example: `shadow-scan survey --answers survey.csv`
    """
    supplies = _supplies(workspace, survey=answers)
    _hint(supplies, "survey", "nobody was asked yet; name a table with --answers FILE")
    _show(_seen(supplies, "survey", activity, words), output_format, output)


def scorecard(
    words: options.FilterArgument = None,
    answers: AnswersOption = None,
    workspace: options.WorkspaceOption = None,
    activity: options.ActivityOption = Activity.PEOPLE,
    output_format: options.FormatOption = OutputFormat.TABLE,
    output: options.OutputOption = None,
    share: options.ShareOption = False,
) -> None:
    """Each tool in use on the six criteria by which buyers choose.

    What the catalogue states (with source and date) and what was seen are hints; the answer is your
    people's: --answers FILE, or scorecard.csv in the workspace. Unknown stays unknown.
    Example: `shadow-scan scorecard service:claude --format markdown`
    """
    supplies = _supplies(workspace, scorecard=answers)
    _show(_seen(supplies, "scorecard", activity, words), output_format, output)


def seats(
    words: options.FilterArgument = None,
    prices: Annotated[
        Path | None,
        _csv("prices", "Your prices: service,plan,price,currency,unit,date,minimum,until,sso."),
    ] = None,
    licences: LicencesOption = None,
    by: Annotated[Seats, typer.Option("--by", help="A line a service, or for each team.")] = (
        Seats.SERVICE
    ),
    workspace: options.WorkspaceOption = None,
    activity: options.ActivityOption = Activity.PEOPLE,
    output_format: options.FormatOption = OutputFormat.TABLE,
    output: options.OutputOption = None,
    share: options.ShareOption = False,
) -> None:
    """How many seats a first purchase needs, and what they cost.

    regulars: people who use it a day a week, expected, and within low..high with nine chances in
    ten; next_year: the same in a year, where there are eight weeks of data; seats: regulars and the
    headroom of procurement.toml; yearly: of the plan that fits, at its dated price; break_even:
    the price at which your assumptions pay, and minutes a week that pay the price; replaces: what
    else is used for the same; incumbents: of it, what is licensed already. Method: docs/seats.md.
    Examples: `shadow-scan seats service:chatgpt --by team`, `shadow-scan seats --prices prices.csv`
    """
    from shadow_scan.filters import parse
    from shadow_scan.procurement.lenses import Lens
    from shadow_scan.procurement.purchase import seats_table

    supplies = _supplies(workspace, prices=prices, licences=licences)
    what = Lens("seats", activity, parse(words or ()))
    _show(seats_table(supplies, what, by is Seats.TEAM), output_format, output)


def _supplies(workspace: Path | None, **named: Path | None) -> Supplies:
    from shadow_scan.commands.listing import current_rules
    from shadow_scan.procurement.given import Named, Supplies
    from shadow_scan.workspace import Workspace

    place = Workspace.located(workspace)
    return Supplies.of(place, current_rules(place).rule_set, Named(**named))


def _seen(
    supplies: Supplies, name: str, activity: Activity, words: list[str] | None, **given: Any
) -> Table:
    from shadow_scan.filters import parse
    from shadow_scan.procurement.lenses import Lens, lens

    return lens(supplies, Lens(name, activity, parse(words or ()), given))


def _allow_people(supplies: Supplies) -> None:
    from shadow_scan.errors import UsageError
    from shadow_scan.settings import load_settings

    if not load_settings(supplies.place.settings).champions_as_people:
        raise UsageError(
            "champions are shown as teams here, not as people",
            where=str(supplies.place.settings),
            remedy="write `champions_as_people = true` there if your policy allows it",
        )


def _hint(supplies: Supplies, table: str, words: str) -> None:
    from shadow_scan.console import note

    if supplies.path(table) is None:
        note(f"note: {words}")


_SAID_BELOW = ("study", "limits")


def _show(table: Table, wanted: OutputFormat, output: Path | None) -> None:
    """On a screen, what would stand in every line is said once below, not in each."""
    from shadow_scan.console import note

    if wanted is not OutputFormat.TABLE:
        options.emit(table, wanted, output)
        return
    narrow, said = _without(table, _SAID_BELOW)
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
