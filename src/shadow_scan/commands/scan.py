"""`scan` and `parse`: logs in, facts or JSON lines out."""

from __future__ import annotations

import os
import sys
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from shadow_scan.commands import options
from shadow_scan.commands.alerting import exit_on, tell
from shadow_scan.console import complain, note
from shadow_scan.errors import EXIT_UNREADABLE, ShadowScanError
from shadow_scan.vocabulary import OutputFormat, PacketReader, Table, some

if TYPE_CHECKING:
    from shadow_scan.collectors.format import Format
    from shadow_scan.ingest.inputs import Input
    from shadow_scan.ingest.reports import SourceReport
    from shadow_scan.workspace import Workspace

_SHOWN_FILES = 3
_SHOWN_ROWS = 20

Paths = Annotated[
    list[str], typer.Argument(metavar="PATH...", help="Files, folders, globs, '-' for stdin.")
]


@dataclass(frozen=True, slots=True)
class ScanRequest:
    """What `scan` was asked for, apart from how to show it."""

    paths: Sequence[str]
    format: str | None = None
    people: Path | None = None
    leases: Sequence[Path] = ()
    zone: str | None = None
    year: int | None = None
    plain_users: bool | None = None
    reader: PacketReader = PacketReader.OWN


def scan(
    paths: Paths,
    workspace: options.WorkspaceOption = None,
    as_format: options.AsOption = None,
    people: options.PeopleOption = None,
    leases: options.LeasesOption = None,
    tz: options.ZoneOption = None,
    year: options.YearOption = None,
    plain_users: options.PlainUsersOption = None,
    fail_on: options.FailOnOption = None,
    webhook: options.WebhookOption = None,
    reader: options.ReaderOption = PacketReader.OWN,
    output_format: options.FormatOption = OutputFormat.TABLE,
    output: options.OutputOption = None,
) -> None:
    """Read logs and captures into the workspace and classify them.

    What was read before is not read again: scan the same folder every night.
    Examples: `shadow-scan scan /var/log/squid --people staff.csv`,
    `shadow-scan scan dns.log --leases /var/lib/misc/dnsmasq.leases`,
    `tcpdump -i eth0 -w - | shadow-scan scan -`,
    `shadow-scan scan /var/log/squid --fail-on high --webhook https://alerts.example/ai`
    """
    from shadow_scan.store.database import one_engine
    from shadow_scan.workspace import Workspace

    request = ScanRequest(paths, as_format, people, leases or (), tz, year, plain_users, reader)
    place = Workspace.located(workspace)
    with one_engine(place.path):
        reports = run_scan(place, request)
        _show(place, reports, output_format, output)
        tell(place, webhook)
    if any(report.problem for report in reports):
        raise typer.Exit(EXIT_UNREADABLE)
    exit_on(place, fail_on)


def run_scan(place: Workspace, request: ScanRequest) -> list[SourceReport]:
    """Read, then derive. Every source's own problem is in its report; the rest raises."""
    from shadow_scan.ingest.inputs import find_inputs
    from shadow_scan.ingest.reports import left_out
    from shadow_scan.store.database import one_engine

    with place.scanning(), one_engine(place.path):
        found = find_inputs(request.paths)
        inputs = [entry for entry in found if not entry.left_out]
        known = _nothing_new(place, request, inputs)
        reports = known if known is not None else _read(place, request, inputs)
        return reports + left_out(found)


def _nothing_new(
    place: Workspace, request: ScanRequest, inputs: Sequence[Input]
) -> list[SourceReport] | None:
    """The reports of a scan that finds all as it was, without loading what reads and derives."""
    from shadow_scan.commands.current import are_up_to_date
    from shadow_scan.ingest.unchanged import all_known
    from shadow_scan.settings import load_settings
    from shadow_scan.store.privacy import NamePolicy

    told = (request.people, request.leases, request.format, request.zone, request.year)
    if any(told) or request.plain_users is not None or place.formats.exists():
        return None
    if not are_up_to_date(place):
        return None
    settings = load_settings(place.settings)
    plain = NamePolicy.of(place, settings).plain
    return all_known(place.facts, inputs, plain=plain, zone=settings.time_zone)


def _read(place: Workspace, request: ScanRequest, inputs: Sequence[Input]) -> list[SourceReport]:
    from shadow_scan.arrow import give_back, settle_without_pandas

    settle_without_pandas()
    from shadow_scan.analysis.built import is_up_to_date
    from shadow_scan.commands.current import workspace_rules
    from shadow_scan.commands.rulebook import workspace_formats
    from shadow_scan.console import byte_progress
    from shadow_scan.ingest.options import Options
    from shadow_scan.ingest.reading import Ingest
    from shadow_scan.store.setup import facts_of, remember_identities

    own = workspace_formats(place)
    declared = _declared(request.format, own) if request.format else None
    facts, settings = facts_of(place, request.plain_users, request.zone)
    remember_identities(facts, request.people, request.leases, settings.time_zone)
    matcher = workspace_rules(place)
    asked = Options(
        *(declared, settings.time_zone, request.year, matcher.kept_segments, own),
        reader=request.reader,
    )
    total = sum(os.path.getsize(i.path) for i in inputs if os.path.isfile(i.path))
    with byte_progress(total) as progress:
        ingest = Ingest(facts, asked, progress)
        reports = ingest.run(inputs)
    if not is_up_to_date(place, matcher.rule_set.digest):
        from shadow_scan.analysis.derive import rebuild

        give_back()
        rebuild(place, matcher, sparing=ingest.saw_packets_alone)
    return reports


