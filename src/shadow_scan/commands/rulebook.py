"""`rules list|lint|test` and `explain`; and the rules that a workspace works with."""

from __future__ import annotations

import re
import sys
from typing import TYPE_CHECKING, Annotated

import typer

from shadow_scan.commands import options
from shadow_scan.commands.current import workspace_rules
from shadow_scan.errors import EXIT_USAGE, UsageError
from shadow_scan.vocabulary import OutputFormat, Table, some

if TYPE_CHECKING:
    from shadow_scan.collectors.format import Format
    from shadow_scan.rules.matcher import Matcher
    from shadow_scan.workspace import Workspace

_PORTS = frozenset({80, 443, 8080, 8443, 3128})
_SESSION = re.compile(r"s-[0-9a-f]{12}")

app = typer.Typer(help="List, check and test the rules.")


def workspace_formats(place: Workspace) -> dict[str, Format]:
    """The organisation's own formats, by name. Raises UsageError for a wrong mapping file."""
    if not place.formats.is_dir():
        return {}
    from shadow_scan.collectors.mapping import own_formats
    from shadow_scan.collectors.registry import FORMATS

    return own_formats(place.formats, FORMATS)


def explain(
    what: Annotated[
        str,
        typer.Argument(
            metavar="HOST[/PATH]|FILE:LINE|SESSION", help="A host, an event's place, a session."
        ),
    ],
    workspace: options.WorkspaceOption = None,
) -> None:
    """Why this is that service, team and task, or none.

    Examples: `shadow-scan explain chatgpt.com.evil.example`, `shadow-scan explain access.log:17`,
    `shadow-scan explain s-0123456789ab`
    """
    from shadow_scan.console import visible
    from shadow_scan.workspace import Workspace

    place = Workspace.located(workspace)
    event = re.fullmatch(r"(.+):(\d+)", what)
    is_event = event is not None and place.facts.exists() and not _is_port(what)
    matcher = workspace_rules(place)
    lines = event_trace(place, matcher, event[1], int(event[2])) if event and is_event else None
    if _SESSION.fullmatch(what) and place.derived.exists():
        lines = session_trace(place, what)
    for line in lines or host_trace(place, matcher, what):
        sys.stdout.write(visible(line) + "\n")


def _is_port(what: str) -> bool:
    """chatgpt.com:443 is a host; access.log:443 is a line, and a file of that name is known."""
    from shadow_scan.collectors.canonical import split_authority

    host, port = split_authority(what)
    return port in _PORTS and host is not None and "/" not in what


def host_trace(place: Workspace, matcher: Matcher, what: str) -> list[str]:
    """Why HOST or HOST/PATH is a service, or none, and then whether it behaves like one."""
    from shadow_scan.collectors.canonical import split_authority
    from shadow_scan.listings.traces import candidate_lines
    from shadow_scan.rules.explain import explain as steps

    bare = what.partition("://")[2] or what
    authority, slash, path = bare.partition("/")
    host = split_authority(authority)[0] or authority.lower()
    asked = slash + path.partition("?")[0] if slash else None
    answer, *why = steps(matcher, host, asked)
    is_seen = place.derived.exists() and matcher.match(host, asked) is None
    return [answer, *(candidate_lines(place, host) if is_seen else []), *why]


def event_trace(place: Workspace, matcher: Matcher, file: str, line: int) -> list[str]:
    """Why a stored event is what it is; raises UsageError where there is none, or several."""
    from shadow_scan.listings.events import event_at
    from shadow_scan.listings.traces import session_lines
    from shadow_scan.rules.explain import explain as steps

    event = event_at(place, file, line)
    request = f"{event['method'] or ''} {event['host'] or '-'}{event['path'] or ''}".strip()
    trace = [f"{event['event_time']}  {request}", f"  source   {event['source']}:{line}"]
    if event["host"]:
        trace += steps(matcher, event["host"], event["path"])
    if event["again_at"]:
        trace.append(f"  again    written once more in {event['again_at']}: counted there, once")
    if event["witness_of"]:
        trace.append(
            f"  witness  of a visit that {event['witness_of']} saw better: counted there, once"
        )
    if event["identity"]:
        trace.append(f"  who      {event['identity']} ({event['user_kind']})")
        trace.append(f"  team     {event['team']}, by {event['team_known_by'] or 'nothing known'}")
    return trace + [line for name in event["sessions"] for line in session_lines(place, name)]


def session_trace(place: Workspace, session: str) -> list[str]:
    """What a session was, and by what evidence."""
    from shadow_scan.listings.traces import session_lines

    lines = session_lines(place, session)
    if not lines:
        remedy = "`shadow-scan sessions --activity all` lists them"
        raise UsageError("no session of this name", where=session, remedy=remedy)
    return lines


@app.command("list")
def list_rules(
    workspace: options.WorkspaceOption = None,
    output_format: options.FormatOption = OutputFormat.TABLE,
    output: options.OutputOption = None,
) -> None:
    """Every service that the rules know, with its vendor and category."""
    from shadow_scan.workspace import Workspace

    rules = workspace_rules(Workspace.located(workspace)).rule_set
    rows = [
        (s.id, s.name, s.vendor_name, s.category)
        for s in sorted(rules.services.values(), key=lambda service: service.id)
    ]
    columns = ("service", "name", "vendor", "category")
    options.emit(Table(columns, rows), output_format, output)


@app.command()
def lint(workspace: options.WorkspaceOption = None) -> None:
    """Every problem of the rules at once: file, key, what, and the nearest known word."""
    from shadow_scan.findings.standing import workspace_policies
    from shadow_scan.rules.lint import lint as problems_of
    from shadow_scan.workspace import Workspace

    rules = workspace_rules(Workspace.located(workspace)).rule_set
    policies = workspace_policies(Workspace.located(workspace))
    problems = problems_of(rules)
    for problem in problems:
        sys.stdout.write(f"{problem}\n")
    counted = f"{len(rules.services)} services and {len(policies.by_id)} policies"
    sys.stdout.write(f"{some(len(problems), 'problem')} in {counted}\n")
    if any(problem.severity == "error" for problem in problems):
        raise typer.Exit(EXIT_USAGE)


@app.command()
def test(workspace: options.WorkspaceOption = None) -> None:
    """Run the tests that every rule file carries."""
    from shadow_scan.findings.selftest import selftest as policies_selftest
    from shadow_scan.findings.standing import workspace_policies
    from shadow_scan.rules.selftest import selftest
    from shadow_scan.workspace import Workspace

    place = Workspace.located(workspace)
    failures = [str(failure) for failure in selftest(workspace_rules(place).rule_set)]
    failures += policies_selftest(workspace_policies(place))
    for failure in failures:
        sys.stdout.write(f"{failure}\n")
    sys.stdout.write(f"{len(failures)} failures\n")
    if failures:
        raise typer.Exit(EXIT_USAGE)
