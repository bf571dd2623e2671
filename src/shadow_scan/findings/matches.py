"""What a policy found: its place, its numbers, and its words."""

from __future__ import annotations

import hashlib
import string
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

import msgspec

from shadow_scan.governance.entries import Numbers
from shadow_scan.vocabulary import some

if TYPE_CHECKING:
    from shadow_scan.rules.policies import Policy

_NOUNS = {
    "users": "user",
    "sessions": "session",
    "events": "request",
    "blocked": "blocked request",
    "days": "day",
    "hits": "time",
}
_BYTES = ("bytes_up", "bytes_down")
_UNITS = ("bytes", "kB", "MB", "GB", "TB", "PB")


class Match(msgspec.Struct, frozen=True, kw_only=True):
    """A policy x service x team (or host), with the numbers of what fits. Times are texts."""

    finding: str
    policy: str
    severity: str
    service: str | None
    team: str | None
    host: str | None
    reasons: list[str]
    recommendation: str
    users: int
    sessions: int | None
    events: int
    blocked: int
    bytes_up: int | None
    bytes_down: int | None
    days: int | None
    first_time: str | None
    last_time: str | None
    evidence: list[str]
    coverage: list[str]

    @property
    def numbers(self) -> Numbers:
        return Numbers(
            users=self.users,
            sessions=self.sessions or 0,
            events=self.events,
            bytes_up=self.bytes_up,
            bytes_down=self.bytes_down,
        )


def finding_id(policy: str, subject: str | None, team: str | None) -> str:
    """The same for the same policy, service (or host) and team, in every workspace."""
    text = "\x1f".join((policy, subject or "", team or ""))
    return f"f-{hashlib.sha256(text.encode()).hexdigest()[:12]}"


def match_of(policy: Policy, record: Mapping[str, Any], coverage: list[str]) -> Match:
    """`record`: a row of one of the statements of this package."""
    host = record.get("host")
    return Match(
        finding=finding_id(policy.id, record["service"] or host, record["team"]),
        policy=policy.id,
        severity=policy.severity,
        service=record["service"],
        team=record["team"],
        host=host,
        reasons=[*said(policy.reasons, record)],
        recommendation=next(said([policy.recommendation], record), policy.recommendation),
        users=record["users"] or 0,
        sessions=record["sessions"],
        events=record["events"] or 0,
        blocked=record["blocked"] or 0,
        bytes_up=record["bytes_up"],
        bytes_down=record["bytes_down"],
        days=record["days"],
        first_time=record["first_time"],
        last_time=record["last_time"],
        evidence=list(record["evidence"] or ()),
        coverage=coverage,
    )


def said(sentences: list[str], record: Mapping[str, Any]) -> Iterator[str]:
    """The sentences with their numbers; one that needs a number nobody knows is left out."""
    for sentence in sentences:
        names = [name for _, name, _, _ in string.Formatter().parse(sentence) if name]
        if all(record.get(name) is not None for name in names):
            yield sentence.format(**{name: _written(name, record[name]) for name in names})


def _written(name: str, value: Any) -> str:
    if name in _BYTES:
        return readable_bytes(value)
    if name in _NOUNS:
        return some(value, _NOUNS[name])
    if name in ("first_time", "last_time"):
        return str(value)[:10]
    return f"{value:,}" if isinstance(value, int) else str(value)


def readable_bytes(amount: int) -> str:
    """`36.8 MB`; decimal units, as the filters have them."""
    size, unit = float(amount), 0
    while abs(size) >= 1000 and unit < len(_UNITS) - 1:
        size, unit = size / 1000, unit + 1
    return f"{size:.0f} {_UNITS[unit]}" if unit == 0 else f"{size:.1f} {_UNITS[unit]}"
