"""Small questions of text that rules about work ask: of paths, host names, agents, team names."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from functools import lru_cache
from itertools import pairwise
from typing import Generic, TypeVar

from shadow_scan.rules.matcher import MAX_NAME, MAX_PATH
from shadow_scan.rules.patterns import HostPatterns, ends_of, glob_expression, kind_of
from shadow_scan.rules.work.models import Application, Client, FunctionEntry

T = TypeVar("T")
Fits = Callable[[str], bool]
_CACHED = 50_000
_WORD = re.compile(r"[a-z0-9]+")


def path_fits(patterns: Iterable[str]) -> Fits:
    """Whether a path fits one of the patterns; longer ones than rules look at are cut."""
    together = re.compile(f"(?:{'|'.join(map(glob_expression, patterns))})", re.DOTALL)
    return lambda path: together.fullmatch(path[:MAX_PATH]) is not None


class HostNames(Generic[T]):
    """Values by host pattern: exact before the longest suffix, before wildcards and patterns."""

    def __init__(self, given: Iterable[tuple[str, T]]) -> None:
        self._exact: dict[str, T] = {}
        self._suffix: dict[str, T] = {}
        self._patterns: HostPatterns[T] = HostPatterns()
        for pattern, value in given:
            self._add(pattern, value)

    def _add(self, pattern: str, value: T) -> None:
        kind = kind_of(pattern)
        if kind == "exact":
            self._exact.setdefault(pattern[1:], value)
        elif kind == "suffix":
            self._suffix.setdefault(pattern, value)
        else:
            self._patterns.add(pattern, value)

    def of(self, host: str) -> T | None:
        if not host or len(host) > MAX_NAME:
            return None
        if host in self._exact:
            return self._exact[host]
        at = 0
        while True:
            if (found := self._suffix.get(host[at:])) is not None:
                return found
            at = host.find(".", at) + 1
            if not at:
                break
        return self._patterns.of(host)


class Applications:
    """Which work application a host is: by path where one tells it, by its name, else by the
    words of its first label."""

    def __init__(self, applications: Iterable[Application]) -> None:
        named = [(host, entry.id) for entry in applications for host in entry.hosts]
        self.ends = ends_of(host for host, _ in named)
        self._hosts = HostNames(entry for entry in named if not _has_path(entry[0]))
        self._paths = [
            (HostNames([(pattern.partition("/")[0], True)]), _path_of(pattern), application)
            for pattern, application in named
            if _has_path(pattern)
        ]
        self._with_paths = HostNames(
            (pattern.partition("/")[0], True) for pattern, _ in named if _has_path(pattern)
        )
        self._labels: dict[str, str] = {}
        for entry in applications:
            for label in entry.labels:
                self._labels.setdefault(label, entry.id)

    @property
    def words(self) -> tuple[str, ...]:
        """What may stand in the first label of a host that is one."""
        return tuple(self._labels)

    def of(self, host: str, path: str | None = None) -> str | None:
        for names, fits, application in self._paths if path is not None else ():
            if names.of(host) and fits(path or ""):
                return application
        found = self._hosts.of(host)
        if found is not None or host.count(".") < 2:
            return found
        words = _WORD.findall(host.partition(".")[0])
        return next((self._labels[word] for word in words if word in self._labels), None)

    def path_decides(self, host: str) -> bool:
        """True where a path can change the answer for this host."""
        return self._with_paths.of(host) is not None


def product_of(host: str) -> str:
    """Hosts of one product, roughly: those that share their last two labels."""
    return ".".join(host.rsplit(".", 2)[-2:])


def _has_path(pattern: str) -> bool:
    return "/" in pattern and not pattern.startswith("re:")


def _path_of(pattern: str) -> Fits:
    return path_fits(["/" + pattern.partition("/")[2]])


class Clients:
    """Which kind of program a user agent is; None where no rule says."""

    def __init__(self, clients: Iterable[Client]) -> None:
        self._known = [(re.compile(agent), client) for client in clients for agent in client.agents]
        self.of = lru_cache(_CACHED)(self._of)

    def _of(self, agent: str) -> Client | None:
        return next((client for regex, client in self._known if regex.search(agent)), None)


class Functions:
    """Which business function a person's function, or else the team's name, tells."""

    def __init__(self, functions: Iterable[FunctionEntry]) -> None:
        self._words: dict[str, str] = {}
        self._ids: set[str] = set()
        for entry in functions:
            self._ids.add(entry.id)
            for word in (entry.id.replace("-", ""), *entry.words):
                self._words.setdefault(word, entry.id)

    def of(self, function: str | None, team: str | None) -> str | None:
        for text in (function, team):
            if text and (found := self._in(text.lower())):
                return found
        return None

    def _in(self, text: str) -> str | None:
        if text in self._ids:
            return text
        words = _WORD.findall(text)
        pairs = [first + second for first, second in pairwise(words)]
        return next((self._words[w] for w in (*pairs, *words) if w in self._words), None)
