"""`rules list|lint|test` and `explain`; and the rules that a workspace works with."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Annotated

import typer

from shadow_scan.commands import options
from shadow_scan.errors import EXIT_USAGE
from shadow_scan.vocabulary import OutputFormat, Table

if TYPE_CHECKING:
    from shadow_scan.rules.matcher import Matcher
    from shadow_scan.workspace import Workspace

app = typer.Typer(help="The rules: what is known of services, and whether it holds together.")


def workspace_rules(place: Workspace) -> Matcher:
    """The shipped rules with the organisation's own laid over them. Raises RuleProblems."""
    from shadow_scan.bundled import bundled
    from shadow_scan.rules.compiled import load_compiled

    return load_compiled(bundled("rules"), place.rules, place.cache)


def explain(
    what: Annotated[str, typer.Argument(metavar="HOST[/PATH]", help="As chatgpt.com/g/g-1.")],
    workspace: options.WorkspaceOption = None,
) -> None:
    """The trace: why this is that service, or why it is none.

    Example: `shadow-scan explain chatgpt.com.evil.example`
    """
    from shadow_scan.collectors.canonical import split_authority
    from shadow_scan.console import visible
    from shadow_scan.rules.explain import explain as steps
    from shadow_scan.workspace import Workspace

    bare = what.partition("://")[2] or what
    authority, slash, path = bare.partition("/")
    host = split_authority(authority)[0] or authority.lower()
    matcher = workspace_rules(Workspace.located(workspace))
    asked = slash + path.partition("?")[0] if slash else None
    for line in steps(matcher, host, asked):
        sys.stdout.write(visible(line) + "\n")


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
    from shadow_scan.rules.lint import lint as problems_of
    from shadow_scan.workspace import Workspace

    rules = workspace_rules(Workspace.located(workspace)).rule_set
    problems = problems_of(rules)
    for problem in problems:
        sys.stdout.write(f"{problem}\n")
    sys.stdout.write(f"{len(problems)} problems in {len(rules.services)} services\n")
    if any(problem.severity == "error" for problem in problems):
        raise typer.Exit(EXIT_USAGE)


@app.command()
def test(workspace: options.WorkspaceOption = None) -> None:
    """Run the tests that every rule file carries."""
    from shadow_scan.rules.selftest import selftest
    from shadow_scan.workspace import Workspace

    rules = workspace_rules(Workspace.located(workspace)).rule_set
    failures = selftest(rules)
    for failure in failures:
        sys.stdout.write(f"{failure}\n")
    sys.stdout.write(f"{len(failures)} failures\n")
    if failures:
        raise typer.Exit(EXIT_USAGE)
