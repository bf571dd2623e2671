"""What people taught: one file for each correction in an organisation's own rules, each with the
test that it came with.

    own rules/learned/l-0123456789.toml

A lesson becomes part of the rules when they are loaded; one that was undone stays, as a record.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from shadow_scan.rules.files import LEARNED
from shadow_scan.rules.models import (
    HostPattern,
    Hosts,
    Identifier,
    Product,
    RuleTest,
    Text,
    VendorFile,
    Words,
)
from shadow_scan.rules.work.models import Signal, TaskFile, TaskTest

if TYPE_CHECKING:
    from shadow_scan.rules.ruleset import RuleSet

UNTOLD_CATEGORY = "unclassified"

Moment = Annotated[str, Field(pattern=r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$")]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True, frozen=True, defer_build=True)


class HostLesson(_Strict):
    """A host is a service, or (service = '') none."""

    pattern: HostPattern
    service: Identifier | Literal[""]
    name: Words | None = None
    """Of a service that no rule names yet."""
    category: Identifier | None = None
    test: RuleTest


class TeamLesson(_Strict):
    """Who uses an address, device or account belongs to a team; names as the store has them."""

    who: Words
    team: Words


class TaskLesson(_Strict):
    """A session was that task; with a signal, so are all that show the same."""

    session: Annotated[str, Field(pattern=r"^s-[0-9a-f]{12}$")]
    task: Identifier
    signal: Signal | None = None
    tests: list[TaskTest] = []


class Undone(_Strict):
    at: Moment
    by: Words


class Lesson(_Strict):
    id: Annotated[str, Field(pattern=r"^l-[0-9a-f]{10}$")]
    at: Moment
    by: Words
    taught_by: Words
    """The host, the event or the session that was corrected."""
    reason: Text = ""
    changed: Text
    """What it changed when it was kept."""
    undone: Undone | None = None
    host: HostLesson | None = None
    team: TeamLesson | None = None
    task: TaskLesson | None = None

    @property
    def says(self) -> str:
        """The correction in one line."""
        if self.host is not None:
            return f"{self.host.pattern} is {self.host.service or 'no AI service'}"
        if self.team is not None:
            return f"{self.team.who} belongs to {self.team.team}"
        if self.task is not None:
            alike = " and what shows the same" if self.task.signal else ""
            return f"{self.task.session}{alike} is {self.task.task}"
        return "nothing"


def taught(rules: RuleSet, lessons: Sequence[Lesson], problems: list[str]) -> RuleSet:
    """The rules with what was learned in them, in the order in which it was learned."""
    active = sorted((ls for ls in lessons if ls.undone is None), key=lambda ls: (ls.at, ls.id))
    for lesson in active:
        if lesson.host is not None:
            rules = _with_host(rules, lesson, lesson.host, problems)
        if lesson.task is not None:
            rules = _with_task(rules, lesson, lesson.task)
    return replace(rules, lessons=(*rules.lessons, *active), known_digest=None)


def _with_task(rules: RuleSet, lesson: Lesson, task: TaskLesson) -> RuleSet:
    if task.signal is None:
        return rules
    file = TaskFile(
        task=task.task, recorded=lesson.at[:10], signals=[task.signal], tests=task.tests
    )
    tasks = {**rules.work.tasks, f"own/{LEARNED}/{lesson.id}.toml": file}
    return replace(rules, work=rules.work.model_copy(update={"tasks": tasks}))


def _with_host(rules: RuleSet, lesson: Lesson, host: HostLesson, problems: list[str]) -> RuleSet:
    if not host.service:
        return _dismissed(rules, host)
    if host.service in rules.services:
        return _joined(rules, host)
    if host.name is None:
        problems.append(f"own/{LEARNED}/{lesson.id}.toml: no service '{host.service}'")
        return rules
    return _added(rules, lesson, host, host.name)


def _joined(rules: RuleSet, host: HostLesson) -> RuleSet:
    """One more host of a service that there is."""
    file = rules.services[host.service].file
    vendor = rules.vendors[file]
    products = [
        _with_pattern(product, "ui", host.pattern) if product.id == host.service else product
        for product in vendor.products
    ]
    return _with_vendor(rules, file, vendor, host, products=products)


def _with_pattern(product: Product, role: str, pattern: str) -> Product:
    hosts = product.hosts.model_copy(update={role: [*getattr(product.hosts, role), pattern]})
    return product.model_copy(update={"hosts": hosts})


def _added(rules: RuleSet, lesson: Lesson, host: HostLesson, name: str) -> RuleSet:
    """A service that nobody knew, as a vendor of its own."""
    product = Product(
        id=host.service,
        name=name,
        category=host.category or UNTOLD_CATEGORY,
        hosts=Hosts(ui=[host.pattern]),
        unverified=["vendor"],
    )
    vendor = VendorFile(
        id=host.service, name=name, recorded=lesson.at[:10], products=[product], tests=[host.test]
    )
    return replace(rules, vendors={**rules.vendors, f"own/{LEARNED}/{host.service}.toml": vendor})


def _dismissed(rules: RuleSet, host: HostLesson) -> RuleSet:
    """No candidate any more; and no host of the vendor whose rule named it."""
    candidates = rules.candidates
    rules = replace(
        rules,
        candidates=candidates.model_copy(
            update={"dismissed": [*candidates.dismissed, host.pattern]}
        ),
    )
    file = next(iter(_files_that_name(rules, host.test)), None)
    if file is None:
        return rules
    vendor = rules.vendors[file]
    excluded = vendor.hosts.model_copy(update={"excluded": [*vendor.hosts.excluded, host.pattern]})
    return _with_vendor(rules, file, vendor, host, hosts=excluded)


def _files_that_name(rules: RuleSet, test: RuleTest) -> Iterator[str]:
    from shadow_scan.rules.matcher import Matcher

    found = Matcher(rules).match(test.host, test.path)
    if found is not None:
        yield found.rule.partition("#")[0]


def _with_vendor(
    rules: RuleSet, file: str, vendor: VendorFile, host: HostLesson, **update: object
) -> RuleSet:
    changed = vendor.model_copy(update={**update, "tests": [*vendor.tests, host.test]})
    return replace(rules, vendors={**rules.vendors, file: changed})


def as_toml(lesson: Lesson) -> str:
    """The lesson as its file has it; what is not set is left out."""
    return "\n".join(_lines("", lesson.model_dump(exclude_defaults=True))) + "\n"


def _lines(name: str, table: dict[str, Any]) -> Iterator[str]:
    """The plain values of a table, then the tables in it."""
    for key, value in table.items():
        if not _tables(value):
            yield f"{key} = {_value(value)}"
    for key, value in table.items():
        inner = f"{name}.{key}".lstrip(".")
        for entry in _tables(value):
            yield ""
            yield f"[{inner}]" if isinstance(value, dict) else f"[[{inner}]]"
            yield from _lines(inner, entry)


def _tables(value: object) -> list[dict[str, Any]]:
    if isinstance(value, dict):
        return [value]
    return [entry for entry in value if isinstance(entry, dict)] if isinstance(value, list) else []


def _value(value: object) -> str:
    """Texts as TOML's basic strings, which JSON's are but for characters beyond the first plane."""
    return json.dumps(value, ensure_ascii=False)
