"""Which files of a rule folder are read, by whom; knows names alone, and reads none of them."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterable
from pathlib import Path

from shadow_scan import __version__

GENERAL, SHARED, VENDORS = "rules.toml", "shared.toml", "vendors"
CANDIDATES = "candidates.toml"
LEARNED, POLICIES, TASKS = "learned", "policies", "tasks"
WORK = ("vocabulary", "context", "clients", "activity", "accounts", "confidence")
"""Files about work, but for those of the folder `tasks`."""
WORK_ENTRIES = (TASKS, *(f"{name}.toml" for name in WORK))
ENTRIES = (GENERAL, SHARED, VENDORS, CANDIDATES, LEARNED, *WORK_ENTRIES, POLICIES, "schema")
"""Everything that somebody reads in a rule folder."""


def rule_files(folder: Path) -> list[Path]:
    """Every file of services and work; none where the folder does not exist."""
    candidates = [file] if (file := folder / CANDIDATES).exists() else []
    return vendor_files(folder) + candidates + work_files(folder)


def vendor_files(folder: Path) -> list[Path]:
    general = [folder / name for name in (GENERAL, SHARED)]
    return _toml_of(folder / VENDORS) + [file for file in general if file.exists()]


def work_files(folder: Path) -> list[Path]:
    """Every file about work in a rule folder."""
    single = [folder / f"{name}.toml" for name in WORK]
    return _toml_of(folder / TASKS) + [file for file in single if file.exists()]


def lesson_files(folder: Path) -> list[Path]:
    return _toml_of(folder / LEARNED)


def policy_files(folder: Path) -> list[Path]:
    """The policies, and the file that may leave some of them out."""
    general = folder / GENERAL
    return _toml_of(folder / POLICIES) + ([general] if general.exists() else [])


def _toml_of(folder: Path) -> list[Path]:
    """Hundreds of names, listed by every command: texts sort faster than paths."""
    try:
        names = sorted(name for name in os.listdir(folder) if name.endswith(".toml"))
    except (FileNotFoundError, NotADirectoryError):
        return []
    return [folder / name for name in names]


def programs() -> list[Path]:
    """What reads rules: what was made of the files by other programs does not hold."""
    folder = Path(__file__).parent
    return [*folder.glob("*.py"), *folder.glob("work/*.py")]


def all_files(shipped: Path, own: Path) -> list[Path]:
    """What the rules of an organisation are made of, and the programs that read it."""
    return [*rule_files(shipped), *rule_files(own), *lesson_files(own), *programs()]


def digest_file(shipped: Path, own: Path, cache: Path) -> Path:
    """Where the digest of these rules stands, once they have been loaded and found right."""
    return cache / f"digest-{stamp(all_files(shipped, own))}"


def stamp(files: Iterable[Path]) -> str:
    """A digest of names, sizes and times: what was made of these files holds while it does."""
    digest = hashlib.sha256(__version__.encode())
    for file in sorted(map(str, files)):
        status = os.stat(file)
        digest.update(f"{file}\0{status.st_ino} {status.st_size} {status.st_mtime_ns}\n".encode())
    return digest.hexdigest()[:16]
