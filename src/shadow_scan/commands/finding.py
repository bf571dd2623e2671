"""`findings`: what the policies found, and answering it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from shadow_scan.commands import options
from shadow_scan.commands.alerting import exit_on, tell, write_mail
from shadow_scan.console import note
from shadow_scan.errors import UsageError
from shadow_scan.vocabulary import Activity, Listing, OutputFormat, Table

if TYPE_CHECKING:
    from collections.abc import Sequence

    from shadow_scan.workspace import Workspace

_WRITERS = ("answer", "reopen")
_OF_DAYS = ("since", "until")
_SHOWN = ("finding", "severity", "policy", "name", "team", "reasons", "state")
"""Of the reasons the first one: all of them are in the other formats and on the screens."""


def findings(
    words: options.FilterArgument = None,
    reason: Annotated[
        str | None, typer.Option("--reason", metavar="TEXT", help="For 'answer' and 'reopen'.")
    ] = None,
    fail_on: options.FailOnOption = None,
    webhook: options.WebhookOption = None,
    mail: Annotated[
        bool, typer.Option("--mail", help="Write a mail of what no mail has told yet.")
    ] = False,
    workspace: options.WorkspaceOption = None,
    output_format: options.FormatOption = OutputFormat.TABLE,
    output: options.OutputOption = None,
    share: options.ShareOption = False,
) -> None:
    """What the policies found, and what has been answered.

    An answered finding stays so until its numbers change; a decision on its service answers it
    too. Examples: `shadow-scan findings state:open severity:high,critical`,
    `shadow-scan findings answer f-0123456789ab --reason "the pilot of Legal"`,
    `shadow-scan findings --fail-on high`, `shadow-scan findings --mail | sendmail it@corp.example`
    """
    from shadow_scan.workspace import Workspace

    place = Workspace.located(workspace)
    if words and words[0] in _WRITERS:
        _write(place, words, reason)
        return
    if reason is not None:
        remedy = "write `shadow-scan findings answer ID --reason TEXT`"
        raise UsageError("a reason for what?", where="--reason", remedy=remedy)
    if mail:
        write_mail(place)
    else:
        _show(place, words, output_format, output)
    if webhook is not None:
        tell(place, webhook)
    exit_on(place, fail_on)


def _show(
    place: Workspace, words: Sequence[str] | None, wanted: OutputFormat, output: Path | None
) -> None:
    from shadow_scan.commands.listing import current_listing
    from shadow_scan.filters import parse

    table = current_listing(place, Listing.FINDINGS, Activity.ALL, words)
    if not table.rows:
        asked = "fits this filter" if words else "was found by the policies"
        note(f"nothing {asked}; `shadow-scan rules test` shows that they work")
    elif any(map(parse(words or ()).names, _OF_DAYS)):
        note("note: days pick findings that were seen then; the numbers are of all days")
    options.emit(_for_people(table) if wanted is OutputFormat.TABLE else table, wanted, output)


def _for_people(table: Table) -> Table:
    """The worst and open ones first, with what a terminal has room for."""
    from shadow_scan.listings.findings import SEVERITIES

    records = sorted(
        table.records(), key=lambda r: (r["state"] != "open", SEVERITIES.index(r["severity"]))
    )
    for record in records:
        record["reasons"] = next(iter(record["reasons"]), "")
    answered = any(record["state"] != "open" for record in records)
    columns = _SHOWN if answered else _SHOWN[:-1]
    lines = [tuple(record[name] for name in columns) for record in records]
    return Table(tuple("service" if name == "name" else name for name in columns), lines)


def _write(place: Workspace, words: Sequence[str], reason: str | None) -> None:
    from shadow_scan.commands.current import current_rules
    from shadow_scan.listings.findings import answer, reopen

    if len(words) != 2:
        what, remedy = f"'{words[0]}' takes one finding", f"`shadow-scan findings {words[0]} ID`"
        raise UsageError(what, where="findings", remedy=remedy)
    write = answer if words[0] == "answer" else reopen
    written = write(place, current_rules(place).rule_set, words[1], reason or "")
    state = "open again" if written.reopened else "answered"
    note(f"{written.finding} ({written.policy}) is {state}")
