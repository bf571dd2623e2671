"""`export`: the stored events, and later usage and blocklists, for other tools."""

from __future__ import annotations

import sys
from enum import StrEnum
from typing import Annotated

import typer

from shadow_scan.commands import options
from shadow_scan.errors import UsageError
from shadow_scan.vocabulary import OutputFormat


class Exported(StrEnum):
    EVENTS = "events"


def export(
    what: Annotated[Exported, typer.Argument(help="What to export.")],
    workspace: options.WorkspaceOption = None,
    output_format: options.FormatOption = OutputFormat.JSONL,
    output: options.OutputOption = None,
) -> None:
    """Write stored events for other tools.

    Names are as the workspace keeps them.
    Example: `shadow-scan export events --format csv -o events.csv`
    """
    from shadow_scan.listings.events import stored_events
    from shadow_scan.report.outputs import streamed
    from shadow_scan.workspace import Workspace

    place = Workspace.located(workspace)
    if not place.facts.exists():
        remedy = "run `shadow-scan scan PATH` first"
        raise UsageError("no logs have been read yet", where=str(place.path), remedy=remedy)
    pieces = streamed(stored_events(place.facts), output_format)
    if output is None:
        sys.stdout.writelines(pieces)
        return
    options.write_pieces(pieces, output)
