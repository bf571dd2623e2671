"""Tells others of new findings: a JSON webhook, or the text of a mail. None is dropped in silence.

What was told to whom is remembered in the workspace; what could not be delivered waits for the next
time. Small teams fold together, for all of this leaves the machine.
"""

from __future__ import annotations

import contextlib
import hashlib
import urllib.error
import urllib.request
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from email.message import EmailMessage
from typing import Any
from urllib.parse import urlsplit

import msgspec

from shadow_scan import __version__
from shadow_scan.console import visible
from shadow_scan.errors import UsageError
from shadow_scan.listings.findings import SEVERITIES, findings
from shadow_scan.sharing import shared
from shadow_scan.whole import write_whole
from shadow_scan.workspace import Workspace

BATCH = 100
"""Findings of one request to a webhook."""
MAIL = "mail"
_SECONDS = 10.0
_TOLD = (
    *("finding", "policy", "severity", "service", "name", "team", "host", "reasons", "users"),
    *("sessions", "events", "blocked", "bytes_up", "first_time", "last_time", "recommendation"),
    *("coverage", "evidence"),
)

Record = dict[str, Any]


class Told(msgspec.Struct):
    """What one receiver has been told, and how often in a row it could not be reached."""

    findings: list[str] = []
    failures: int = 0
    error: str | None = None


@dataclass(frozen=True, slots=True)
class Delivery:
    told: int
    waiting: int
    error: str | None
    failures: int


def new_findings(place: Workspace, receiver: str, least: str = "low") -> list[Record]:
    """Open findings that this receiver has not been told, the worst first. One that was answered
    and came back is new again."""
    enough = SEVERITIES[: SEVERITIES.index(least) + 1]
    records = _shared_findings(place)
    memory = _memory(place)
    told = memory.setdefault(_key(receiver), Told())
    answered = {r["finding"] for r in records if r["state"] == "answered"}
    if answered & set(told.findings):
        told.findings = [name for name in told.findings if name not in answered]
        _remember(place, memory)
    fresh = [r for r in records if r["state"] == "open" and r["finding"] not in told.findings]
    return sorted(
        (r for r in fresh if r["severity"] in enough),
        key=lambda r: (SEVERITIES.index(r["severity"]), r["finding"]),
    )


def post(place: Workspace, url: str, least: str = "low") -> Delivery:
    """Send what is new to a webhook. Raises UsageError for an address that is none; a receiver
    that fails is remembered, and what it missed waits."""
    _check(url)
    waiting = new_findings(place, url, least)
    told = 0
    error = None
    for at in range(0, len(waiting), BATCH):
        batch = waiting[at : at + BATCH]
        error = _posted(url, payload(batch, left=len(waiting) - at - len(batch)))
        _note(place, url, [] if error else [r["finding"] for r in batch], error)
        if error is not None:
            break
        told += len(batch)
    failures = _memory(place).get(_key(url), Told()).failures
    return Delivery(told, len(waiting) - told, error, failures)


def payload(records: Sequence[Record], left: int = 0) -> dict[str, Any]:
    """`left`: how many more follow in further requests."""
    return {
        "product": "shadow-scan",
        "version": __version__,
        "time": datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ"),
        "findings": [{name: record[name] for name in _TOLD} for record in records],
        "following": left,
    }


def mail(records: Sequence[Record]) -> str:
    """A whole message without addresses, for a program that sends mail."""
    message = EmailMessage()
    worst = records[0]["severity"]
    message["Subject"] = f"shadow-scan: {len(records)} new findings, the worst is {worst}"
    message["X-Mailer"] = f"shadow-scan {__version__}"
    message.set_content("\n".join(_mail_lines(records)) + "\n")
    return message.as_string()


def _mail_lines(records: Sequence[Record]) -> Iterator[str]:
    for record in records:
        where = " in ".join(filter(None, (record["name"] or record["host"], record["team"])))
        yield visible(f"[{record['severity']}] {record['policy']}: {where}")
        yield from (visible(f"    {reason}") for reason in record["reasons"])
        yield visible(f"    to do: {record['recommendation']}")
        yield visible(f"    {record['finding']}; {'; '.join(record['coverage'][:3])}")
        yield ""


def told_by_mail(place: Workspace, records: Sequence[Record]) -> None:
    _note(place, MAIL, [record["finding"] for record in records], None)


def unreached(place: Workspace) -> list[Told]:
    """Receivers that could not be reached the last time: what they missed waits."""
    return [told for told in _memory(place).values() if told.failures]


def _shared_findings(place: Workspace) -> list[Record]:
    token = shared.set(True)
    try:
        return findings(place)
    finally:
        shared.reset(token)


def _check(url: str) -> None:
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        remedy = "write it as https://alerts.example/shadow-scan"
        raise UsageError("a webhook needs a web address", where="--webhook", remedy=remedy)


class _NoRedirects(urllib.request.HTTPRedirectHandler):
    """Findings go where somebody said that they go."""

    def redirect_request(self, *_: Any, **__: Any) -> None:
        return None


def _posted(url: str, body: dict[str, Any]) -> str | None:
    """None when it was taken; else what went wrong, without the address, which may hold a key."""
    request = urllib.request.Request(  # noqa: S310 - the scheme was checked
        url,
        data=msgspec.json.encode(body),
        headers={"Content-Type": "application/json", "User-Agent": f"shadow-scan/{__version__}"},
        method="POST",
    )
    opener = urllib.request.build_opener(_NoRedirects)
    try:
        with opener.open(request, timeout=_SECONDS) as response:
            response.read(1)
    except urllib.error.HTTPError as failure:
        failure.close()
        return f"it answered {failure.code}"
    except (OSError, ValueError) as failure:
        return str(getattr(failure, "reason", failure))[:200]
    return None


def _key(receiver: str) -> str:
    return hashlib.sha256(receiver.encode()).hexdigest()[:16]


def _memory(place: Workspace) -> dict[str, Told]:
    try:
        return msgspec.json.decode(place.alerts.read_bytes(), type=dict[str, Told])
    except (OSError, msgspec.MsgspecError):
        return {}


def _note(place: Workspace, receiver: str, told: Sequence[str], error: str | None) -> None:
    memory = _memory(place)
    mine = memory.setdefault(_key(receiver), Told())
    mine.findings = [*mine.findings, *told]
    mine.failures = mine.failures + 1 if error else 0
    mine.error = error
    _remember(place, memory)


def _remember(place: Workspace, memory: dict[str, Told]) -> None:
    """A workspace that cannot be written tells the same again: rather twice than never."""
    with contextlib.suppress(OSError):
        write_whole(place.alerts, msgspec.json.encode(memory, order="sorted"))
