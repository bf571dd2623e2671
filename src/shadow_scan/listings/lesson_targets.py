"""From what somebody corrects (a host, an event, a session, a person's address) to a lesson."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass, replace
from typing import Any

from shadow_scan.analysis.work import seen_in
from shadow_scan.collectors.canonical import split_authority
from shadow_scan.errors import UsageError
from shadow_scan.identity.keyfile import load_or_create_key
from shadow_scan.identity.names import address_key, device_key, user_key
from shadow_scan.identity.pseudonyms import Pseudonyms
from shadow_scan.listings.events import event_at
from shadow_scan.rules.lessons import HostLesson, TaskLesson, TeamLesson
from shadow_scan.rules.matcher import Matcher
from shadow_scan.rules.models import RuleTest
from shadow_scan.rules.work.evidence import Seen
from shadow_scan.rules.work.models import Signal, TaskTest
from shadow_scan.rules.work.signals import TaskRules
from shadow_scan.store.database import opened, rows
from shadow_scan.store.meta import keeps_plain_names, said
from shadow_scan.store.privacy import NamePolicy
from shadow_scan.workspace import Workspace

_EVENT = re.compile(r"(.+):(\d+)")
_SESSION = re.compile(r"s-[0-9a-f]{12}")
_STORED = re.compile(r"[uda]-[0-9a-f]{10}")
_TABLES = ("users", "devices", "addresses")


@dataclass(frozen=True, slots=True)
class Correction:
    """What somebody says is wrong, and what is right. Exactly one of service, no_ai, task, team."""

    what: str
    """A host, FILE:LINE, a session's id, or whose team is corrected."""
    service: str | None = None
    name: str | None = None
    category: str | None = None
    no_ai: bool = False
    task: str | None = None
    team: str | None = None
    only_this: bool = False
    """Of a session: nothing is to be learned for others."""
    names_below: bool = False
    """Of a host: and every name under it."""
    by: str | None = None
    reason: str = ""


def content_of(place: Workspace, matcher: Matcher, asked: Correction) -> dict[str, Any]:
    """The part of a lesson that says what was learned. Raises UsageError."""
    said = [word for word in (asked.service, asked.task, asked.team) if word is not None]
    if len(said) + asked.no_ai != 1:
        remedy = "one of --service ID, --no-ai, --task TASK, --team TEAM"
        raise UsageError("say what is right", where=asked.what, remedy=remedy)
    if asked.task is not None:
        return {"task": _task(place, matcher, asked, asked.task)}
    if asked.team is not None:
        return {"team": TeamLesson(who=_whose(place, asked.what), team=asked.team)}
    return {"host": _host(place, matcher, asked)}


def _host(place: Workspace, matcher: Matcher, asked: Correction) -> HostLesson:
    host, path = _named_host(place, asked.what)
    service = asked.service or ""
    found = matcher.host(host)
    now = found.service if found is not None and found.counted else ""
    if found is not None and service == now:
        raise UsageError(f"the rules say so already ({found.rule})", where=host)
    known = matcher.rule_set.services
    if not re.fullmatch(r"([a-z0-9]+(-[a-z0-9]+)*)?", service):
        remedy = "lower-case words joined by hyphens, as desk-ai"
        raise UsageError(f"'{service}' is no id of a service", where=host, remedy=remedy)
    if service and service not in known and asked.name is None:
        remedy = "--name NAME makes a service of it; `shadow-scan rules list` has the known ones"
        raise UsageError(f"no service '{service}'", where=host, remedy=remedy)
    return HostLesson(
        pattern=host if asked.names_below else f"={host}",
        service=service,
        name=asked.name if service not in known else None,
        category=asked.category if service not in known else None,
        test=RuleTest(host=host, path=path, service=service),
    )


def _named_host(place: Workspace, what: str) -> tuple[str, str | None]:
    """The host that is meant, and the path of the event that taught it."""
    event = _EVENT.fullmatch(what)
    if event and place.derived.exists() and not _is_host(what):
        found = event_at(place, event[1], int(event[2]))
        if not found["host"]:
            raise UsageError("this event names no host", where=what)
        return found["host"], found["path"]
    bare = what.partition("://")[2] or what
    host = split_authority(bare.partition("/")[0])[0]
    if host is None or "." not in host:
        remedy = "a host (desk.example), or an event (access.log:17)"
        raise UsageError("no host and no event", where=what, remedy=remedy)
    return host, None


def _is_host(what: str) -> bool:
    host, port = split_authority(what)
    return port in {80, 443, 8080, 8443, 3128, 11434, 1234, 8000} and host is not None


