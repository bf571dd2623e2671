"""Policies: what turns use into a finding, in the words of the filter language. One a file.

Every file carries its own tests: at least one use that it finds, and one that it does not.
"""

from __future__ import annotations

import difflib
import hashlib
import string
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from shadow_scan.errors import UsageError
from shadow_scan.filters import parse
from shadow_scan.rules.files import GENERAL, POLICIES
from shadow_scan.rules.loader import RuleProblems
from shadow_scan.rules.models import Identifier, RulesFile, Words
from shadow_scan.rules.reading import plain_problem

Severity = Literal["low", "medium", "high", "critical"]
FIELDS = (
    *("service", "team", "host", "users", "sessions", "days", "events", "blocked", "bytes_up"),
    *("bytes_down", "first_time", "last_time", "hits", "score", "owner", "until", "review"),
    *("days_left", "days_to_review", "status", "region", "category"),
)
"""What a reason may name between braces. Counts bring their noun: `{users}` is `3 users`."""
_LARGEST = 200_000
_Count = Annotated[int, Field(ge=0, le=10**15)]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True, frozen=True, defer_build=True)


class TestUse(_Strict):
    """Use of one person on one day, or on each of several that end `days_ago`."""

    __test__ = False

    service: Identifier = "chatgpt"
    user: Words = "ann"
    team: Words = "Sales"
    days_ago: _Count = 0
    days: Annotated[int, Field(ge=1, le=400)] = 1
    events: _Count = 10
    blocked: _Count = 0
    bytes_up: _Count | None = None
    user_kind: Literal["person", "device", "address"] = "person"
    activity: Literal["interactive", "background", "automated"] | None = None
    task: Words = "unknown"
    account: Words | None = None
    plan: Words | None = None
    surface: Words | None = None
    category: Words = "chat"
    trains: Words | None = None
    region: Words | None = None
    agreement: Words | None = None


class TestRuling(_Strict):
    __test__ = False

    service: Identifier = "chatgpt"
    status: Literal["under-review", "sanctioned", "tolerated", "unsanctioned"]
    team: Words | None = None
    plan: Words | None = None
    days_ago: _Count = 0
    days_left: int | None = None
    days_to_review: int | None = None


class TestLicence(_Strict):
    """Of a user, or of a team (without one, of everybody): for each of them, or for some."""

    __test__ = False

    service: Identifier = "chatgpt"
    user: Words | None = None
    team: Words | None = None
    everyone: bool = False


class TestCandidate(_Strict):
    __test__ = False

    host: Words
    score: Annotated[float, Field(ge=0, le=1)]
    users: _Count = 1
    events: _Count = 10


class PolicyTest(_Strict):
    name: Words
    use: list[TestUse] = []
    rulings: list[TestRuling] = []
    licences: list[TestLicence] = []
    candidates: list[TestCandidate] = []
    recorded_days: Annotated[int, Field(ge=1, le=4000)] = 60
    """For how many days the logs go back."""
    finds: list[Words]
    """`service`, `service/team` or a host for each finding; empty: it must find nothing."""


class Policy(_Strict):
    id: Identifier
    name: Words
    severity: Severity
    about: Literal["use", "decisions", "candidates"] = "use"
    by: Literal["service", "team"] = "team"
    """One finding a service, or one a service and team."""
    each: Literal["group", "session", "day"] = "group"
    """What the numbers of the filter are counted in: all use of the group, each session, or each
    day of a person. A group with at least one that fits is a finding, and its numbers are those
    of what fits."""
    filter: Words
    """Without `activity`, it looks at people's use alone."""
    reasons: Annotated[list[Words], Field(min_length=1, max_length=8)]
    """Sentences, with the names of numbers between braces."""
    recommendation: Words
    tests: list[PolicyTest]


