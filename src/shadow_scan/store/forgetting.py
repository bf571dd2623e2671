"""Sources taken back: their events, counts and marks, and the names and texts that they alone had,
as if they had never been read. The numbers of all other texts stay."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from shadow_scan.errors import UsageError
from shadow_scan.filenames import as_text
from shadow_scan.store.database import opened
from shadow_scan.store.facts import changing
from shadow_scan.store.removal import remove, remove_unused_texts
from shadow_scan.store.rewriting import mark_due
from shadow_scan.store.sources import Source, is_meant, load_all

_LISTED = "`shadow-scan sources` lists them"


def meant(facts: Path, names: Sequence[str]) -> list[Source]:
    """The stored sources of these paths, or of these ends of one path, each once.

    Raises UsageError where none is meant, and where an end fits several paths.
    """
    if not facts.exists():
        what = "no logs have been read yet"
        raise UsageError(what, where=str(facts.parent), remedy="`shadow-scan scan PATH`")
    stored = _stored(facts)
    found = {source.source_id: source for name in names for source in _named(stored, name)}
    return list(found.values())


def known(facts: Path) -> list[str]:
    """Paths of the stored sources, each once."""
    stored = _stored(facts) if facts.exists() else []
    return sorted({source.source_file for source in stored})


def _stored(facts: Path) -> list[Source]:
    with opened(facts, read_only=True) as connection:
        return load_all(connection)


def _named(stored: Sequence[Source], name: str) -> list[Source]:
    """A file that changed altogether while it kept its name is several sources of one path."""
    found = [source for source in stored if source.source_file == as_text(name)]
    found = found or [source for source in stored if is_meant(source.source_file, name)]
    files = sorted({source.source_file for source in found})
    if not files:
        raise UsageError("no such source", where=name, remedy=_LISTED)
    if len(files) > 1:
        what, remedy = "several sources are meant", f"one of: {', '.join(files)}"
        raise UsageError(what, where=name, remedy=remedy)
    return found


def forget(facts: Path, sources: Sequence[Source]) -> None:
    """In one transaction; derived tables are out of date behind it. The bytes are gone once the
    file was written anew: people have a right that nothing of them is left in it."""
    numbers = [source.source_id for source in sources]
    with changing(facts) as connection:
        remove(connection, numbers)
        remove_unused_texts(connection)
        mark_due(connection)
