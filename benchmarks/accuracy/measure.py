"""Scans each kind of log through the command line, and holds what came out against the labels."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from .generate import Made
from .logs import WITH_PATHS
from .model import AUTOMATED, BACKGROUND, INTERACTIVE, Label

GAP = 30 * 60.0
SLACK = 5.0
"""Seconds by which clocks of different records of one visit may differ."""
MIXED = 0.4
"""An answer is right if the task holds for at least this share of the session's messages."""
UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Answer:
    """One session as the program sees it, and what it truly was."""

    seed: str
    kind: str
    service: str
    truth: str
    """interactive, background, automated; '' where nobody used that service then."""
    activity: str
    task: str
    tier: str
    confidence: float
    true_task: str
    """The task of most of its messages; '' where no person was at work."""
    right: bool
    account: str | None
    true_account: str | None


@dataclass(slots=True)
class Measured:
    answers: list[Answer] = field(default_factory=list)
    wanted: Counter[str] = field(default_factory=Counter)
    """Kind of log -> sittings of people that are truly there."""
    found: Counter[str] = field(default_factory=Counter)
    ranks: dict[tuple[str, str], tuple[int, int, int]] = field(default_factory=dict)
    """(seed, kind) -> planted services within the first 25 candidates, false friends with a score
    of a half or more, candidates in all."""
    rules: str = ""
    """The digest of the rules that answered."""


def measure(made: Made, work: Path, into: Measured) -> None:
    for kind, files in made.files.items():
        place = work / "workspace" / kind.replace(" ", "-")
        _scan(place, made, files)
        into.rules, sessions = _sessions(place)
        _compare(made, kind, sessions, into)
        _candidates(made, kind, place, into)


def _command(place: Path, *words: str) -> str:
    """What a command of the program prints."""
    command = [sys.executable, "-m", "shadow_scan", *words, "--workspace", str(place)]
    environ = {**os.environ, "SHADOW_SCAN_KEY_FILE": str(place.parent / "key")}
    done = subprocess.run(command, capture_output=True, text=True, env=environ, check=False)
    if done.returncode:
        raise RuntimeError(f"{' '.join(words[:2])}: {done.stderr}")
    return done.stdout


def _scan(place: Path, made: Made, files: Iterable[Path]) -> None:
    place.mkdir(parents=True, exist_ok=True)
    leases = ["--leases", str(made.leases)]
    people = ["--people", str(made.people), "--plain-users"]
    _command(place, "scan", *map(str, files), *people, *leases, "--format", "json")


def _sessions(place: Path) -> tuple[str, list[dict[str, Any]]]:
    """The rules' digest, and the derived table itself: the listing leaves out the account."""
    from shadow_scan.listings.queries import reading
    from shadow_scan.workspace import Workspace

    with reading(Workspace(place)) as connection:
        result = connection.execute("SELECT * FROM sessions")
        columns = [column[0] for column in result.description or ()]
        records = [dict(zip(columns, row, strict=True)) for row in result.fetchall()]
        digest = connection.execute("SELECT value FROM meta WHERE key = 'rule_digest'").fetchone()
    return str((digest or ("",))[0]), records


def _seconds(moment: datetime) -> float:
    return moment.replace(tzinfo=UTC).timestamp()


def _compare(made: Made, kind: str, sessions: list[dict[str, Any]], into: Measured) -> None:
    labels = _by_person_and_service(made, kind)
    names = {who.address: who.name for who in made.company.everybody}
    names |= {who.device: who.name for who in made.company.everybody}
    spans: dict[tuple[str, str], list[tuple[float, float]]] = defaultdict(list)
    for session in sessions:
        person = names.get(session["identity"], session["identity"])
        key, span = (person, session["service"]), _span(session)
        spans[key].append(span)
        into.answers.append(_answer(made, kind, session, _overlapping(labels.get(key, []), span)))
    for key, present in labels.items():
        for begin, end in _sittings(present):
            into.wanted[kind] += 1
            into.found[kind] += any(
                first - SLACK <= end and last + SLACK >= begin for first, last in spans[key]
            )


def _span(session: dict[str, Any]) -> tuple[float, float]:
    return _seconds(session["first_time"]), _seconds(session["last_time"])


def _by_person_and_service(made: Made, kind: str) -> dict[tuple[str, str], list[Label]]:
    found: dict[tuple[str, str], list[Label]] = defaultdict(list)
    for label in made.labels:
        if service := label.seen_as(kind in WITH_PATHS):
            found[label.person, service].append(label)
    for labels in found.values():
        labels.sort(key=lambda label: label.begin)
    return found


def _overlapping(labels: list[Label], span: tuple[float, float]) -> list[Label]:
    first, last = span
    before = bisect_left(labels, last + SLACK, key=lambda label: label.begin)
    return [label for label in labels[:before] if label.end >= first - SLACK]


def _sittings(labels: list[Label]) -> list[tuple[float, float]]:
    """Stretches of people's own use, those less than half an hour apart as one."""
    merged: list[tuple[float, float]] = []
    for label in labels:
        if label.activity == INTERACTIVE:
            if merged and label.begin - merged[-1][1] <= GAP:
                merged[-1] = (merged[-1][0], max(merged[-1][1], label.end))
            else:
                merged.append((label.begin, label.end))
    return merged


def _answer(made: Made, kind: str, session: dict[str, Any], labels: list[Label]) -> Answer:
    people = [label for label in labels if label.activity == INTERACTIVE]
    messages: Counter[str] = Counter()
    for label in people:
        messages.update(label.tasks)
    activity = {label.activity for label in labels}
    truth = next((a for a in (INTERACTIVE, AUTOMATED, BACKGROUND) if a in activity), "")
    task = session.get("task") or UNKNOWN
    share = messages[task] / messages.total() if messages else 0.0
    accounts = {label.account for label in people}
    return Answer(
        made.company.seed, kind, session["service"], truth, session.get("activity") or INTERACTIVE,
        task, session.get("tier") or UNKNOWN, float(session.get("confidence") or 0),
        messages.most_common(1)[0][0] if messages else "", share >= MIXED, session.get("account"),
        accounts.pop() if len(accounts) == 1 else None,
    )  # fmt: skip


def _candidates(made: Made, kind: str, place: Path, into: Measured) -> None:
    try:
        listed = json.loads(_command(place, "candidates", "--format", "json"))
    except RuntimeError:
        return  # the table says that there is none
    planted = set(made.strangers)
    first = sum(row["host"] in planted for row in listed[:25])
    wrong = sum(row["host"] not in planted and row["score"] >= 0.5 for row in listed)
    into.ranks[made.company.seed, kind] = (first, wrong, len(listed))
