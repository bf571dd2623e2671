"""Reads mapping files; every problem of a file is named at once, with the nearest known word."""

from __future__ import annotations

import difflib
import os
import re
import tomllib
from collections.abc import Collection
from pathlib import Path

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from shadow_scan.collectors.format import Format
from shadow_scan.collectors.mapping.compiling import compiled
from shadow_scan.collectors.mapping.model import (
    NAME,
    Actions,
    Fields,
    Mapping,
    Only,
    Time,
    Units,
)
from shadow_scan.errors import UsageError

_MAX_BYTES = 1 << 20
_REMEDY = "`shadow-scan formats new SAMPLE` writes one to start from; docs/formats.md"
_REMOVED = "mend it, or take it out of the folder"
_WORDS: dict[str, type[BaseModel]] = {
    "fields": Fields, "time": Time, "units": Units, "actions": Actions, "only": Only,
}  # fmt: skip


def own_formats(folder: Path, taken: Collection[str]) -> dict[str, Format]:
    """The formats of a workspace, by name; `taken` are names that it may not use.

    Raises UsageError for the first file that is wrong.
    """
    if not folder.is_dir():
        return {}
    try:
        names = sorted(name for name in os.listdir(folder) if name.endswith(".toml"))
    except OSError as error:
        what = f"the mappings cannot be read: {error.strerror}"
        raise UsageError(what, where=str(folder), remedy="let us read the folder") from None
    return {path.stem: _loaded(path, taken) for path in map(folder.joinpath, names)}


def _loaded(path: Path, taken: Collection[str]) -> Format:
    if not NAME.fullmatch(path.stem):
        remedy = "name it with small letters, digits and hyphens, as our-proxy.toml"
        raise UsageError(
            "the name of a mapping file is its format's", where=str(path), remedy=remedy
        )
    if path.stem in taken:
        remedy = "give the file another name"
        raise UsageError(f"'{path.stem}' is a format already", where=str(path), remedy=remedy)
    return compiled(path.stem, parsed_mapping(_text(path), str(path)))


def _text(path: Path) -> str:
    try:
        if path.exists() and not path.is_file():
            raise UsageError("the mapping is no file", where=str(path), remedy=_REMOVED)
        with path.open("rb") as file:
            content = file.read(_MAX_BYTES + 1)
        if len(content) > _MAX_BYTES:
            what = f"the mapping is larger than {_MAX_BYTES >> 20} MiB"
            raise UsageError(what, where=str(path), remedy=_REMOVED)
        return content.decode("utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        reason = getattr(error, "strerror", None) or error
        what = f"the mapping cannot be read: {reason}"
        raise UsageError(what, where=str(path), remedy=_REMOVED) from None


def parsed_mapping(text: str, where: str) -> Mapping:
    """Raises UsageError with every problem of the file."""
    try:
        return Mapping.model_validate(tomllib.loads(text))
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        what = f"the mapping is no TOML: {error}"
        raise UsageError(what, where=where, remedy=_REMEDY) from None
    except ValidationError as error:
        problems = [_plain(problem) for problem in error.errors()]
        what = "the mapping is wrong"
        raise UsageError(what, where=where, details=problems, remedy=_REMEDY) from None


def _plain(problem: ErrorDetails) -> str:
    words = [str(part) for part in problem["loc"]]
    place = ".".join(word for word in words if re.fullmatch(r"\w+", word))
    if problem["type"] != "extra_forbidden":
        told = problem["msg"].removeprefix("Value error, ")
        return f"{place}: {told}" if place else told
    table, _, word = place.rpartition(".")
    known = _WORDS.get(table, Mapping).model_fields
    near = difflib.get_close_matches(word, known, n=1, cutoff=0.5)
    hint = f", did you mean '{near[0]}'?" if near else f"; known are {', '.join(known)}"
    return f"unknown key '{place}'{hint}"
