"""`export`: events, usage, findings, and the lists that enforce a decision, for other tools."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from shadow_scan.commands import options
from shadow_scan.console import note
from shadow_scan.errors import UsageError
from shadow_scan.vocabulary import Activity, OutputFormat, Table, some

if TYPE_CHECKING:
    from shadow_scan.workspace import Workspace


class Exported(StrEnum):
    EVENTS = "events"
    USAGE = "usage"
    BLOCKLIST = "blocklist"
    FINDINGS = "findings"
    REGISTER = "register"


def export(
    what: Annotated[Exported, typer.Argument(help="What to export.")],
    words: options.FilterArgument = None,
    to: Annotated[
        str | None,
        typer.Option(
            "--to",
            metavar="TARGET",
            help="blocklist: domains, squid, pac, rpz, unbound, dnsmasq, pihole, hosts, adguard, "
            "paloalto-edl, fortigate, zscaler, cloudflare, sigma; findings: ocsf, ecs.",
        ),
    ] = None,
    status: Annotated[
        list[str] | None,
        typer.Option("--status", help="blocklist: services of this status; unsanctioned."),
    ] = None,
    workspace: options.WorkspaceOption = None,
    output_format: Annotated[
        OutputFormat | None, typer.Option("--format", help="How to write it.", show_default=False)
    ] = None,
    output: options.OutputOption = None,
    share: options.ShareOption = False,
) -> None:
    """Write events, usage, findings, or a list for an enforcing tool.

    A blocklist holds the services that were ruled out; what it would hit besides is said on
    stderr. Names are as the workspace keeps them. Examples:
    `shadow-scan export blocklist --to squid -o shadow-ai.conf`,
    `shadow-scan export findings --to ocsf state:open`,
    `shadow-scan export register --format csv -o register.csv`,
    `shadow-scan export events --format csv -o events.csv`
    """
    from shadow_scan.workspace import Workspace

    place = Workspace.located(workspace)
    if what is Exported.BLOCKLIST:
        if words or output_format is not None:
            what_not = "FILTER" if words else "--format"
            remedy = "a list is of whole services: --status says which, --to for what"
            raise UsageError(f"{what_not} has no meaning for a blocklist", where=what_not,
                             remedy=remedy)  # fmt: skip
        _write([_blocklist(place, to or "domains", status or ["unsanctioned"])], output)
    elif to is not None and what is not Exported.FINDINGS:
        remedy = "use --format for events, usage and the register"
        raise UsageError(f"--to has no meaning for {what}", where="--to", remedy=remedy)
    elif what is Exported.EVENTS:
        _events(place, words, output_format or OutputFormat.JSONL, output)
    elif what is Exported.FINDINGS and to is not None:
        _write(_siem(place, to, words), output)
    else:
        default = OutputFormat.CSV if what is Exported.REGISTER else OutputFormat.JSONL
        options.emit(_table(place, what, words), output_format or default, output)


def _write(pieces: Iterable[str], output: Path | None) -> None:
    if output is None:
        sys.stdout.writelines(pieces)
    else:
        options.write_pieces(pieces, output)


def _events(
    place: Workspace, words: list[str] | None, wanted: OutputFormat, output: Path | None
) -> None:
    from shadow_scan.listings.events import stored_events
    from shadow_scan.report.outputs import streamed

    if words:
        remedy = "filter what it writes, or export usage with a filter"
        raise UsageError("events are exported whole", where="FILTER", remedy=remedy)
    if not place.facts.exists():
        remedy = "run `shadow-scan scan PATH` first"
        raise UsageError("no logs have been read yet", where=str(place.path), remedy=remedy)
    _write(streamed(stored_events(place.facts), wanted), output)


def _table(place: Workspace, what: Exported, words: list[str] | None) -> Table:
    from shadow_scan.commands.current import current_rules
    from shadow_scan.commands.listing import current_listing
    from shadow_scan.listings.register import register
    from shadow_scan.vocabulary import Listing

    if what is Exported.REGISTER:
        if words:
            raise UsageError("the register is exported whole", where="FILTER")
        return register(place, current_rules(place).rule_set)
    wanted = Listing.USAGE if what is Exported.USAGE else Listing.FINDINGS
    return current_listing(place, wanted, Activity.ALL, words)


def _siem(place: Workspace, to: str, words: list[str] | None) -> Iterable[str]:
    from shadow_scan.report.siem import SIEM, lines

    _known(to, SIEM)
    return lines(_table(place, Exported.FINDINGS, words).records(), to)


def _blocklist(place: Workspace, to: str, statuses: list[str]) -> str:
    from shadow_scan.commands.current import current_rules
    from shadow_scan.governance.blocklist import blocklist
    from shadow_scan.governance.decisions import STATUSES
    from shadow_scan.governance.opening import ledger_of
    from shadow_scan.governance.rulings import in_force
    from shadow_scan.report.enforcement import TARGETS, written

    _known(to, TARGETS)
    for word in statuses:
        _known(word, STATUSES)
    rules = current_rules(place).rule_set
    history = ledger_of(place).read()
    found = blocklist(rules, in_force(history.entries), statuses)
    text, held = written(TARGETS[to], found, rules.digest)
    for line in [*held.notes, *(f"the ledger: {problem}" for problem in history.problems)]:
        note(f"note: {line}")
    services = len({name.service for name in held.names})
    ruled = f"{some(services, 'service that is', 'services that are')} {' or '.join(statuses)}"
    note(f"{some(len(held.names), 'name')} of {ruled}")
    return text


def _known(word: str, words: Iterable[str]) -> None:
    from difflib import get_close_matches

    if word not in words:
        near = get_close_matches(word, list(words), n=1)
        remedy = f"did you mean {near[0]}? " if near else ""
        raise UsageError(
            f"unknown word '{word[:40]}'",
            where="export",
            remedy=f"{remedy}one of {', '.join(words)}",
        )
