"""`forget`: what was read from a source is taken back."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from shadow_scan.commands import options
from shadow_scan.console import note
from shadow_scan.errors import ShadowScanError
from shadow_scan.vocabulary import OutputFormat, Table, some

if TYPE_CHECKING:
    from shadow_scan.store.sources import Source
    from shadow_scan.workspace import Workspace

_COLUMNS = (
    *("source_file", "format", "lines", "events", "rejected", "skipped"),
    *("first_time", "last_time", "status"),
)


def _begun(context: typer.Context, incomplete: str) -> list[str]:
    """For the shell: sources whose path or file name begins so; none where none can be read."""
    from shadow_scan.store.forgetting import known
    from shadow_scan.workspace import Workspace

    try:
        paths = known(Workspace.located(context.params.get("workspace")).facts)
    except ShadowScanError:
        return []
    names = [*paths, *(Path(path).name for path in paths)]
    return sorted({name for name in names if name.startswith(incomplete)})


def forget(
    sources: Annotated[
        list[str],
        typer.Argument(
            metavar="SOURCE",
            help="Its path as `sources` lists it, or the end.",
            autocompletion=_begun,
        ),
    ],
    yes: Annotated[
        bool, typer.Option("--yes", help="Forget them; without, they are only shown.")
    ] = False,
    workspace: options.WorkspaceOption = None,
    output_format: options.FormatOption = OutputFormat.TABLE,
    output: options.OutputOption = None,
) -> None:
    """Take back what was read from a source, as if never read.

    Its events are gone, and everything is derived again without them; a scan reads the file anew.
    For logs that were read as what they are not, or should not have been read. Decisions stay.
    Examples: `shadow-scan forget /var/log/squid/access.log`,
    `shadow-scan forget access.log dns.log --yes`
    """
    from shadow_scan.store.forgetting import forget as taken_back
    from shadow_scan.store.forgetting import meant
    from shadow_scan.store.rewriting import rewrite
    from shadow_scan.workspace import Workspace

    place = Workspace.located(workspace)
    found = meant(place.facts, sources)
    if not yes:
        options.emit(_table(found), output_format, output)
        note("nothing was forgotten: the same with --yes forgets them")
        return
    with place.scanning():
        found = meant(place.facts, sources)
        taken_back(place.facts, found)
        _derive(place)
        rewrite(place.facts)
    options.emit(_table(found), output_format, output)
    events = sum(source.events for source in found)
    gone = f"{some(events, 'event')} of {some(len(found), 'source')}"
    note(f"forgotten: {gone}; a scan reads them anew")


def _derive(place: Workspace) -> None:
    from shadow_scan.analysis.derive import rebuild
    from shadow_scan.commands.current import workspace_rules

    rebuild(place, workspace_rules(place))


def _table(sources: Sequence[Source]) -> Table:
    return Table(_COLUMNS, [tuple(getattr(s, name) for name in _COLUMNS) for s in sources])
