"""The rules about work in memory, as their files say, shipped and own ones together."""

from __future__ import annotations

from collections.abc import Iterator

from pydantic import BaseModel, ConfigDict

from shadow_scan.rules.work.models import (
    AccountsFile,
    ActivityFile,
    ClientsFile,
    ConfidenceFile,
    ContextFile,
    TaskFile,
    VocabularyFile,
)

_DAY = "2026-01-01"
UNKNOWN = "unknown"


class WorkRules(BaseModel):
    """`tasks` maps a file's name, as problems and reasons give it, to what stands in it."""

    model_config = ConfigDict(frozen=True, defer_build=True)

    vocabulary: VocabularyFile = VocabularyFile(recorded=_DAY)
    tasks: dict[str, TaskFile] = {}
    context: ContextFile = ContextFile(recorded=_DAY)
    clients: ClientsFile = ClientsFile(recorded=_DAY)
    activity: ActivityFile = ActivityFile(recorded=_DAY)
    accounts: AccountsFile = AccountsFile(recorded=_DAY)
    confidence: ConfidenceFile = ConfidenceFile(recorded=_DAY, weights={}, prior=0)

    def canonical(self) -> str:
        """The content as text, whatever the order in which files were read."""
        ordered = dict(sorted(self.tasks.items()))
        return self.model_copy(update={"tasks": ordered}).model_dump_json()

    def path_segments(self) -> Iterator[str]:
        """Whole words of paths that these rules name: they are stored as they are."""
        for pattern in self._path_patterns():
            for segment in pattern.split("/")[1:]:
                if segment and "*" not in segment:
                    yield segment
        yield from (f"g-*-{word}" for word in self.slug_words())

    def slug_words(self) -> frozenset[str]:
        """Words of custom assistants' names that a rule reads; no other word of one is stored."""
        return frozenset(
            word for file in self.tasks.values() for signal in file.signals for word in signal.slugs
        )

    def _path_patterns(self) -> Iterator[str]:
        for file in self.tasks.values():
            for signal in file.signals:
                yield from signal.paths
        for request in self.activity.requests:
            yield from request.paths
        for account in self.accounts.accounts:
            yield from account.paths
        for application in self.context.applications:
            yield from (host for host in application.hosts if not host.startswith("re:"))
