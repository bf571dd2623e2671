"""`decide` and `decisions`: people's rulings, and the ledger that holds them."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Annotated

import typer

from shadow_scan.commands import options
from shadow_scan.console import note
from shadow_scan.errors import EXIT_FINDINGS
from shadow_scan.vocabulary import OutputFormat, Table, some

if TYPE_CHECKING:
    from shadow_scan.governance.ledger import History

_SHOWN_PROBLEMS = 20


def decide(
    service: Annotated[str, typer.Argument(metavar="SERVICE", help="Its id or its name.")],
    status: Annotated[
        str,
        typer.Argument(
            metavar="STATUS",
            help="sanctioned, tolerated, unsanctioned, under-review; unreviewed takes it back.",
        ),
    ],
    reason: Annotated[str, typer.Option("--reason", metavar="TEXT", help="Why.")],
    plan: Annotated[
        str | None, typer.Option("--plan", help="For this plan alone, as enterprise.")
    ] = None,
    team: Annotated[str | None, typer.Option("--team", help="For this team alone.")] = None,
    owner: Annotated[
        str | None, typer.Option("--owner", help="Who answers for it, a person or a team.")
    ] = None,
    until: Annotated[
        str | None,
        typer.Option("--until", metavar="DATE", help="When it ends; 'tolerated' needs one."),
    ] = None,
    measure: Annotated[
        str | None, typer.Option("--measure", metavar="TEXT", help="By what it is judged.")
    ] = None,
    review: Annotated[
        str | None, typer.Option("--review", metavar="DATE", help="When it is looked at again.")
    ] = None,
    workspace: options.WorkspaceOption = None,
) -> None:
    """Rule on a service, for everybody or for a team or plan.

    Appended to the ledger with what is counted now. The latest one of a scope holds;
    'unreviewed' takes it back. Examples:
    `shadow-scan decide chatgpt tolerated --until 2027-03-31 --reason "until the pilot ends"`,
    `shadow-scan decide claude sanctioned --team Legal --owner "J. Doe" --reason "contract 12"
    --measure "hours per contract" --review 2027-06-01`
    """
    from shadow_scan.commands.current import current_rules
    from shadow_scan.governance.decisions import Proposal
    from shadow_scan.listings.decisions import decide as write
    from shadow_scan.workspace import Workspace

    place = Workspace.located(workspace)
    place.create()
    asked = Proposal(service, status, reason, plan, team, owner, until, measure, review)
    written = write(place, current_rules(place).rule_set, asked)
    counted = written.numbers
    scope = [written.team, f"plan {written.plan}" if written.plan else None]
    whom = " and ".join(filter(None, scope)) or "everybody"
    note(
        f"{written.service} is {written.status} for {whom}; written with "
        f"{some(counted.users, 'user')} and {some(counted.sessions, 'session')} as of now. "
        "`shadow-scan decisions` lists all"
    )


app = typer.Typer(help="List the decisions, and verify their ledger.")


@app.callback(invoke_without_command=True)
def decisions(
    context: typer.Context,
    workspace: options.WorkspaceOption = None,
    output_format: options.FormatOption = OutputFormat.TABLE,
    output: options.OutputOption = None,
) -> None:
    """Every decision, the latest first: what it was based on, and what its use is now.

    `state` is in force, lapsed, replaced or withdrawn. Example: `shadow-scan decisions verify`
    """
    if context.invoked_subcommand is not None:
        return
    from shadow_scan.commands.current import current_rules
    from shadow_scan.listings.decisions import decisions as listed
    from shadow_scan.workspace import Workspace

    place = Workspace.located(workspace)
    found = listed(place, current_rules(place).rule_set)
    _say_damage(found.history)
    if not found.table.rows:
        note("no decisions yet: `shadow-scan decide SERVICE STATUS --reason TEXT` writes one")
    shown = _for_people(found.table) if output_format is OutputFormat.TABLE else found.table
    options.emit(shown, output_format, output)


_SHOWN = (
    *("time", "service", "status", "state", "team", "plan", "reason", "owner", "until", "review"),
    *("users", "users_now"),
)


def _for_people(table: Table) -> Table:
    """What a terminal has room for: no column that is empty in every line."""
    records = table.records()
    filled = [name for name in _SHOWN if any(record[name] is not None for record in records)]
    columns = tuple(filled if records else _SHOWN)
    return Table(columns, [tuple(record[name] for name in columns) for record in records])


@app.command()
def verify(workspace: options.WorkspaceOption = None) -> None:
    """Check every line of the ledger against the one before it.

    Exit 1, with file and line, if anything is not as it was written.
    """
    from shadow_scan.listings.decisions import verified
    from shadow_scan.workspace import Workspace

    history = verified(Workspace.located(workspace))
    for problem in history.problems:
        sys.stdout.write(f"{problem}\n")
    for name, head in sorted(history.heads.items()):
        sys.stdout.write(f"{name}: {some(head.lines, 'line')}, the last one is {head.digest}\n")
    problems = some(len(history.problems), "problem")
    sys.stdout.write(f"{problems} in {some(len(history.entries), 'entry', 'entries')}\n")
    if history.problems:
        raise typer.Exit(EXIT_FINDINGS)


@app.command()
def log(
    workspace: options.WorkspaceOption = None,
    output_format: options.FormatOption = OutputFormat.TABLE,
    output: options.OutputOption = None,
) -> None:
    """Everything that the ledger holds, by time: decisions, answers, reveals."""
    from shadow_scan.listings.decisions import ledger_log
    from shadow_scan.workspace import Workspace

    found = ledger_log(Workspace.located(workspace))
    _say_damage(found.history)
    options.emit(found.table, output_format, output)


def _say_damage(history: History) -> None:
    if history.problems:
        count = len(history.problems)
        note(
            f"note: the ledger has {count} problems; `shadow-scan decisions verify` names them all"
        )
    for problem in history.problems[:_SHOWN_PROBLEMS]:
        note(f"  {problem}")
