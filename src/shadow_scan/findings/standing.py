"""Findings as they stand today: what the policies find, less what people have answered.

What the policies find is kept in the workspace's cache until the derived tables, the decisions,
the licences, the policies or the day change.
"""

from __future__ import annotations

import contextlib
import hashlib
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import duckdb
import msgspec

from shadow_scan.bundled import bundled
from shadow_scan.findings.licensed import fill_licensed, licence_files
from shadow_scan.findings.matches import Match
from shadow_scan.governance import rulings
from shadow_scan.governance.answers import answers_of
from shadow_scan.governance.ledger import History
from shadow_scan.governance.opening import ledger_of
from shadow_scan.governance.rulings import Ruled, ruled
from shadow_scan.rules.files import policy_files, stamp
from shadow_scan.store.database import named_sql
from shadow_scan.whole import write_whole
from shadow_scan.workspace import Workspace

if TYPE_CHECKING:
    from shadow_scan.rules.policies import Policies


def workspace_policies(place: Workspace) -> Policies:
    """Raises RuleProblems."""
    from shadow_scan.rules.policies import load_policies  # models; most starts need none

    return load_policies(bundled("rules"), place.rules)


def fill(connection: duckdb.DuckDBPyConnection, place: Workspace) -> None:
    """Fill `rulings` with what people ruled, `licensed` with who has a licence, and `findings`
    with what the policies found."""
    history = ledger_of(place).read()
    day = rulings.today()
    decided = [one for one in ruled(history.entries, day) if one.state in ("in force", "lapsed")]
    fill_rulings(connection, [one for one in decided if one.state == "in force"])
    fill_licensed(connection, place)
    matches = _matches(connection, place, decided, day)
    insert(connection, _lines(matches, history))


def insert(connection: duckdb.DuckDBPyConnection, lines: Sequence[dict[str, Any]]) -> None:
    """Put findings into the table of that name."""
    if lines:
        text = msgspec.json.encode(lines).decode()
        connection.execute(named_sql(__package__, "insert_findings"), {"findings": text})


def fill_rulings(connection: duckdb.DuckDBPyConnection, held: Sequence[Ruled]) -> None:
    lines = [
        [d.service, d.status, d.plan, d.team, d.until, d.owner, d.time[:10],
         2 * (d.team is not None) + (d.plan is not None)]
        for d in (one.decision for one in held)
    ]  # fmt: skip
    if lines:
        marks = ", ".join(f"${at}" for at in range(1, 9))
        connection.executemany(f"INSERT INTO rulings VALUES ({marks})", lines)


def _lines(matches: Sequence[Match], history: History) -> list[dict[str, Any]]:
    """The findings with their state, as the table has them."""
    answers = answers_of(history)
    lines = []
    for match in matches:
        answer = answers.get(match.finding)
        holds = answer is not None and answer.numbers == match.numbers
        lines.append(
            {
                **msgspec.to_builtins(match),
                "state": "answered" if holds else "open",
                "answer": answer.text if answer is not None else None,
            }
        )
    return lines


def _matches(
    connection: duckdb.DuckDBPyConnection,
    place: Workspace,
    decided: Sequence[Ruled],
    day: date,
) -> list[Match]:
    file = place.cache / f"findings-{_key(place, decided, day)}.json"
    with contextlib.suppress(OSError, msgspec.MsgspecError):
        return msgspec.json.decode(file.read_bytes(), type=list[Match])
    from shadow_scan.findings.evaluate import evaluated

    found = evaluated(connection, workspace_policies(place), decided, day)
    _store(file, msgspec.json.encode(found))
    return found


def _key(place: Workspace, decided: Sequence[Ruled], day: date) -> str:
    programs = [
        file
        for folder in (Path(__file__).parent, Path(__file__).parents[1] / "filters")
        for file in sorted(folder.rglob("*.[ps][yq]*"))
    ]
    policies = (*policy_files(bundled("rules")), *policy_files(place.rules))
    parts = [
        stamp([*programs, *policies, *licence_files(place), place.derived]), day.isoformat(),
        *(one.decision.digest + one.state for one in decided),
    ]  # fmt: skip
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()[:16]


def _store(file: Path, content: bytes) -> None:
    """Whole or not at all; a workspace that cannot be written works without."""
    with contextlib.suppress(OSError):
        file.parent.mkdir(mode=0o700, exist_ok=True)
        for old in file.parent.glob("findings-*.json"):
            old.unlink(missing_ok=True)
        write_whole(file, content)
