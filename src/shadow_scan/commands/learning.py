"""`correct`, `rules learned`, `rules diff`: the tool is taught, and shows what a rule changes."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from shadow_scan.commands import options
from shadow_scan.console import note
from shadow_scan.vocabulary import OutputFormat, Table

if TYPE_CHECKING:
    from shadow_scan.listings.teaching import Proposal
    from shadow_scan.rules.lessons import Lesson
    from shadow_scan.rules.matcher import Matcher
    from shadow_scan.workspace import Workspace

YesOption = Annotated[bool, typer.Option("--yes", help="Keep it; without, its effect is shown.")]
ByOption = Annotated[
    str | None, typer.Option("--by", metavar="NAME", help="Who says so; else your login.")
]


def correct(
    what: Annotated[
        str,
        typer.Argument(metavar="HOST|FILE:LINE|SESSION|WHO", help="What is wrong as it is shown."),
    ],
    service: Annotated[
        str | None, typer.Option("--service", metavar="ID", help="The host is this AI service.")
    ] = None,
    name: Annotated[
        str | None, typer.Option("--name", help="Of a service that no rule knows yet.")
    ] = None,
    category: Annotated[str | None, typer.Option("--category", help="Of a new service.")] = None,
    no_ai: Annotated[bool, typer.Option("--no-ai", help="The host is no AI service.")] = False,
    names_below: Annotated[
        bool, typer.Option("--names-below", help="The same for every name under the host.")
    ] = False,
    task: Annotated[
        str | None, typer.Option("--task", help="The session was this work, as contract-review.")
    ] = None,
    only_this: Annotated[
        bool, typer.Option("--only-this", help="Learn nothing from it for other sessions.")
    ] = False,
    team: Annotated[
        str | None, typer.Option("--team", help="The address, device or user is of this team.")
    ] = None,
    reason: Annotated[str, typer.Option("--reason", metavar="TEXT", help="Why.")] = "",
    by: ByOption = None,
    yes: YesOption = False,
    workspace: options.WorkspaceOption = None,
) -> None:
    """Teach it: a host's service, a session's task, whose team.

    Becomes a rule of the workspace with a test of its own; what it changes is shown first, and
    nothing is kept without --yes, or when it breaks another rule's test. Examples:
    `shadow-scan correct desk.example --service desk-ai --name "Desk AI"`,
    `shadow-scan correct s-0123456789ab --task contract-review --yes`,
    `shadow-scan correct 192.0.2.17 --team Legal`, `shadow-scan correct access.log:17 --no-ai`
    """
    from shadow_scan.listings.teaching import Correction, propose

    place, matcher = _opened(workspace)
    asked = Correction(
        what, service, name, category, no_ai, task, team, only_this, names_below, by, reason
    )  # fmt: skip
    proposal = propose(place, matcher, asked)
    if team is not None:
        _ask_what_was_meant(place, team)
    _settle(place, proposal, keep=yes)


def _ask_what_was_meant(place: Workspace, team: str) -> None:
    """A team may be new, or mistyped."""
    from shadow_scan.listings.decisions import teams_of
    from shadow_scan.rules.reading import nearest

    if team not in (teams := teams_of(place)) and (meant := nearest(team, teams)):
        note(f"note: no team is called so yet{meant}")


def learned(
    undo: Annotated[
        str | None, typer.Option("--undo", metavar="ID", help="Take this lesson back.")
    ] = None,
    by: ByOption = None,
    yes: YesOption = False,
    workspace: options.WorkspaceOption = None,
    output_format: options.FormatOption = OutputFormat.TABLE,
    output: options.OutputOption = None,
) -> None:
    """What was learned from corrections: what, from whom, when, and what it changed.

    Example: `shadow-scan rules learned --undo l-0123456789 --yes`
    """
    from shadow_scan.governance.lessons import lessons_of
    from shadow_scan.listings.teaching import propose_undo

    place, matcher = _opened(workspace)
    if undo is not None:
        _settle(place, propose_undo(place, matcher, undo, by), keep=yes)
        return
    found = lessons_of(place)
    if not found:
        note("nothing learned yet: `shadow-scan correct --help` says how")
    columns = ("lesson", "says", "by", "at", "changed", "taught_by", "reason", "state")
    options.emit(Table(columns, [_row(lesson) for lesson in found]), output_format, output)


def diff(
    before: Annotated[
        Path, typer.Argument(metavar="A", help="A folder of rules: whole, or an own one.")
    ],
    after: Annotated[
        Path | None, typer.Argument(metavar="B", help="Another; without, the present rules.")
    ] = None,
    kind: Annotated[
        list[str] | None,
        typer.Option("--kind", help="service, session, usage, candidate, finding; again for more."),
    ] = None,
    workspace: options.WorkspaceOption = None,
    output_format: options.FormatOption = OutputFormat.TABLE,
    output: options.OutputOption = None,
) -> None:
    """What two versions of the rules make different of the same archive.

    Services, sessions, rows of usage, candidates and findings that B adds, removes, renames or
    changes. A folder with a `shared.toml` is a whole version, and the workspace's own rules lie
    over it; any other is a version of the own rules.
    Example: `shadow-scan rules diff old-rules --kind service`
    """
    from shadow_scan.errors import UsageError
    from shadow_scan.listings.changes import KINDS, changes, version_of

    place, _ = _opened(workspace)
    for name in sorted(set(kind or ()) - set(KINDS)):
        raise UsageError(f"no kind '{name}'", remedy=f"one of {', '.join(KINDS)}")
    versions = version_of(place, before), version_of(place, after)
    options.emit(changes(place, *versions, kind or KINDS), output_format, output)


def _opened(workspace: Path | None) -> tuple[Workspace, Matcher]:
    from shadow_scan.commands.current import workspace_rules
    from shadow_scan.workspace import Workspace

    place = Workspace.located(workspace)
    place.create()
    return place, workspace_rules(place)


def _settle(place: Workspace, proposal: Proposal, *, keep: bool) -> None:
    """Say what it changes; keep it if that was asked."""
    from shadow_scan.listings.teaching import keep_proposal

    lesson = proposal.lesson
    verb = "undoing" if lesson.undone else "learning"
    note(f"{verb}: {lesson.says}")
    note(f"  changes  {proposal.effect}")
    if not keep:
        note("  nothing was kept: the same with --yes keeps it")
        return
    keep_proposal(place, proposal)
    done = "undone" if lesson.undone else "kept; `shadow-scan rules learned` lists and undoes it"
    note(f"  {lesson.id} {done}")


def _row(lesson: Lesson) -> tuple[str | None, ...]:
    state = f"undone {lesson.undone.at} by {lesson.undone.by}" if lesson.undone else "in force"
    return (lesson.id, lesson.says, lesson.by, lesson.at, lesson.changed, lesson.taught_by,
            lesson.reason or None, state)  # fmt: skip
