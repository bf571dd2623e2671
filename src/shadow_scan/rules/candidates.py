"""Signs by which an unknown host looks like an AI service: their shape, and what they add up to.

Pure: which requests fit a sign is counted elsewhere; here stands what the counts mean.
"""

from __future__ import annotations

import math
import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Annotated, Literal, Self, get_args

from pydantic import BaseModel, ConfigDict, Field, model_validator

from shadow_scan.rules.models import Day, HostPattern, Identifier, Words
from shadow_scan.rules.patterns import glob_regex, kind_of

PathPattern = Annotated[str, Field(pattern=r"^[/*][^\x00-\x20\x7f-\x9f?#]*$", max_length=300)]
Range = Annotated[list[Annotated[float, Field(ge=0)]], Field(min_length=2, max_length=2)]
_MOST = 500
_SHOWN = frozenset({"paths", "agents", "ports"})
_HINTED = frozenset({"words", "sizes", "beside"})
Kind = Literal["paths", "agents", "ports", "words", "beside", "sizes"]

ENOUGH = 0.5
"""From this score on a host is more likely an AI service than not."""


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True, frozen=True, defer_build=True)


class Sign(_Strict):
    """What is named must hold: of a request `paths`, `methods`, `agents`, `ports` and sizes; of the
    host `words` of its name; then of all requests that fit, the means and shares."""

    id: Identifier
    reason: Words
    weight: Annotated[float, Field(gt=-1, lt=1)]
    """The chance that it is right; below zero, the share of the score that it takes away."""
    paths: Annotated[list[PathPattern], Field(max_length=_MOST)] = []
    methods: list[Annotated[str, Field(pattern=r"^[A-Z]+$")]] = []
    agents: Annotated[list[Words], Field(max_length=_MOST)] = []
    ports: list[Annotated[int, Field(ge=1, le=65535)]] = []
    seconds: Range | None = None
    bytes_a_second: Range | None = None
    """Downwards."""
    sent_a_received: Range | None = None
    """Bytes sent for each received, where the log tells both."""
    bytes_up_from: int | None = None
    bytes_up_to: int | None = None
    bytes_down_from: int | None = None
    words: Annotated[list[Words], Field(max_length=_MOST)] = []
    beside_from: Annotated[float, Field(gt=0, le=1)] | None = None
    """The share of its uses with AI used by the same person in the same ten minutes."""
    times_from: int = 1
    share_from: Annotated[float, Field(ge=0, le=1)] = 0
    mean_seconds_from: float = 0
    mean_bytes_down_from: float = 0
    largest_bytes_down_from: int = 0

    @cached_property
    def kind(self) -> Kind | None:
        """What it looks at first; the rest of what it names narrows that."""
        sizes = self.seconds or self.bytes_a_second
        looked_at = {"paths": self.paths, "agents": self.agents, "ports": self.ports,
                     "words": self.words, "beside": self.beside_from, "sizes": sizes}  # fmt: skip
        return next((kind for kind in get_args(Kind) if looked_at[kind]), None)

    @model_validator(mode="after")
    def _looks_at_one_thing(self) -> Self:
        if self.kind is None:
            raise ValueError("names nothing to look at: paths, agents, ports, words, sizes, beside")
        others = {"paths": self.paths, "agents": self.agents, "ports": self.ports}
        if sum(map(bool, others.values())) > 1 or (self.methods and not self.paths):
            raise ValueError("looks at one of paths (with methods), agents and ports")
        return self


class CandidateTest(_Strict):
    """One request to a host (alone), and whether that host must be listed."""

    host: str
    path: str | None = None
    method: str | None = None
    agent: str | None = None
    port: int = 443
    seconds: float | None = None
    bytes_down: int | None = None
    candidate: bool


class CandidatesFile(_Strict):
    """`candidates.toml`."""

    recorded: Day = "2026-01-01"
    listed_from: Annotated[float, Field(ge=0, le=1)] | None = None
    signs: Annotated[list[Sign], Field(max_length=_MOST)] = []
    dismissed: Annotated[list[HostPattern], Field(max_length=100_000)] = []
    """Hosts that somebody looked at, and that are no AI service."""
    tests: Annotated[list[CandidateTest], Field(max_length=_MOST)] = []

    def path_segments(self) -> Iterator[str]:
        """Whole words of paths that signs name: they are stored as they are."""
        for pattern in (path for sign in self.signs for path in sign.paths):
            yield from (word for word in pattern.split("/")[1:] if word and "*" not in word)


@dataclass(frozen=True, slots=True)
class Hits:
    """The records of one host that fit one sign. None: the log does not say."""

    sign: str
    times: int
    share: float
    """Of the host's records that tell what the sign looks at; for `beside_from` the share that it
    asks for."""
    seconds: float | None = None
    bytes_down: float | None = None
    largest_bytes_down: int | None = None


@dataclass(frozen=True, slots=True)
class Verdict:
    score: float
    reasons: tuple[str, ...]


def joined(shipped: CandidatesFile, own: CandidatesFile) -> CandidatesFile:
    """Own signs go before shipped ones of the same id; the rest adds up."""
    ids = {sign.id for sign in own.signs}
    listed = own.listed_from if own.listed_from is not None else shipped.listed_from
    return shipped.model_copy(
        update={
            "listed_from": listed,
            "signs": [*own.signs, *(sign for sign in shipped.signs if sign.id not in ids)],
            "dismissed": [*shipped.dismissed, *own.dismissed],
            "tests": [*shipped.tests, *own.tests],
        }
    )


