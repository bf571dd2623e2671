"""An AI service as a browser or an editor meets it: hosts, paths, sizes, what it is used for."""

from __future__ import annotations

from dataclasses import dataclass, field

from .model import Call, Span

TEXT_UP: Span = (1_200, 18_000)
TEXT_DOWN: Span = (4_000, 110_000)
STREAM: Span = (4, 55)
DOCUMENT: Span = (60_000, 6_000_000)


@dataclass(frozen=True, slots=True)
class Tool:
    """`tasks` is what it is for; empty: whatever its user has to do."""

    service: str
    host: str
    page: str
    ask: Call
    tasks: dict[str, float] = field(default_factory=dict)
    chores: tuple[Call, ...] = ()
    """What the page does around a message: drafts, histories, telemetry."""
    assets: tuple[str, ...] = ()
    upload: tuple[Call, ...] = ()
    features: dict[str, Call] = field(default_factory=dict)
    """Calls that a task brings with it, beside or instead of a message."""
    idle: tuple[Call, ...] = ()
    idle_every: Span = (60, 300)
    assistant_page: str = ""
    """Page of a custom assistant, with its {slug}."""
    agent: str = ""
    """The client program, where it is no browser."""
    messages: Span = (1, 9)
    pause: Span = (15, 200)
    by_name: str | None = None
    company_only: str | None = None
    """The kind of account that its hosts allow at all."""
    documents: bool = False
    """People come here with a document."""


def post(path: str, up: Span = TEXT_UP, down: Span = TEXT_DOWN, seconds: Span = STREAM) -> Call:
    return Call("POST", path, up, down, seconds)


def small(method: str, path: str, host: str = "") -> Call:
    return Call(method, path, (600, 2_600), (300, 9_000), (0.05, 0.5), host)


def put(path: str, host: str = "", size: Span = DOCUMENT) -> Call:
    return Call("PUT" if host else "POST", path, size, (300, 1_500), (0.4, 9), host)


PICTURE: Span = (900_000, 3_200_000)
