"""`doctor`: what is installed, what is missing, who holds a lock, what the rules are."""

from __future__ import annotations

import os
import platform
import shutil
from typing import TYPE_CHECKING

from shadow_scan import __version__
from shadow_scan.commands import options
from shadow_scan.errors import ShadowScanError
from shadow_scan.vocabulary import OutputFormat, Table, some

if TYPE_CHECKING:
    from pathlib import Path

    from shadow_scan.workspace import Workspace

_OPTIONAL = {
    "tshark": "second reader for captures: `apt-get install tshark`",
    "dumpcap": "live capture: `apt-get install wireshark-common`",
    "java": "Spark, for logs beyond one machine: `apt-get install openjdk-17-jre-headless`",
}


def doctor(
    workspace: options.WorkspaceOption = None,
    output_format: options.FormatOption = OutputFormat.TABLE,
    output: options.OutputOption = None,
) -> None:
    """Check the installation and the workspace.

    Says what is installed, what is missing and what to do about it, and who holds a lock.
    """
    from shadow_scan.workspace import Workspace

    place = Workspace.located(workspace)
    rows = [*_installation(), *_checked(place), _rules(place)]
    options.emit(Table(("check", "state", "detail"), rows), output_format, output)


def _installation() -> list[tuple[str, str, str]]:
    from importlib.metadata import version

    rows = [
        ("shadow-scan", "ok", __version__),
        ("python", "ok", platform.python_version()),
        *((name, "ok", version(name)) for name in ("duckdb", "pyarrow", "textual", "pyshark")),
    ]
    for tool, purpose in _OPTIONAL.items():
        found = shutil.which(tool)
        rows.append((tool, "ok" if found else "optional", found or purpose))
    return rows


def _checked(place: Workspace) -> list[tuple[str, str, str]]:
    """One that is closed to us is what somebody asks the doctor about."""
    try:
        return _workspace(place)
    except OSError as error:
        return [("workspace", "closed", f"{error.filename}: {error.strerror}")]


def _workspace(place: Workspace) -> list[tuple[str, str, str]]:
    if not place.path.exists():
        return [("workspace", "none yet", f"{place.path}: `shadow-scan scan PATH` makes it")]
    if not place.path.is_dir():
        return [("workspace", "none", f"{place.path} is no folder: name another --workspace")]
    holder = place.scan_holder()
    rows = [
        _folder(place),
        ("scan lock", "held" if holder else "free", holder or "nobody is scanning"),
    ]
    rows += [_database(name, path) for name, path in _databases(place)]
    return [*rows, _ledger(place), _alerts(place)]


def _folder(place: Workspace) -> tuple[str, str, str]:
    if place.is_writable():
        return ("workspace", "ok", str(place.path))
    return ("workspace", "read only", f"{place.path}: can be read, and not scanned into")


def _databases(place: Workspace) -> tuple[tuple[str, Path], ...]:
    return ("facts", place.facts), ("derived tables", place.derived)


def _database(name: str, path: Path) -> tuple[str, str, str]:
    from shadow_scan.store.problems import held_by

    if not path.exists():
        return (name, "none yet", "no logs have been read yet")
    if not os.access(path, os.R_OK):
        return (name, "closed", f"{path} may not be read: let us read and write it")
    if (holder := held_by(path)) is not None:
        return (name, "held", holder)
    return (name, "ok", f"{path.stat().st_size:,} bytes")


def _ledger(place: Workspace) -> tuple[str, str, str]:
    from shadow_scan.governance.opening import ledger_of

    try:
        history = ledger_of(place).read()
    except ShadowScanError as error:
        return ("decisions", "unknown", error.what)
    if not history.problems:
        return ("decisions", "ok", some(len(history.entries), "entry", "entries"))
    more = len(history.problems) - 1
    others = f" and {more} more" if more else ""
    detail = f"{history.problems[0]}{others}; `shadow-scan decisions verify` names all"
    return ("decisions", "damaged", detail)


def _alerts(place: Workspace) -> tuple[str, str, str]:
    from shadow_scan.report.alerts import unreached

    waiting = unreached(place)
    if not waiting:
        return ("alerts", "ok", "no receiver waits for what it missed")
    times = max(told.failures for told in waiting)
    why = next(told.error for told in waiting if told.failures == times)
    detail = f"not delivered, {times} times in a row: {why}; sent again with the next scan"
    return ("alerts", "waiting", detail)


def _rules(place: Workspace) -> tuple[str, str, str]:
    from shadow_scan.commands.current import workspace_rules

    try:
        rules = workspace_rules(place).rule_set
    except ShadowScanError as error:
        return ("rules", "broken", error.what)
    except OSError as error:
        return ("rules", "closed", f"{error.filename}: {error.strerror}")
    return ("rules", "ok", f"{len(rules.services)} services, digest {rules.digest[:12]}")
