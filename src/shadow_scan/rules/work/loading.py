"""Reads the files about work; an organisation's own ones add to the shipped, or replace by name.

A signal, task, function or application of the same id is the own one; own clients, accounts and
rules of activity are asked before the shipped; an own `confidence.toml` stands for the whole file.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any, TypeVar

from pydantic import BaseModel

from shadow_scan.rules.files import TASKS, work_files
from shadow_scan.rules.patterns import pattern_problems
from shadow_scan.rules.reading import read_file
from shadow_scan.rules.work.content import WorkRules
from shadow_scan.rules.work.models import (
    AccountsFile,
    ActivityFile,
    ClientsFile,
    ConfidenceFile,
    ContextFile,
    TaskFile,
    VocabularyFile,
)

_SINGLE: dict[str, type[BaseModel]] = {
    "vocabulary": VocabularyFile,
    "context": ContextFile,
    "clients": ClientsFile,
    "activity": ActivityFile,
    "accounts": AccountsFile,
    "confidence": ConfidenceFile,
}
_MAX_TASK_FILES = 500

Entry = TypeVar("Entry", bound=BaseModel)


def read_work(folder: Path, whose: str, problems: list[str]) -> WorkRules:
    """The rules of one folder; adds what is wrong with them to `problems`."""
    files = work_files(folder)
    if len(files) > _MAX_TASK_FILES:
        problems.append(f"{whose}{TASKS}: {len(files)} files, more than {_MAX_TASK_FILES}")
        return WorkRules()
    content: dict[str, Any] = {TASKS: {}}
    for file in files:
        name = whose + file.relative_to(folder).as_posix()
        model = TaskFile if file.parent.name == TASKS else _SINGLE[file.stem]
        read: Any = read_file(file, name, model, problems)
        if read is None:
            continue
        problems += [f"{name}: {problem}" for problem in (*_twice(read), *_broken(read))]
        if isinstance(read, TaskFile):
            content[TASKS][name] = read
        else:
            content[file.stem] = read
    return WorkRules(**content)


def _twice(file: BaseModel) -> Iterator[str]:
    """Two entries of one id contradict each other or repeat themselves."""
    for key in type(file).model_fields:
        entries = getattr(file, key)
        ids = [entry.id for entry in entries if hasattr(entry, "id")] if _is_list(entries) else []
        for name, times in Counter(ids).items():
            if times > 1:
                yield f"{key}: '{name}' stands here {times} times"


def _is_list(value: object) -> bool:
    return isinstance(value, list)


def _broken(file: BaseModel) -> Iterator[str]:
    """Host patterns that can never match, and user agents that are no pattern or a slow one."""
    for key in type(file).model_fields:
        entries = getattr(file, key)
        for at, entry in enumerate(entries if _is_list(entries) else ()):
            for pattern in getattr(entry, "hosts", ()):
                for problem in _host_problems(pattern, paths=isinstance(file, ContextFile)):
                    yield f"{key}.{at}.hosts: '{pattern}' {problem}"
            for agent in getattr(entry, "agents", ()):
                for problem in pattern_problems(f"re:{agent}"):
                    yield f"{key}.{at}.agents: '{agent}' {problem}"
            for path in getattr(entry, "paths", ()):
                if path.count("*") > 6:
                    yield f"{key}.{at}.paths: '{path}' holds more than 6 '*'"


def _host_problems(pattern: str, *, paths: bool) -> Iterator[str]:
    if not paths and "/" in pattern and not pattern.startswith("re:"):
        yield "is no host: paths stand in 'paths'"
        return
    yield from pattern_problems(pattern)


def overlaid_work(shipped: WorkRules, own: WorkRules) -> tuple[WorkRules, tuple[str, ...]]:
    """The rules of both, and what the own ones did, a line each."""
    both = WorkRules(
        vocabulary=_joined(shipped.vocabulary, own.vocabulary, "functions", "tasks"),
        tasks=_tasks(shipped.tasks, own.tasks),
        context=_joined(shipped.context, own.context, "applications", "tests"),
        clients=_joined(shipped.clients, own.clients, "clients", "tests"),
        activity=_joined(
            shipped.activity, own.activity, "requests", "sessions", "request_tests", "session_tests"
        ),
        accounts=_joined(shipped.accounts, own.accounts, "accounts", "tests"),
        confidence=own.confidence if own.confidence.weights else shipped.confidence,
    )
    return both, tuple(_notes(own))


def _joined(shipped: Entry, own: Entry, *keys: str) -> Entry:
    """The own entries first; a shipped one of the same id gives way."""
    both = {}
    for key in keys:
        mine = getattr(own, key)
        ids = {getattr(entry, "id", None) for entry in mine} - {None}
        both[key] = [
            *mine,
            *(e for e in getattr(shipped, key) if getattr(e, "id", None) not in ids),
        ]
    return shipped.model_copy(update=both)


def _tasks(shipped: dict[str, TaskFile], own: dict[str, TaskFile]) -> dict[str, TaskFile]:
    taken = {
        (file.task, name)
        for file in own.values()
        for name in (*(signal.id for signal in file.signals), *file.disabled)
    }
    left = {
        name: file.model_copy(
            update={"signals": [s for s in file.signals if (file.task, s.id) not in taken]}
        )
        for name, file in shipped.items()
    }
    return {**left, **own}


def _notes(own: WorkRules) -> Iterator[str]:
    for name, file in own.tasks.items():
        yield f"own rules on {file.task}: {len(file.signals)} signals ({name})"
        for signal in file.disabled:
            yield f"own rules disable {file.task}#{signal}"