def _declared(name: str, own: Mapping[str, Format]) -> Format:
    from shadow_scan.collectors.formats import named

    return named(name, own)


def _show(
    place: Workspace, reports: list[SourceReport], wanted: OutputFormat, output: Path | None
) -> None:
    narrate(reports)
    if wanted is OutputFormat.JSON:
        import msgspec

        text = msgspec.json.format(msgspec.json.encode(_summary(place, reports)), indent=1)
        options.write_text(text.decode() + "\n", output)
        return
    found = [report for report in reports if report.format or report.problem]
    shown = _news(found) if wanted is OutputFormat.TABLE else found
    if shown or not found:
        options.emit(_source_table(shown), wanted, output)
    if len(shown) < len(found):
        note(f"{len(found) - len(shown):,} more sources: `shadow-scan sources` lists all")
    note(closing_line(place, reports))


def _news(reports: list[SourceReport]) -> list[SourceReport]:
    """What people want to see of a folder of hundreds of files, most of which were read before."""
    if len(reports) <= _SHOWN_ROWS:
        return reports
    return [report for report in reports if report.status != "known"][:_SHOWN_ROWS]


_SOURCE_COLUMNS = (
    *("source_file", "format", "lines", "events", "rejected", "skipped", "first_time", "last_time"),
    "status",
)


def _source_table(reports: Sequence[SourceReport]) -> Table:
    from shadow_scan.listings.queries import plain_value

    cells = [[getattr(report, name) for name in _SOURCE_COLUMNS] for report in reports]
    return Table(_SOURCE_COLUMNS, [tuple(plain_value(cell) for cell in row) for row in cells])


def _summary(place: Workspace, reports: Sequence[SourceReport]) -> dict[str, Any]:
    """Lines are those that this scan read; services and users are the workspace's after it."""
    from shadow_scan.listings.queries import totals

    counts = ("lines", "events", "rejected", "skipped")
    summed = {name: sum(getattr(report, name) for report in reports) for name in counts}
    return {"sources": _source_table(reports).records(), **summed, **totals(place)}


def narrate(reports: Sequence[SourceReport]) -> None:
    """Problems and notes of a scan, each said once."""
    if not reports:
        note("note: nothing to read there: no file that is not hidden")
    _complain_of([report.problem for report in reports if report.problem is not None])
    notes = {text: report.source_file for report in reports for text in report.notes}
    for text, source_file in notes.items():
        note(f"note: {source_file}: {text}")
    strangers = [r.source_file for r in reports if r.status == "unrecognised" and not r.problem]
    if strangers:
        more = f" and {len(strangers) - _SHOWN_FILES} more" if len(strangers) > _SHOWN_FILES else ""
        shown = ", ".join(os.path.basename(name) for name in strangers[:_SHOWN_FILES])
        note(f"note: no known log format, left alone: {shown}{more}")


def _complain_of(problems: Sequence[ShadowScanError]) -> None:
    """Of a thousand files that are closed alike, the first ones stand for all."""
    alike = Counter((problem.what, problem.remedy) for problem in problems)
    said: Counter[tuple[str, str]] = Counter()
    for problem in problems:
        kind = problem.what, problem.remedy
        said[kind] += 1
        if said[kind] <= _SHOWN_FILES:
            complain(problem)
        elif said[kind] == alike[kind]:
            note(f"  and the same of {alike[kind] - _SHOWN_FILES:,} more, as {problem.where}")


def closing_line(place: Workspace, reports: Sequence[SourceReport]) -> str:
    """What was read, and what the workspace shows now."""
    from shadow_scan.listings.queries import totals

    shown = totals(place)
    lines = sum(report.lines for report in reports)
    known = sum(report.status == "known" for report in reports)
    again = f", {some(known, 'file')} known already" if known else ""
    return (
        f"{some(lines, 'line')} read{again}. The workspace now shows "
        f"{some(shown['services'], 'AI service')}, {some(shown['users'], 'user')}. "
        "Next: `shadow-scan services`"
    )


def parse(
    paths: Paths,
    workspace: options.WorkspaceOption = None,
    as_format: options.AsOption = None,
    tz: options.ZoneOption = None,
    year: options.YearOption = None,
    reader: options.ReaderOption = PacketReader.OWN,
) -> None:
    """Print what is understood of logs, as JSON lines.

    Nothing is stored; names are printed as the log has them.
    Example: `shadow-scan parse access.log | head -3`
    """
    from shadow_scan.arrow import settle_without_pandas

    settle_without_pandas()
    from shadow_scan.collectors.formats import named
    from shadow_scan.collectors.parsing import parse_input
    from shadow_scan.commands.rulebook import workspace_formats
    from shadow_scan.ingest.inputs import find_inputs
    from shadow_scan.ingest.reports import left_out
    from shadow_scan.settings import checked_zone
    from shadow_scan.workspace import Workspace

    own = workspace_formats(Workspace.located(workspace))
    declared = named(as_format, own) if as_format else None
    zone = checked_zone(tz, "--tz") if tz is not None else None
    failed = False
    found = find_inputs(paths)
    if passed_over := left_out(found):
        narrate(passed_over)
    for entry in (entry for entry in found if not entry.left_out):
        for text, problem in parse_input(entry.path, declared, zone, year, own, reader):
            if problem is not None:
                failed = True
                complain(problem)
            else:
                sys.stdout.write(text)
    if failed:
        raise typer.Exit(EXIT_UNREADABLE)
