"""The terms of the language: parser, help, completion and SQL are made from this one table."""

from __future__ import annotations

import difflib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

Kind = Literal["text", "number", "bytes", "day"]
Place = Literal["rows", "result", "either"]


@dataclass(frozen=True, slots=True)
class Term:
    """`place`: `rows` narrows what is counted, `result` the counted lines of a listing; `either`
    looks at the listing's own column where it has one, and at the rows elsewhere."""

    name: str
    kind: Kind
    place: Place
    help: str
    words: tuple[str, ...] = ()
    """All values that there are, where they are few and fixed."""


_ACTIVITIES = ("interactive", "background", "automated")
_STATUSES = ("unreviewed", "under-review", "sanctioned", "tolerated", "unsanctioned")
_YES_NO = ("yes", "no")
_SEVERITIES = ("none", "low", "medium", "high", "critical")

TERMS: dict[str, Term] = {
    term.name: term
    for term in (
        Term("service", "text", "rows", "a service, by its id or its name"),
        Term("vendor", "text", "either", "who makes the service"),
        Term("category", "text", "either", "what kind of service it is"),
        Term("team", "text", "rows", "a team; 'unattributed' is traffic of nobody known"),
        Term("task", "text", "rows", "what the work is; 'unknown' where no evidence names it"),
        Term("user", "text", "rows", "a person, device or address, as the listing shows it"),
        Term("user_kind", "text", "rows", "what a user is", ("person", "device", "address")),
        Term("activity", "text", "rows", "people, noise or machines", _ACTIVITIES),
        Term("account", "text", "rows", "whose account", ("company", "personal", "unknown")),
        Term("plan", "text", "rows", "the plan, where hosts or paths tell"),
        Term("surface", "text", "rows", "web, api, ide, desktop, mobile, cli, embedded"),
        Term("day", "day", "rows", "one day (UTC)"),
        Term("since", "day", "rows", "this day and later; 14d: the last 14 days of the data"),
        Term("until", "day", "rows", "this day and earlier"),
        Term("session", "text", "rows", "a session's id"),
        Term("tier", "text", "rows", "how sure a task is",
             ("observed", "likely", "possible", "unknown")),
        Term("confidence", "number", "rows", "how sure a task is, from 0 to 1"),
        Term("evidence", "text", "either", "the strongest proof",
             ("resolved", "connected", "transacted")),
        Term("status", "text", "either", "what was ruled for everybody", _STATUSES),
        Term("ruling", "text", "rows", "what was ruled for this team and plan", _STATUSES),
        Term("days_ruled", "number", "rows", "days since that ruling"),
        Term("company_plan", "text", "rows", "the service is sanctioned for somebody", _YES_NO),
        Term("bypass", "text", "rows", "not sanctioned, by somebody who also uses a sanctioned "
             "service for the same", _YES_NO),
        Term("trains", "text", "rows", "what is entered trains models by default",
             ("yes", "opt-out", "opt-in", "depends", "no")),
        Term("region", "text", "rows", "a restricted place of the vendor or the data, as cn"),
        Term("agreement", "text", "rows", "the vendor offers a data agreement", _YES_NO),
        Term("risk", "text", "result", "the highest open finding", _SEVERITIES),
        Term("severity", "text", "result", "of a finding", _SEVERITIES[1:]),
        Term("policy", "text", "result", "the policy of a finding"),
        Term("state", "text", "result", "of a finding, as open or answered"),
        Term("kind", "text", "result", "of agent traffic or of a tool, as the listing shows it"),
        Term("host", "text", "result", "a host name; * stands for anything"),
        Term("format", "text", "result", "the format of a source"),
        Term("source_file", "text", "result", "the file that was read"),
        Term("people", "number", "result", "people of a team"),
        Term("users", "number", "result", "how many people, devices or addresses"),
        Term("teams", "number", "result", "how many teams"),
        Term("services", "number", "result", "how many services"),
        Term("sessions", "number", "result", "how many sessions"),
        Term("events", "number", "result", "how many requests"),
        Term("blocked", "number", "result", "how many requests were blocked"),
        Term("days", "number", "result", "on how many days"),
        Term("age", "number", "result", "days since it was first seen, to the newest day"),
        Term("service_age", "number", "result", "days since its service was first seen by anybody"),
        Term("watched_days", "number", "result", "days that were recorded before it was seen"),
        Term("days_left", "number", "result", "of a decision, until it ends"),
        Term("days_to_review", "number", "result", "of a decision, until it is looked at again"),
        Term("score", "number", "result", "of a candidate, from 0 to 1"),
        Term("bytes_up", "bytes", "result", "sent, as >10MB"),
        Term("bytes_down", "bytes", "result", "received, as >1GiB"),
    )
}  # fmt: skip

UNKNOWN = "unknown"
"""As a value it stands for what no source says."""


def nearest(word: str, known: Sequence[str]) -> str:
    near = difflib.get_close_matches(word.lower(), list(known), n=1)
    return f"did you mean '{near[0]}'? " if near else ""


def suggestions(typed: str) -> tuple[str, ...]:
    """What the word that is being typed may become: terms, or the fixed values of one."""
    sign, bare = ("-", typed[1:]) if typed.startswith("-") else ("", typed)
    name, colon, begun = bare.partition(":")
    if not colon:
        return tuple(f"{sign}{term}:" for term in TERMS if term.startswith(name.lower()))
    before, comma, last = begun.rpartition(",")
    words = TERMS[name].words if name in TERMS else ()
    return tuple(
        f"{sign}{name}:{before}{comma}{word}" for word in words if word.startswith(last.lower())
    )


def help_text() -> str:
    """A line a term, as `--help` and the screens show it."""
    width = max(map(len, TERMS))
    return "\n".join(
        f"{term.name:<{width}}  {term.help}" + (f" ({', '.join(term.words)})" if term.words else "")
        for term in TERMS.values()
    )
