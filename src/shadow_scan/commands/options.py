"""Options that several commands share, declared once."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Annotated

import typer

from shadow_scan.errors import UsageError
from shadow_scan.filters import TERMS
from shadow_scan.sharing import shared
from shadow_scan.vocabulary import Activity, OutputFormat, PacketReader, Severity, Table


def _share(wanted: bool) -> bool:
    shared.set(wanted)
    return wanted


_ENDINGS = {
    ".csv": OutputFormat.CSV,
    ".json": OutputFormat.JSON,
    ".jsonl": OutputFormat.JSONL,
    ".md": OutputFormat.MARKDOWN,
}


def _file(context: typer.Context, output: Path | None) -> Path | None:
    """Its ending says the format where `--format` does not. The options that are given are read
    before the others."""
    if output is None:
        return None
    if str(output) in set(OutputFormat):
        remedy = f"write --format {output.name}, or give the file an ending"
        raise UsageError(
            f"'{output.name}' is a format, and -o names a file", where="-o", remedy=remedy
        )
    if (told := _ENDINGS.get(output.suffix.lower())) is not None:
        context.default_map = {**(context.default_map or {}), "output_format": told.value}
    return output


WorkspaceOption = Annotated[
    Path | None,
    typer.Option(
        "--workspace",
        metavar="DIR",
        help="The folder of facts and decisions [env: SHADOW_SCAN_WORKSPACE].",
        show_default=False,
    ),
]
FormatOption = Annotated[
    OutputFormat, typer.Option("--format", help="How to write it.", case_sensitive=False)
]
OutputOption = Annotated[
    Path | None,
    typer.Option(
        *("-o", "--output"),
        metavar="FILE",
        help="Write to a file; .csv, .json, .jsonl and .md say the format.",
        callback=_file,
    ),
]
FilterArgument = Annotated[
    list[str] | None,
    typer.Argument(
        metavar="FILTER...",
        help="Narrow it: team:legal -service:chatgpt events:>100 since:14d; words search. "
        f"Terms: {', '.join(TERMS)}.",
        show_default=False,
    ),
]
ShareOption = Annotated[
    bool,
    typer.Option(
        "--share",
        help="For what leaves this machine: small teams fold together (smallest_team).",
        callback=_share,
        is_eager=True,
    ),
]
WebhookOption = Annotated[
    str | None,
    typer.Option("--webhook", metavar="URL", help="Post new findings there, as JSON."),
]
FailOnOption = Annotated[
    Severity | None,
    typer.Option("--fail-on", help="Exit 1 if an open finding is at least that severe."),
]
ActivityOption = Annotated[
    Activity,
    typer.Option("--activity", help="Whose use: people, background noise, automation, or all."),
]
AsOption = Annotated[
    str | None,
    typer.Option("--as", metavar="FORMAT", help="Read as this format, whatever it looks like."),
]
PeopleOption = Annotated[
    Path | None,
    typer.Option("--people", metavar="FILE", help="CSV with at least user and team."),
]
LeasesOption = Annotated[
    list[Path] | None,
    typer.Option("--leases", metavar="FILE", help="DHCP leases: ISC, Kea, dnsmasq, Windows."),
]
PlainUsersOption = Annotated[
    bool | None, typer.Option("--plain-users", help="Store names instead of pseudonyms.")
]
ZoneOption = Annotated[
    str | None,
    typer.Option("--tz", metavar="ZONE", help="Zone of logs that write none, as Europe/Berlin."),
]
YearOption = Annotated[
    int | None,
    typer.Option("--year", min=1990, max=2100, help="Year of logs that write none."),
]


ReaderOption = Annotated[
    PacketReader,
    typer.Option("--reader", help="Who reads captures; pyshark needs tshark, and is slow."),
]


def emit(table: Table, wanted: OutputFormat, output: Path | None) -> None:
    """Data to stdout or to a file: the same text either way."""
    from shadow_scan.report.outputs import rendered

    width = None
    if wanted is OutputFormat.TABLE and output is None and sys.stdout.isatty():
        width = shutil.get_terminal_size().columns
    write_text(rendered(table, wanted, width), output)


def write_text(text: str, output: Path | None) -> None:
    if output is None:
        sys.stdout.write(text)
    else:
        write_pieces([text], output)


def write_pieces(pieces: Iterable[str], output: Path) -> None:
    try:
        with output.open("w", encoding="utf-8", newline="") as file:
            file.writelines(pieces)
    except OSError as error:
        remedy = "name a file that you may write"
        what = f"cannot be written: {error.strerror}"
        raise UsageError(what, where=str(output), remedy=remedy) from None
