"""Reads rule files: the shipped ones, with an organisation's own laid over them.

Every problem of every file is reported at once, each with file, key and the nearest known word.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from shadow_scan.errors import UsageError
from shadow_scan.rules import models
from shadow_scan.rules.candidates import CandidatesFile, joined
from shadow_scan.rules.files import (
    CANDIDATES,
    ENTRIES,
    GENERAL,
    LEARNED,
    lesson_files,
    vendor_files,
)
from shadow_scan.rules.lessons import Lesson, taught
from shadow_scan.rules.models import Hosts, RulesFile, VendorFile
from shadow_scan.rules.overlay import OWN, overlaid
from shadow_scan.rules.patterns import pattern_problems
from shadow_scan.rules.reading import nearest, read_file
from shadow_scan.rules.ruleset import RuleSet
from shadow_scan.rules.work.content import WorkRules
from shadow_scan.rules.work.loading import overlaid_work, read_work

_SHOWN_PROBLEMS = 50


class RuleProblems(UsageError):  # noqa: N818 - it holds problems, and is called so
    """Everything that is wrong with a set of rule files."""

    def __init__(self, problems: Sequence[str]) -> None:
        more = len(problems) - _SHOWN_PROBLEMS
        shown = [*problems[:_SHOWN_PROBLEMS], *([f"and {more} more"] if more > 0 else [])]
        super().__init__(f"{len(problems)} problems in the rules", details=shown)
        self.problems = tuple(problems)


@dataclass(frozen=True, slots=True)
class RuleFolder:
    """What the files of one folder say, before others are laid over them."""

    vendors: dict[str, VendorFile]
    general: RulesFile
    candidates: CandidatesFile
    work: WorkRules


def load_rules(
    shipped: Path, overlay: Path | None = None, lessons: Sequence[Lesson] | None = None
) -> RuleSet:
    """Rules of a folder (`rules.toml`, `shared.toml`, `vendors/*.toml`), and of the organisation's
    over it, with what it learned (or with other `lessons`). Raises RuleProblems, which holds all
    of them."""
    problems: list[str] = []
    return laid_over(read_folder(shipped, "", problems), overlay, lessons, problems)


def laid_over(
    shipped: RuleFolder,
    overlay: Path | None,
    lessons: Sequence[Lesson] | None,
    problems: list[str],
) -> RuleSet:
    """The same with a folder that was read already, and the problems that were found in it."""
    vendors, candidates, work = shipped.vendors, shipped.candidates, shipped.work
    notes: tuple[str, ...] = ()
    never = dict(shipped.general.never)
    if overlay is not None and overlay.is_dir():
        own = read_folder(overlay, OWN, problems)
        problems += [f"{OWN}{problem}" for problem in _duplicates(own.vendors)]
        problems += _unknown_services(vendors, own.general.disabled)
        never.update(own.general.never)
        if not problems:
            both = overlaid(vendors, own.vendors, own.general.disabled, _by_label(never))
            vendors, notes = both.vendors, both.notes
        candidates = joined(candidates, own.candidates)
        work, work_notes = overlaid_work(work, own.work)
        notes += work_notes
    problems += _duplicates(vendors)
    if problems:
        raise RuleProblems(problems)
    rules = RuleSet(vendors, _by_label(never), notes, candidates, work)
    return with_lessons(rules, overlay, lessons)


def with_lessons(
    rules: RuleSet, overlay: Path | None, lessons: Sequence[Lesson] | None = None
) -> RuleSet:
    """Rules without lessons, and those of the organisation (or others) in them."""
    problems: list[str] = []
    learned = read_lessons(overlay, problems) if lessons is None else lessons
    rules = taught(rules, learned, problems) if learned and not problems else rules
    if problems:
        raise RuleProblems(problems)
    return rules


def read_lessons(overlay: Path | None, problems: list[str]) -> list[Lesson]:
    """Every lesson of an organisation, undone ones too, in the order of their files."""
    files = [] if overlay is None else lesson_files(overlay)
    read = [read_file(file, f"{OWN}{LEARNED}/{file.name}", Lesson, problems) for file in files]
    return [lesson for lesson in read if lesson is not None]


def read_folder(folder: Path, whose: str, problems: list[str]) -> RuleFolder:
    """Adds what is wrong with the files to `problems`, under their names after `whose`."""
    vendors: dict[str, VendorFile] = {}
    general, candidates = RulesFile(), CandidatesFile()
    problems += [f"{whose}{problem}" for problem in _misnamed(folder)]
    for file in vendor_files(folder):
        name = file.relative_to(folder).as_posix()
        if name == GENERAL:
            general = read_file(file, whose + name, RulesFile, problems) or general
        elif vendor := read_file(file, whose + name, VendorFile, problems):
            vendors[name] = vendor
            problems += [f"{whose}{name}: {problem}" for problem in _broken_patterns(vendor)]
    if (file := folder / CANDIDATES).exists():
        candidates = read_file(file, whose + CANDIDATES, CandidatesFile, problems) or candidates
    return RuleFolder(vendors, general, candidates, read_work(folder, whose, problems))


def _misnamed(folder: Path) -> Iterator[str]:
    """A file that nobody reads, though its name is nearly that of one that somebody does."""
    names = sorted(entry.name for entry in folder.iterdir()) if folder.is_dir() else []
    for name in names:
        if name not in ENTRIES and (near := nearest(name, ENTRIES)):
            yield f"{name}: nothing reads a file or folder of this name{near}"


def _by_label(never: Mapping[models.Role, list[str]]) -> dict[str, models.Role]:
    return {label: role for role, labels in never.items() for label in labels}


def _unknown_services(vendors: Mapping[str, VendorFile], disabled: Iterable[str]) -> Iterator[str]:
    known = {product.id for vendor in vendors.values() for product in vendor.products}
    for name in disabled:
        if name not in known:
            yield f"{OWN}{GENERAL}: disabled: no service '{name}'{nearest(name, known)}"


def _duplicates(vendors: Mapping[str, VendorFile]) -> Iterator[str]:
    first: dict[str, str] = {}
    for name, vendor in vendors.items():
        for identifier, times in Counter(product.id for product in vendor.products).items():
            known = first.setdefault(identifier, name)
            if known != name:
                yield f"{name}: products: '{identifier}' stands in {known} too"
            elif times > 1:
                yield f"{name}: products: '{identifier}' stands here {times} times"


def _broken_patterns(vendor: VendorFile) -> Iterator[str]:
    yield from _broken("hosts", vendor.hosts)
    for at, product in enumerate(vendor.products):
        yield from _broken(f"products.{at}.hosts", product.hosts)


def _broken(key: str, hosts: Hosts) -> Iterator[str]:
    for role, pattern in hosts.patterns():
        for problem in pattern_problems(pattern):
            yield f"{key}.{role}: '{pattern}' {problem}"
