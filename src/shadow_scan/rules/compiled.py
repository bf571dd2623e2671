"""Rules without reading hundreds of files each time: kept by the files' names, sizes and times.

The cache holds checked content only, as JSON; a broken or foreign one is made anew.
"""

from __future__ import annotations

import contextlib
import os
from collections.abc import Sequence
from functools import cache
from pathlib import Path

from pydantic import TypeAdapter, ValidationError

from shadow_scan.rules.candidates import CandidatesFile
from shadow_scan.rules.files import digest_file, programs, rule_files, stamp
from shadow_scan.rules.lessons import Lesson
from shadow_scan.rules.loader import RuleFolder, laid_over, read_folder, with_lessons
from shadow_scan.rules.matcher import Matcher
from shadow_scan.rules.models import Role, VendorFile
from shadow_scan.rules.ruleset import RuleSet
from shadow_scan.rules.work.content import WorkRules
from shadow_scan.whole import write_whole

_Content = tuple[
    dict[str, VendorFile],
    dict[str, Role],
    tuple[str, ...],
    CandidatesFile,
    WorkRules,
    str,
]
"""What a RuleSet is made of, with its digest."""


@cache
def _content() -> TypeAdapter[_Content]:
    _complete()
    return TypeAdapter(_Content)


@cache
def _folder() -> TypeAdapter[RuleFolder]:
    """Made where it is needed: next to nobody changes rules."""
    _complete()
    return TypeAdapter(RuleFolder)


def _complete() -> None:
    """Each model once: what is made of incomplete ones makes them for itself alone."""
    for model in (VendorFile, CandidatesFile, WorkRules):
        model.model_rebuild()


def load_compiled(
    shipped: Path,
    overlay: Path,
    cache: Path,
    lessons: Sequence[Lesson] | None = None,
    common: Path | None = None,
) -> Matcher:
    """The matcher over both rule folders and what was learned (or other `lessons`, to try them);
    `cache` is a folder that may not exist, and `common` one that all workspaces share. Lessons come
    and go: they are not in the cache."""
    # named before they are read: what changes meanwhile must not pass for what was read
    known = digest_file(shipped, overlay, cache)
    rules = with_lessons(
        _without_lessons(shipped, overlay, cache, common or cache), overlay, lessons
    )
    if lessons is None and not os.path.exists(known):  # False, too, where we may not look
        _store(known, rules.digest.encode())
    return Matcher(rules)


def _without_lessons(shipped: Path, overlay: Path, cache: Path, common: Path) -> RuleSet:
    file = cache / f"rules-{stamp([*rule_files(shipped), *rule_files(overlay), *programs()])}.json"
    try:
        vendors, never, notes, candidates, work, digest = _content().validate_json(
            file.read_bytes()
        )
        return RuleSet(vendors, never, notes, candidates, work, known_digest=digest)
    except (OSError, ValidationError):
        problems: list[str] = []
        folder = _shipped(shipped, common, problems)
        rules = laid_over(folder, overlay, (), problems)
    named = (dict(rules.vendors), dict(rules.never), rules.overlay_notes)
    _store(file, _content().dump_json((*named, rules.candidates, rules.work, rules.files_digest)))
    return rules


def _shipped(folder: Path, cache: Path, problems: list[str]) -> RuleFolder:
    """Hundreds of files that no change of an organisation's own rules touches: read once for all
    workspaces of a user."""
    file = cache / f"shipped-{stamp([*rule_files(folder), *programs()])}.json"
    try:
        return _folder().validate_json(file.read_bytes())
    except (OSError, ValidationError):
        read = read_folder(folder, "", problems)
    if not problems:
        _store(file, _folder().dump_json(read))
    return read


def _store(file: Path, content: bytes) -> None:
    """Whole or not at all; a workspace that cannot be written works without a cache."""
    with contextlib.suppress(OSError):
        if not file.parent.parent.is_dir():
            return
        file.parent.mkdir(mode=0o700, exist_ok=True)
        for old in file.parent.glob(f"{file.name.partition('-')[0]}-*"):
            old.unlink(missing_ok=True)
        write_whole(file, content)