def verdict(rules: CandidatesFile, hits: Iterable[Hits]) -> Verdict:
    """What all that was seen of a host adds up to."""
    found = {hit.sign: hit for hit in hits}
    held = _held(rules, found)
    ordered = sorted(held, key=lambda sign: (-abs(sign.weight), sign.id))
    return Verdict(_score(held), tuple(_reason(sign, found[sign.id]) for sign in ordered))


def score(rules: CandidatesFile, hits: Iterable[Hits]) -> float:
    """The verdict's number alone, for hosts by the thousand."""
    return _score(_held(rules, {hit.sign: hit for hit in hits}))


def most(rules: CandidatesFile, signs: Collection[str]) -> float:
    """The highest score that a host can have of which no other signs than these hold."""
    return _score([sign for sign in rules.signs if sign.weight > 0 and sign.id in signs])


def _held(rules: CandidatesFile, found: Mapping[str, Hits]) -> list[Sign]:
    return [sign for sign in rules.signs if sign.id in found and _holds(sign, found[sign.id])]


def _score(held: list[Sign]) -> float:
    shown = [sign for sign in held if sign.kind in _SHOWN]
    return round(1 - (1 - _chance(shown)) * (1 - _chance(held, of_kinds=_HINTED)), 3)


def _chance(signs: list[Sign], of_kinds: frozenset[str] = _SHOWN) -> float:
    """That one of the signs for it is right, less what those against it take away. What names and
    sizes say against a host does not touch what its requests have shown."""
    missed = math.prod(1 - s.weight for s in signs if s.weight > 0 and s.kind in of_kinds)
    return (1 - missed) * math.prod(1 + s.weight for s in signs if s.weight < 0)


def _holds(sign: Sign, hits: Hits) -> bool:
    if sign.beside_from is not None:
        return hits.share >= sign.beside_from
    return (
        hits.times >= sign.times_from
        and hits.share >= sign.share_from
        and _reaches(hits.seconds, sign.mean_seconds_from)
        and _reaches(hits.bytes_down, sign.mean_bytes_down_from)
        and (hits.largest_bytes_down or 0) >= sign.largest_bytes_down_from
    )


def _reaches(mean: float | None, bound: float) -> bool:
    """What the log does not say speaks neither for nor against it."""
    return mean is None or mean >= bound


def _reason(sign: Sign, hits: Hits) -> str:
    front = "" if sign.weight > 0 else "against it: "
    if sign.words:
        return f"{front}{sign.reason}"
    if sign.beside_from is not None:
        return f"{front}{sign.reason} ({100 * hits.share:.0f} % of its uses)"
    return f"{front}{sign.reason} ({hits.times:,} of its records)"


def is_dismissed(rules: CandidatesFile, host: str) -> bool:
    """Whether somebody has looked at the host, and found no AI service."""
    return any(_is_named(pattern, host) for pattern in rules.dismissed)


def _is_named(pattern: str, host: str) -> bool:
    kind = kind_of(pattern)
    if kind == "suffix":
        return host == pattern or host.endswith(f".{pattern}")
    if kind == "regex":
        return re.fullmatch(pattern[3:], host) is not None
    return glob_regex(pattern.removeprefix("="), within_label=True).fullmatch(host) is not None


def is_listed(rules: CandidatesFile, host: str, found: Verdict) -> bool:
    return found.score >= max(rules.listed_from or 0, 0.001) and not is_dismissed(rules, host)


def failures(rules: CandidatesFile) -> Iterator[str]:
    """What the tests of the file say and does not hold; a test's request is the host's only one."""
    for at, test in enumerate(rules.tests):
        hits = [
            Hits(sign.id, 1, 1.0, test.seconds, test.bytes_down, test.bytes_down)
            for sign in rules.signs
            if _fits(sign, test)
        ]
        found = verdict(rules, hits)
        if is_listed(rules, test.host, found) != test.candidate:
            wanted = "listed" if test.candidate else "left out"
            yield f"tests.{at}: {test.host} should be {wanted}, and scores {found.score}"


def name_words(host: str) -> list[str]:
    return re.split(r"[^a-z0-9]+", host)


def _fits(sign: Sign, test: CandidateTest) -> bool:
    if sign.words:
        return not set(sign.words).isdisjoint(name_words(test.host))
    if sign.beside_from is not None:
        return False
    path, agent = test.path or "", test.agent or ""
    return (
        (not sign.methods or test.method in sign.methods)
        and (not sign.ports or test.port in sign.ports)
        and (not sign.paths or any(glob_regex(glob).fullmatch(path) for glob in sign.paths))
        and (not sign.agents or any(re.search(pattern, agent) for pattern in sign.agents))
        and _sized(sign, test)
    )


def _sized(sign: Sign, test: CandidateTest) -> bool:
    rate = (test.bytes_down or 0) / test.seconds if test.seconds else None
    return (
        _within(test.seconds, sign.seconds)
        and _within(rate, sign.bytes_a_second)
        and (test.bytes_down or 0) >= (sign.bytes_down_from or 0)
        and sign.bytes_up_from is None
    )


def _within(value: float | None, asked: list[float] | None) -> bool:
    return asked is None or (value is not None and asked[0] <= value <= asked[1])
