"""What a company is made of: people, what they do on the wire, and what it truly was."""

from __future__ import annotations

import math
import random
from dataclasses import dataclass, field

Span = tuple[float, float]
"""The ends of a range; values between them are spread evenly over their logarithms."""

INTERACTIVE, BACKGROUND, AUTOMATED = "interactive", "background", "automated"
SECONDS_A_DAY = 86_400


class Dice(random.Random):
    """Seeded by words, so that one part of a company can change without another."""

    def __init__(self, *words: object) -> None:
        super().__init__("/".join(str(word) for word in words))

    def span(self, span: Span) -> float:
        low, high = span
        return math.exp(self.uniform(math.log(max(low, 1e-3)), math.log(max(high, 1e-3))))

    def size(self, span: Span) -> int:
        return int(self.span(span))

    def chance(self, share: float) -> bool:
        return self.random() < share

    def weighted(self, weights: dict[str, float]) -> str:
        return self.choices(list(weights), list(weights.values()))[0]

    def hexadecimal(self, digits: int) -> str:
        return f"{self.getrandbits(4 * digits):0{digits}x}"

    def uuid(self) -> str:
        text = self.hexadecimal(32)
        return f"{text[:8]}-{text[8:12]}-{text[12:16]}-{text[16:20]}-{text[20:]}"


@dataclass(frozen=True, slots=True)
class Call:
    """One kind of request. In a path {uuid} and {hex} are made anew, {org} and {slug} given."""

    method: str
    path: str
    up: Span
    down: Span
    seconds: Span = (0.08, 0.9)
    host: str = ""
    """Another host than the tool's own."""


@dataclass(frozen=True, slots=True)
class Person:
    """Whoever a log can name: somebody at a desk, or a server."""

    name: str
    team: str
    function: str
    device: str
    address: str
    browser: str
    tastes: dict[str, float] = field(default_factory=dict)
    """Tasks that this person gives to general assistants."""
    assistants: dict[str, float] = field(default_factory=dict)
    special: tuple[str, ...] = ()
    appetite: float = 2.0
    """Sittings with AI a day."""
    unnamed: bool = False
    """The proxy lets this device through without asking who it is."""
    accounts: dict[str, str] = field(default_factory=dict)

    @property
    def is_server(self) -> bool:
        return self.function == "server"


@dataclass(slots=True)
class Exchange:
    """One request and its answer. Times in seconds since 1970, sizes in bytes."""

    time: float
    person: Person
    host: str
    method: str
    path: str
    up: int
    down: int
    seconds: float
    agent: str
    referrer: str = "-"
    status: int = 200
    port: int = 443

    @property
    def end(self) -> float:
        return self.time + self.seconds


@dataclass(slots=True)
class Label:
    """What truly went on: one person, one service, one stretch of time."""

    person: str
    service: str
    activity: str
    begin: float
    end: float
    tasks: dict[str, int] = field(default_factory=dict)
    """Task -> messages about it; empty for what no person did."""
    account: str | None = None
    by_name: str | None = None
    """The service that the host alone tells, where paths tell more; '' where it tells none."""

    def seen_as(self, with_paths: bool) -> str:
        return self.service if with_paths or self.by_name is None else self.by_name
