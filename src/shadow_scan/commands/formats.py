"""`formats`: every log format that is read, and what it carries."""

from __future__ import annotations

from shadow_scan.commands import options
from shadow_scan.vocabulary import OutputFormat, Table


def formats(
    output_format: options.FormatOption = OutputFormat.TABLE, output: options.OutputOption = None
) -> None:
    """List the log formats and what each carries."""
    from shadow_scan.collectors.format import Format
    from shadow_scan.collectors.formats import FORMATS
    from shadow_scan.collectors.packets.formats import CAPTURES, CaptureFormat

    columns = ("format", "title", "kind", "clock", "zone", "carries", "notes", "reference")
    listed: list[Format | CaptureFormat] = [*FORMATS.values(), *CAPTURES.values()]
    rows = [
        (f.name, f.title, f.kind, f.clock, f.zone, list(f.carries), f.notes, f.reference)
        for f in listed
    ]
    table = Table(columns, rows)
    if output_format is OutputFormat.TABLE:
        table = Table(columns[:5] + columns[6:7], [row[:5] + row[6:7] for row in rows])
    options.emit(table, output_format, output)
