"""The lines of the ledger, strict: what a decision, an answer and a reveal say.

A line is canonical JSON (sorted keys, no blanks), and holds the digest of itself and of the line
before it. Fields that a later version adds are kept and covered by the digest.
"""

from __future__ import annotations

import hashlib
from typing import Annotated, Any, Literal

import msgspec

VERSION = 1
FIRST = "0" * 64
"""Stands where there is no line before."""

Status = Literal["unreviewed", "under-review", "sanctioned", "tolerated", "unsanctioned"]
Digest = Annotated[str, msgspec.Meta(pattern="^[0-9a-f]{64}$")]
Moment = Annotated[str, msgspec.Meta(pattern=r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z$")]
Day = Annotated[str, msgspec.Meta(pattern=r"^\d{4}-\d\d-\d\d$")]
Identifier = Annotated[str, msgspec.Meta(pattern="^[a-z0-9]+(-[a-z0-9]+)*$", max_length=60)]
Text = Annotated[str, msgspec.Meta(min_length=1, max_length=2000)]


class Numbers(msgspec.Struct, frozen=True, kw_only=True):
    """What was counted when somebody decided. Bytes are null where no log says."""

    users: int = 0
    sessions: int = 0
    events: int = 0
    bytes_up: int | None = None
    bytes_down: int | None = None


class Entry(msgspec.Struct, frozen=True, kw_only=True, tag_field="kind"):
    """What every line holds; the ledger itself writes these fields."""

    version: int = VERSION
    time: Moment = "0000-00-00T00:00:00.000000Z"
    writer: Text = "nobody"
    previous: Digest = FIRST
    digest: Digest = FIRST


class Decision(Entry, frozen=True, kw_only=True, tag="decision"):
    """A status for a service, for everybody or for one team or plan.

    `unreviewed` takes an earlier decision of the same scope back.
    """

    service: Identifier
    status: Status
    reason: Text
    plan: Text | None = None
    team: Text | None = None
    owner: Text | None = None
    until: Day | None = None
    measure: Text | None = None
    review: Day | None = None
    numbers: Numbers = Numbers()
    answers: dict[str, Numbers] = {}
    """The findings that were open for this scope; it answers them while their numbers hold."""
    rule_digest: str | None = None

    @property
    def scope(self) -> tuple[str, str | None, str | None]:
        return self.service, self.plan, self.team


class Answer(Entry, frozen=True, kw_only=True, tag="answer"):
    """A finding was looked at, and needs no decision: it stays answered while its numbers hold.

    `reopened` takes an earlier answer back.
    """

    finding: Text
    reopened: bool = False
    policy: Text
    service: str | None
    team: str | None
    reason: Text
    numbers: Numbers = Numbers()
    rule_digest: str | None = None


class Reveal(Entry, frozen=True, kw_only=True, tag="reveal"):
    """Somebody asked for the name behind a pseudonym. The name itself is nowhere written."""

    pseudonym: Text
    reason: Text
    found: bool


_KINDS = Decision | Answer | Reveal


def encoded(entry: Entry) -> tuple[Entry, bytes]:
    """The entry with its digest, and its line without a line end."""
    whole = msgspec.structs.replace(entry, digest=_digest(msgspec.to_builtins(entry)))
    return whole, msgspec.json.encode(whole, order="sorted")


def decoded(line: bytes) -> tuple[Entry, bool]:
    """What a line says, and whether it is just as it was written. Raises ValueError with what is
    wrong, in words, where it cannot be read."""
    try:
        fields = msgspec.json.decode(line, type=dict[str, Any])
        entry = msgspec.convert(fields, _KINDS)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
        raise ValueError(f"no line of a ledger: {str(error)[:120]}") from None
    canonical = msgspec.json.encode(fields, order="sorted") == line
    return entry, canonical and _digest(fields) == entry.digest


def line_digest(line: bytes) -> str:
    return hashlib.sha256(line).hexdigest()


def _digest(fields: dict[str, Any]) -> str:
    bare = {name: value for name, value in fields.items() if name != "digest"}
    return hashlib.sha256(msgspec.json.encode(bare, order="sorted")).hexdigest()
