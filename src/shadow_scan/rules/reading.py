"""Reads one rule file into its model, and says in plain words what is wrong with it."""

from __future__ import annotations

import difflib
import sys
import tomllib
from collections.abc import Iterable
from pathlib import Path
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

_MAX_FILE_BYTES = 2_000_000
Model = TypeVar("Model", bound=BaseModel)


def read_file(file: Path, name: str, model: type[Model], problems: list[str]) -> Model | None:
    try:
        if file.stat().st_size > _MAX_FILE_BYTES:
            raise ValueError(f"larger than {_MAX_FILE_BYTES:,} bytes")
        return model.model_validate(tomllib.loads(file.read_text("utf-8-sig")))
    except ValidationError as error:
        words = _words(model)
        problems += [f"{name}: {plain_problem(entry, words)}" for entry in error.errors()]
    except (OSError, ValueError, RecursionError) as error:
        problems.append(f"{name}: {error}")
    return None


def _words(model: type[BaseModel]) -> list[str]:
    """Every key of the files that stand in the same module as this one."""
    declared = vars(sys.modules[model.__module__]).values()
    models = [m for m in declared if isinstance(m, type) and issubclass(m, BaseModel)]
    return sorted({field for each in models for field in each.model_fields})


def plain_problem(entry: Any, words: Iterable[str]) -> str:
    where = ".".join(str(part) for part in entry["loc"])
    if entry["type"] == "extra_forbidden":
        word = str(entry["loc"][-1])
        return f"{where}: unknown key{nearest(word, words)}"
    if entry["type"] == "literal_error":
        allowed = entry["ctx"]["expected"].replace("'", "").replace(" or ", ", ").split(", ")
        return f"{where}: unknown word '{entry['input']}'{nearest(str(entry['input']), allowed)}"
    return f"{where}: {entry['msg']}"


def nearest(word: str, known: Iterable[str]) -> str:
    near = difflib.get_close_matches(word, list(known), n=1)
    return f"; did you mean '{near[0]}'?" if near else ""
