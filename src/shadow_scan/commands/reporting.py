"""`report`: what was found, for those who decide, prove or only want to know."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from shadow_scan.commands import options


class Kind(StrEnum):
    OVERVIEW = "overview"
    AUDIT = "audit"
    PROCUREMENT = "procurement"


def report(
    kind: Annotated[Kind, typer.Argument(metavar="overview|audit|procurement")],
    output: Annotated[
        Path, typer.Option("-o", "--output", metavar="FILE", help=".html, .md, .xlsx or .json")
    ],
    licences: Annotated[
        Path | None, typer.Option("--licences", metavar="FILE", help="What is bought (CSV).")
    ] = None,
    prices: Annotated[
        Path | None, typer.Option("--prices", metavar="FILE", help="Your prices (CSV).")
    ] = None,
    budget: Annotated[
        Path | None, typer.Option("--budget", metavar="FILE", help="Where the money goes (CSV).")
    ] = None,
    workspace: options.WorkspaceOption = None,
) -> None:
    """Write a report: an overview, an audit pack, or a procurement brief of two pages.

    One file that works offline; its ending says how it is written. Teams of fewer than five people
    fold together. It closes with a digest that the same logs and rules give again.
    Examples: `shadow-scan report overview -o ai.html`, `shadow-scan report audit -o proof.html`,
    `shadow-scan report procurement -o brief.xlsx --licences licences.csv`
    """
    from shadow_scan.commands.current import current_rules
    from shadow_scan.console import note
    from shadow_scan.procurement.given import Named, Supplies
    from shadow_scan.report.writing import form_of
    from shadow_scan.report.writing import report as write
    from shadow_scan.workspace import Workspace

    form_of(output)
    place = Workspace.located(workspace)
    named = Named(licences=licences, prices=prices, budget=budget)
    document = write(Supplies.of(place, current_rules(place).rule_set, named), kind.value, output)
    note(f"{output}: {document.title}; digest {document.digest[:16]}")
