"""The listings of the command line: services, users, teams and sources."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from shadow_scan.commands import options
from shadow_scan.commands.current import make_current
from shadow_scan.vocabulary import Activity, Listing, OutputFormat, Table

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from shadow_scan.workspace import Workspace

_NAMED = (Listing.SERVICES, Listing.MATRIX, Listing.SESSIONS)
_COUNTED = (Listing.SERVICES, Listing.USERS)
"""By the line that ends a scan."""
_READ_ON = "read in part; `shadow-scan scan` goes on where it stopped"
_CAPTURED_ON = "a capture that goes on, or was stopped; what it wrote until now is counted"


def services(
    words: options.FilterArgument = None,
    workspace: options.WorkspaceOption = None,
    activity: options.ActivityOption = Activity.PEOPLE,
    output_format: options.FormatOption = OutputFormat.TABLE,
    output: options.OutputOption = None,
    share: options.ShareOption = False,
) -> None:
    """Which AI services are in use, and how much.

    Users, teams, sessions, requests, bytes each way, and the strongest proof.
    Examples: `shadow-scan services --format csv -o services.csv`,
    `shadow-scan services team:legal status:unreviewed "bytes_up:>10MB"`
    """
    show(Listing.SERVICES, place_of(workspace), activity, output_format, output, words)


def users(
    words: options.FilterArgument = None,
    workspace: options.WorkspaceOption = None,
    activity: options.ActivityOption = Activity.PEOPLE,
    output_format: options.FormatOption = OutputFormat.TABLE,
    output: options.OutputOption = None,
    share: options.ShareOption = False,
) -> None:
    """Who uses AI services, under pseudonyms.

    Names only where the workspace keeps them. Example: `shadow-scan users --activity all`
    """
    show(Listing.USERS, place_of(workspace), activity, output_format, output, words)


def teams(
    words: options.FilterArgument = None,
    workspace: options.WorkspaceOption = None,
    activity: options.ActivityOption = Activity.PEOPLE,
    output_format: options.FormatOption = OutputFormat.TABLE,
    output: options.OutputOption = None,
    share: options.ShareOption = False,
) -> None:
    """Which teams use AI services.

    `people` is the team's size in the people file; 'unattributed' is traffic of nobody known.
    """
    show(Listing.TEAMS, place_of(workspace), activity, output_format, output, words)


def sources(
    words: options.FilterArgument = None,
    workspace: options.WorkspaceOption = None,
    output_format: options.FormatOption = OutputFormat.TABLE,
    output: options.OutputOption = None,
    share: options.ShareOption = False,
) -> None:
    """What was read, and what was rejected.

    For every source: lines = events + rejected + skipped.
    """
    show(Listing.SOURCES, place_of(workspace), Activity.ALL, output_format, output, words)


def coverage(
    words: options.FilterArgument = None,
    workspace: options.WorkspaceOption = None,
    output_format: options.FormatOption = OutputFormat.TABLE,
    output: options.OutputOption = None,
    samples: Annotated[
        bool,
        typer.Option("--samples", help="Rejected lines to look at, read from the logs again."),
    ] = False,
) -> None:
    """What the logs show by day, and cannot show.

    For every source and day what is there and what it is blind to; a row without a day holds the
    lines that became no event, and why; one without a source is a day that nobody recorded.
    Examples: `shadow-scan coverage --format markdown`, `shadow-scan coverage --samples`
    """
    if samples:
        from shadow_scan.listings.rejects import rejects

        options.emit(rejects(place_of(workspace)), output_format, output)
        return
    show(Listing.COVERAGE, place_of(workspace), Activity.ALL, output_format, output, words)


def place_of(workspace: Path | None) -> Workspace:
    from shadow_scan.workspace import Workspace

    return Workspace.located(workspace)


def show(
    what: Listing,
    place: Workspace,
    activity: Activity,
    output_format: OutputFormat,
    output: Path | None,
    words: Sequence[str] | None = None,
) -> None:
    from shadow_scan.store.database import one_engine

    is_read_by_people = output_format is OutputFormat.TABLE
    with one_engine(place.path):
        table = current_listing(place, what, activity, words)
        if is_read_by_people and what in _NAMED:
            table = _for_people(table)
        options.emit(table, output_format, output)
        if is_read_by_people and what in _COUNTED and activity is Activity.PEOPLE and not words:
            _say_left_out(place, what, len(table.rows))
        if words and not table.rows:
            _say_what_is_near(place, words)


def current_listing(
    place: Workspace, what: Listing, activity: Activity, words: Sequence[str] | None = None
) -> Table:
    """A listing by today's rules: tables that were derived by older ones are derived anew."""
    from shadow_scan.filters import parse
    from shadow_scan.listings.queries import listing
    from shadow_scan.store.database import one_engine

    asked = parse(words or ())
    with one_engine(place.path):
        make_current(place)
        if place.derived.exists():
            _say_unfinished(place)
            _say_damage(place)
        return listing(place, what, activity, asked)


def _say_unfinished(place: Workspace) -> None:
    from shadow_scan.console import note
    from shadow_scan.listings.queries import unfinished

    if holder := place.scan_holder():
        note(f"note: a scan is running ({holder}): what it reads is counted when it has ended")
        return
    found = unfinished(place)
    for told, of_captures in (_READ_ON, False), (_CAPTURED_ON, True):
        if names := [name for name, live in found if live == of_captures]:
            more = f" and {len(names) - 1} more" if len(names) > 1 else ""
            note(f"note: {names[0]}{more}: {told}")


def _say_damage(place: Workspace) -> None:
    """Statuses come from the ledger of decisions: what is wrong with it must not stay unsaid."""
    from shadow_scan.console import note
    from shadow_scan.governance.opening import ledger_of

    problems = ledger_of(place).read().problems
    if problems:
        more = f" and {len(problems) - 1} more" if len(problems) > 1 else ""
        note(f"note: the ledger of decisions: {problems[0]}{more}; `shadow-scan decisions verify`")


def _say_what_is_near(place: Workspace, words: Sequence[str]) -> None:
    """A name that is spelled wrong must not pass for one that has done nothing."""
    from shadow_scan.console import note
    from shadow_scan.filters import parse
    from shadow_scan.listings.near import near

    found = near(place, parse(words))
    hint = f"; did you mean {found}?" if found else ""
    note(f"note: nothing fits {' '.join(words)}{hint}")


def _say_left_out(place: Workspace, what: Listing, shown: int) -> None:
    """A scan counts services and users of all activities: none of them must seem to vanish."""
    from shadow_scan.console import note
    from shadow_scan.listings.queries import totals
    from shadow_scan.sharing import shared

    if not shared.get() and (more := totals(place)[what.value] - shown) > 0:
        note(f"note: {more:,} more in the background or by programs only; `--activity all`")


def _for_people(table: Table) -> Table:
    """The service's name instead of its id; what is empty for every service is left out."""
    wide = table.columns
    names, ids = wide.index("name"), wide.index("service")
    filled = [
        at
        for at, column in enumerate(wide)
        if column != "name"
        and (not table.rows or any(row[at] not in (None, 0, []) for row in table.rows))
    ]
    rows = [tuple(row[names] if at == ids else row[at] for at in filled) for row in table.rows]
    return Table(tuple(wide[at] for at in filled), rows)
