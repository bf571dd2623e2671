"""The command line `shadow-scan`: which commands there are.

Commands import what they need when they run: `--version` loads neither DuckDB nor Arrow.
"""

from __future__ import annotations

import copy
import os
import sys
from collections.abc import Callable
from typing import Annotated

import typer

from shadow_scan import __version__
from shadow_scan.commands import (
    buying,
    candidates,
    capture,
    deciding,
    demo,
    doctor,
    export,
    finding,
    forgetting,
    formats,
    learning,
    lenses,
    listing,
    people,
    replaying,
    reporting,
    rulebook,
    scan,
    watch,
    work,
)
from shadow_scan.console import to_the_end
from shadow_scan.filters import as_argument
from shadow_scan.sharing import shared

app = typer.Typer(
    name="shadow-scan",
    help="Find and govern shadow AI: which AI services people use, out of logs that you have.",
    no_args_is_help=True,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)

_COMMANDS: dict[str, tuple[Callable[..., None], ...]] = {
    "Start": (demo.demo, demo.tui, doctor.doctor),
    "Read": (scan.scan, watch.watch, capture.capture, scan.parse, forgetting.forget),
    "See": (
        listing.services,
        listing.users,
        listing.teams,
        work.tasks,
        work.matrix,
        work.sessions,
        candidates.candidates,
        listing.sources,
        listing.coverage,
        rulebook.explain,
    ),
    "Weigh": (
        lenses.value,
        buying.seats,
        lenses.funnel,
        lenses.exposure,
        lenses.gap,
        buying.investment,
        buying.survey,
        buying.scorecard,
        buying.grid,
        lenses.agents,
    ),
    "Decide": (
        finding.findings,
        replaying.replay,
        deciding.decide,
        learning.correct,
        people.displacement,
        people.reveal,
    ),
    "Hand on": (
        reporting.report,
        export.export,
    ),
}
for group, members in _COMMANDS.items():
    for member in members:
        app.command(rich_help_panel=group)(member)
app.add_typer(formats.app, name="formats", rich_help_panel="Read")
for member in (learning.learned, learning.diff):
    rulebook.app.command()(member)
app.add_typer(rulebook.app, name="rules")
app.add_typer(deciding.app, name="decisions", rich_help_panel="Decide")


def _print_version(wanted: bool) -> None:
    if wanted:
        sys.stdout.write(f"shadow-scan {__version__}\n")
        raise typer.Exit


@app.callback()
def options(
    version: Annotated[
        bool,
        typer.Option(
            "--version", help="Print the version.", callback=_print_version, is_eager=True
        ),
    ] = False,
    debug: Annotated[bool, typer.Option("--debug", help="Show tracebacks.")] = False,
) -> None:
    shared.set(False)
    if debug:
        os.environ["SHADOW_SCAN_DEBUG"] = "1"


def main() -> None:
    """Run a command; every error is short, and its exit code is part of the contract."""
    words = [as_argument(word) for word in sys.argv[1:]]
    to_the_end(lambda: _serving(words)(words))


def _serving(words: list[str]) -> typer.Typer:
    """The program with the one command that is asked for, where one is named first: to make the
    forty others ready takes a tenth of a second. Else all of it."""
    named = [
        command
        for command in app.registered_commands
        if command.callback is not None and words[:1] == [_name(command.callback)]
    ]
    if not named:
        return app
    alone = copy.copy(app)
    alone.registered_commands, alone.registered_groups = named, []
    return alone


def _name(callback: Callable[..., object]) -> str:
    return callback.__name__.replace("_", "-")