def _whose(place: Workspace, what: str) -> str:
    """An identity as the store and the listings have it."""
    if _SESSION.fullmatch(what):
        return str(_session(place, what)["identity"])
    event = _EVENT.fullmatch(what)
    if event and place.derived.exists() and address_key(what) is None:
        identity = event_at(place, event[1], int(event[2]))["identity"]
        if identity is None:
            raise UsageError("nobody is known for this event", where=what)
        return str(identity)
    return _stored_name(place, what)


def _stored_name(place: Workspace, what: str) -> str:
    if not place.facts.exists():
        raise UsageError("no logs have been read yet", where=what, remedy="`shadow-scan scan PATH`")
    with opened(place.facts, read_only=True) as connection:
        plain = keeps_plain_names(said(connection))
        spelled = [what] if _STORED.fullmatch(what) else _spellings(place, what, plain=plain)
        for table in _TABLES:
            sql = f"SELECT text FROM {table} WHERE list_contains($names, text)"
            for (text,) in rows(connection, sql, {"names": spelled}):
                return str(text)
    remedy = "an address, device or user of a log, or its pseudonym from `shadow-scan users`"
    raise UsageError("no log names that", where=what, remedy=remedy)


def _spellings(place: Workspace, what: str, *, plain: bool) -> list[str]:
    """What the store calls an address, a device or a user of that name."""
    if plain:
        names = NamePolicy.plain_names()
    else:
        key = load_or_create_key(place.path, os.environ, warn=lambda message: None)
        names = NamePolicy.pseudonymous(Pseudonyms(key))
    keys = ((names.address, address_key(what)), (names.device, device_key(what)),
            (names.user, user_key(what).key))  # fmt: skip
    return [what, *(named(key) for named, key in keys if key is not None)]


def _task(place: Workspace, matcher: Matcher, asked: Correction, task: str) -> TaskLesson:
    known = {entry.id for entry in matcher.rule_set.work.vocabulary.tasks}
    if task not in known:
        remedy = f"one of {', '.join(sorted(known))}"
        raise UsageError(f"no task '{task}'", where=asked.what, remedy=remedy)
    name = asked.what
    event = _EVENT.fullmatch(name)
    if event and place.derived.exists():
        sessions = event_at(place, event[1], int(event[2]))["sessions"]
        if not sessions:
            raise UsageError("this event belongs to no session", where=asked.what)
        name = sessions[0]
    session = _session(place, name)
    if session["task"] == task and session["confidence"] == 1:
        raise UsageError("this session was corrected so already", where=name)
    lesson = TaskLesson(session=name, task=task)
    tasks = TaskRules(matcher.rule_set)
    seen = seen_in(session["shown"], tasks) if session["shown"] else None
    if asked.only_this or seen is None:
        return lesson
    clients = matcher.rule_set.work.clients.clients
    programs = {client.id for client in clients if client.kind != "browser"}
    telling = replace(seen, clients=seen.clients & programs)
    return _generalised(lesson, telling) if _tells(telling) else lesson


def _tells(seen: Seen) -> bool:
    """Whether there is more than a service and a browser, which would speak for everybody."""
    return bool(seen.context or seen.function or seen.clients)


def _generalised(lesson: TaskLesson, seen: Seen) -> TaskLesson:
    """What the session showed besides its service, as a signal for all that show the same."""
    shown: dict[str, Any] = {"context": sorted(seen.context)[:1], "clients": sorted(seen.clients)}
    functions = [seen.function] if seen.function else []
    signal = Signal(
        id="taught", strength="taught", services=[seen.service], functions=functions, **shown
    )
    alike = TaskTest(
        service=seen.service,
        client=min(seen.clients, default=None),
        context=sorted(seen.context),
        function=seen.function,
        evidence=seen.evidence,
        answer=True,
    )
    bare = TaskTest(service=seen.service, evidence=seen.evidence, answer=False)
    return lesson.model_copy(update={"signal": signal, "tests": [alike, bare]})


def _session(place: Workspace, name: str) -> dict[str, Any]:
    if _SESSION.fullmatch(name) and place.derived.exists():
        with opened(place.derived, read_only=True) as connection:
            sql = "SELECT identity, task, confidence, shown FROM sessions WHERE session = $1"
            for identity, task, confidence, shown in rows(connection, sql, [name]):
                return {
                    "identity": identity, "task": task, "confidence": confidence, "shown": shown,
                }  # fmt: skip
    remedy = "`shadow-scan sessions` lists those that there are now"
    raise UsageError("there is no such session (any more)", where=name, remedy=remedy)