@dataclass(frozen=True, slots=True)
class Policies:
    by_id: Mapping[str, Policy]
    files: Mapping[str, str]
    """Id -> the file that it stands in; own ones begin with `own/`."""

    @property
    def digest(self) -> str:
        """SHA-256 of what they say; the place and order of files do not matter."""
        texts = sorted(policy.model_dump_json() for policy in self.by_id.values())
        return hashlib.sha256("\n".join(texts).encode()).hexdigest()


def load_policies(shipped: Path, own: Path) -> Policies:
    """The shipped policies with the organisation's own over them; `disabled_policies` of its
    `rules.toml` are left out. Raises RuleProblems, which holds all of them."""
    problems: list[str] = []
    by_id: dict[str, Policy] = {}
    files: dict[str, str] = {}
    for folder, whose in ((shipped, ""), (own, "own/")):
        for name, policy in _folder(folder / POLICIES, whose, problems):
            by_id[policy.id], files[policy.id] = policy, name
    for gone in _disabled(own, by_id, problems):
        by_id.pop(gone, None)
    if problems:
        raise RuleProblems(problems)
    return Policies(dict(sorted(by_id.items())), files)


def _folder(folder: Path, whose: str, problems: list[str]) -> Iterator[tuple[str, Policy]]:
    for file in sorted(folder.glob("*.toml")):
        name = f"{whose}{POLICIES}/{file.name}"
        policy = _read(file, name, problems)
        if policy is not None:
            problems += [f"{name}: {problem}" for problem in policy_problems(policy, file.stem)]
            yield name, policy


def _read(file: Path, name: str, problems: list[str]) -> Policy | None:
    try:
        content = file.read_bytes()
        if len(content) > _LARGEST:
            raise ValueError(f"larger than {_LARGEST:,} bytes")
        return Policy.model_validate(tomllib.loads(content.decode("utf-8-sig")))
    except ValidationError as error:
        problems += [f"{name}: {plain_problem(entry, _words())}" for entry in error.errors()]
    except (OSError, ValueError, RecursionError) as error:
        problems.append(f"{name}: {error}")
    return None


def _words() -> list[str]:
    models = (Policy, PolicyTest, TestUse, TestRuling, TestCandidate)
    return sorted({field for model in models for field in model.model_fields})


def policy_problems(policy: Policy, stem: str) -> Iterator[str]:
    """What is legal and still wrong: words of the filter and of reasons, and missing tests."""
    if stem != policy.id:
        yield f"holds the policy '{policy.id}', as the file's name should be"
    try:
        parse(policy.filter)
    except UsageError as error:
        yield f"filter: {error.what}; {error.remedy}"
    for reason in policy.reasons:
        yield from _unknown_fields(reason)
    found = [bool(test.finds) for test in policy.tests]
    if True not in found or False not in found:
        yield "tests: at least one must find something, and one nothing"


def _unknown_fields(reason: str) -> Iterator[str]:
    try:
        names = [name for _, name, _, _ in string.Formatter().parse(reason) if name is not None]
    except ValueError as error:
        yield f"reasons: '{reason}': {error}"
        return
    for name in names:
        if name not in FIELDS:
            near = difflib.get_close_matches(name, FIELDS, n=1)
            yield f"reasons: no number '{name}'" + (f"; did you mean '{near[0]}'?" if near else "")


def _disabled(own: Path, known: Mapping[str, Policy], problems: list[str]) -> Sequence[str]:
    file = own / GENERAL
    if not file.is_file():
        return ()
    try:
        named = RulesFile.model_validate(
            tomllib.loads(file.read_text("utf-8-sig"))
        ).disabled_policies
    except (OSError, ValueError):
        return ()  # the loader of the rules says what is wrong there
    for name in named:
        if name not in known:
            near = difflib.get_close_matches(name, list(known), n=1)
            said = f"; did you mean '{near[0]}'?" if near else ""
            problems.append(f"own/rules.toml: disabled_policies: no policy '{name}'{said}")
    return named
