"""`formats new`: a mapping file for a log that nobody knows yet."""

from __future__ import annotations

import re
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from shadow_scan.commands import options
from shadow_scan.console import note
from shadow_scan.errors import UsageError

if TYPE_CHECKING:
    from shadow_scan.collectors.mapping.proposing import Proposal

_SHOWN_EVENTS = 5
_SHOWN_NAMES = 12
_SHOWN_KEYS = ("event_time", "source_ip", "user_name", "host", "path", "bytes_up", "bytes_down")


def new(
    sample: Annotated[str, typer.Argument(metavar="SAMPLE", help="A log file; '-' for stdin.")],
    name: Annotated[
        str | None, typer.Option("--name", metavar="NAME", help="What to call the format.")
    ] = None,
    output: Annotated[
        Path | None,
        typer.Option("-o", "--output", metavar="FILE", help="Write here, not to the workspace."),
    ] = None,
    workspace: options.WorkspaceOption = None,
) -> None:
    """Propose a mapping file for a delimited, key=value or JSON log that nobody knows.

    Prints it with a reason for each field, shows what it reads of the sample, and saves it in the
    workspace. What is uncertain is left out, in comments.
    Example: `shadow-scan formats new gateway.csv --name our-gateway`
    """
    from shadow_scan.collectors.mapping.writing import written
    from shadow_scan.workspace import Workspace

    lines, proposal = _proposed(sample)
    called = name or _slug(sample)
    place = Workspace.located(workspace)
    target = output or place.formats / f"{called}.toml"
    _check_name(called, target)
    text = written(proposal, Path(sample).name)
    sys.stdout.write(text)
    _show(called, text, lines)
    for told in proposal.notes:
        note(f"look at this: {told}")
    for guess in proposal.unsure:
        note(f"uncertain, left out: {guess.field} = {guess.key} ({guess.reason})")
    if output is None and sys.stdin.isatty() and not typer.confirm(f"Save as {target}?", err=True):
        raise typer.Exit
    if output is None:
        place.create()
        place.formats.mkdir(exist_ok=True)
    options.write_pieces([text], target)
    note(f"saved: {target}. Check it, then `shadow-scan parse {sample} --as {called}`")


def _proposed(path: str) -> tuple[list[str], Proposal]:
    from shadow_scan.collectors.formats import SAMPLE_LINES, recognise, sample_lines
    from shadow_scan.collectors.lines.unwrap import open_source
    from shadow_scan.collectors.mapping.proposing import proposed
    from shadow_scan.collectors.mapping.sampling import sampled

    with open_source(path) as stream:
        lines = list(sample_lines(stream.peek()))[:SAMPLE_LINES]
    known = recognise(lines)
    if known is not None:
        remedy = f"`shadow-scan parse {path}` shows what is read of it"
        raise UsageError(f"this is read already, as {known.name}", where=path, remedy=remedy)
    # What looks like a header of syslog may be the first columns of a table.
    if not "".join(lines).strip():
        raise UsageError("nothing stands in it", where=path, remedy="give a log with some lines")
    samples = [sampled(lines), sampled(lines, str)]
    found = [proposed(sample) for sample in samples if sample is not None]
    if not found:
        what = "neither delimited, key=value, JSON, CEF nor LEEF"
        raise UsageError(what, where=path, remedy="give a log of one of these shapes")
    timed = [proposal for proposal in found if proposal.key_of("event_time") is not None]
    if not timed:
        if not found[0].sample.values:
            what = "there is no line behind the names of the columns"
            raise UsageError(what, where=path, remedy="give a log with some more lines")
        remedy = "name the column in a mapping file by hand: docs/formats.md"
        names = ", ".join(key[:40] for key in list(found[0].sample.values)[:_SHOWN_NAMES])
        seen = f"read as {found[0].sample.shape}, it has: {names}"
        raise UsageError("no column looks like a time", where=path, details=[seen], remedy=remedy)
    return lines, timed[0]


def _slug(path: str) -> str:
    stem = re.sub(r"[^a-z0-9]+", "-", Path(path).name.split(".")[0].lower()).strip("-")
    return stem[:40] or "own-format"


def _check_name(called: str, target: Path) -> None:
    from shadow_scan.collectors.mapping.model import NAME
    from shadow_scan.collectors.registry import FORMATS

    if not NAME.fullmatch(called):
        remedy = "use small letters, digits and hyphens, as our-proxy"
        raise UsageError(f"'{called[:60]}' is no name of a format", where="--name", remedy=remedy)
    if called in FORMATS:
        remedy = "give it another one with --name"
        raise UsageError(f"'{called}' is a format already", where="--name", remedy=remedy)
    if target.exists():
        remedy = "give another --name, or remove the file"
        raise UsageError("there is a mapping of this name", where=str(target), remedy=remedy)


def _show(name: str, text: str, lines: list[str]) -> None:
    """What the mapping makes of the sample: a few events, and every reject."""
    import io

    from shadow_scan.collectors.canonical import canonical
    from shadow_scan.collectors.engine import Parser
    from shadow_scan.collectors.lines.blocks import LineReader
    from shadow_scan.collectors.lines.unwrap import ByteSource
    from shadow_scan.collectors.mapping import compiled, parsed_mapping
    from shadow_scan.report.outputs import rendered
    from shadow_scan.vocabulary import OutputFormat, Table

    parser = Parser(compiled(name, parsed_mapping(text, name)))
    data = "".join(f"{line}\n" for line in lines).encode()
    parsed = [parser.parse(b) for b in LineReader(ByteSource(io.BytesIO(data), name)).blocks()]
    parser.engine.close()
    events = [row for block in parsed for row in canonical(block.events).to_pylist()]
    cells = [tuple(_plain(event[key]) for key in _SHOWN_KEYS) for event in events[:_SHOWN_EVENTS]]
    if cells:
        for line in rendered(Table(_SHOWN_KEYS, cells), OutputFormat.TABLE, None).splitlines():
            note(line)
    rejects = [entry for block in parsed for entry in block.rejected]
    note(f"{len(events)} of {len(lines)} lines of the sample read, {len(rejects)} rejected")
    for number, reason in rejects[:_SHOWN_EVENTS]:
        note(f"  line {number}: {reason}")


def _plain(value: object) -> object:
    return value if value is None or isinstance(value, int) else str(value)
