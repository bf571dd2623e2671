"""`formats`: every log format that is read, and what it carries."""

from __future__ import annotations

import typer

from shadow_scan.commands import declaring, options
from shadow_scan.vocabulary import OutputFormat, Table

app = typer.Typer(help="List what can be read, and declare what is not known yet.")
app.command()(declaring.new)


@app.callback(invoke_without_command=True)
def formats(
    context: typer.Context,
    workspace: options.WorkspaceOption = None,
    output_format: options.FormatOption = OutputFormat.TABLE,
    output: options.OutputOption = None,
) -> None:
    """List the log formats and what each carries."""
    if context.invoked_subcommand is not None:
        return
    from shadow_scan.collectors.format import Format
    from shadow_scan.collectors.packets.formats import CAPTURES, CaptureFormat
    from shadow_scan.collectors.registry import FORMATS
    from shadow_scan.collectors.trade.reading import COLUMN_NAMES

    columns = ("format", "title", "kind", "clock", "zone", "carries", "notes", "reference")
    from shadow_scan.commands.rulebook import workspace_formats
    from shadow_scan.workspace import Workspace

    own = workspace_formats(Workspace.located(workspace))
    listed: list[Format | CaptureFormat] = [*FORMATS.values(), *CAPTURES.values(), *own.values()]
    listed.append(COLUMN_NAMES)
    rows = [
        (f.name, f.title, f.kind, f.clock, f.zone, list(f.carries), f.notes, f.reference)
        for f in listed
    ]
    table = Table(columns, rows)
    if output_format is OutputFormat.TABLE:
        table = Table(columns[:5] + columns[6:7], [row[:5] + row[6:7] for row in rows])
    options.emit(table, output_format, output)
