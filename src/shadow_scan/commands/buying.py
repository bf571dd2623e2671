"""The lenses on a purchase: tools, money, answers of people, seats."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from shadow_scan.commands import options
from shadow_scan.commands.supplied import (
    AnswersOption,
    BudgetOption,
    LicencesOption,
    csv_option,
    hint,
    seen,
    show,
    supplies_of,
)
from shadow_scan.vocabulary import Activity, OutputFormat


class Seats(StrEnum):
    SERVICE = "service"
    TEAM = "team"


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
    supplies = supplies_of(workspace, scorecard=answers)
    show(seen(supplies, "grid", activity, words), output_format, output, supplies)


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
    supplies = supplies_of(workspace, budget=budget)
    hint(supplies, "budget", "the budget is unknown; name a table with --budget FILE")
    show(seen(supplies, "investment", activity, words), output_format, output, supplies)


def survey(
    words: options.FilterArgument = None,
    answers: Annotated[
        Path | None,
        csv_option(
            "answers", "What people said: team,guide,uses,tools,barrier,learns,context,hours."
        ),
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
    supplies = supplies_of(workspace, survey=answers)
    hint(supplies, "survey", "nobody was asked yet; name a table with --answers FILE")
    show(seen(supplies, "survey", activity, words), output_format, output, supplies)


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
    supplies = supplies_of(workspace, scorecard=answers)
    show(seen(supplies, "scorecard", activity, words), output_format, output, supplies)


def seats(
    words: options.FilterArgument = None,
    prices: Annotated[
        Path | None,
        csv_option(
            "prices", "Your prices: service,plan,price,currency,unit,date,minimum,until,sso."
        ),
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

    supplies = supplies_of(workspace, prices=prices, licences=licences)
    what = Lens("seats", activity, parse(words or ()))
    show(seats_table(supplies, what, by is Seats.TEAM), output_format, output, supplies)
