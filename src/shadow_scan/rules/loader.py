"""Reads rule files: the shipped ones, with an organisation's own laid over them.

Every problem of every file is reported at once, each with file, key and the nearest known word.
"""

from __future__ import annotations

import difflib
import re
import tomllib
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from shadow_scan.errors import UsageError
from shadow_scan.rules import models
from shadow_scan.rules.models import Product, RulesFile, VendorFile
from shadow_scan.rules.ruleset import RuleSet

_MAX_FILE_BYTES = 2_000_000
_SHOWN_PROBLEMS = 50
_WORDS = sorted(
    {field for model in vars(models).values() if isinstance(model, type)
     and issubclass(model, BaseModel) for field in model.model_fields}
)  # fmt: skip

Model = TypeVar("Model", bound=BaseModel)


class RuleProblems(UsageError):  # noqa: N818 - it holds problems, and is called so
    """Everything that is wrong with a set of rule files."""

    def __init__(self, problems: Sequence[str]) -> None:
        more = len(problems) - _SHOWN_PROBLEMS
        shown = [*problems[:_SHOWN_PROBLEMS], *([f"and {more} more"] if more > 0 else [])]
        super().__init__(f"{len(problems)} problems in the rules", details=shown)
        self.problems = tuple(problems)


def load_rules(shipped: Path, overlay: Path | None = None) -> RuleSet:
    """Rules of a folder (`rules.toml`, `vendors/*.toml`), and of the organisation's over it."""
    problems: list[str] = []
    vendors, general = _folder(shipped, problems)
    notes: list[str] = []
    if overlay is not None and overlay.is_dir():
        own, own_general = _folder(overlay, problems)
        vendors, notes = _overlaid(vendors, own, own_general.disabled, problems)
        general = RulesFile(never={**general.never, **own_general.never})
    problems += [*_duplicates(vendors), *_broken_patterns(vendors)]
    if problems:
        raise RuleProblems(problems)
    never = {label: role for role, labels in general.never.items() for label in labels}
    return RuleSet(vendors, never, tuple(notes))


def rule_files(folder: Path) -> list[Path]:
    return sorted(folder.glob("vendors/*.toml")) + [
        p for p in [folder / "rules.toml"] if p.exists()
    ]


def _folder(folder: Path, problems: list[str]) -> tuple[dict[str, VendorFile], RulesFile]:
    vendors: dict[str, VendorFile] = {}
    general = RulesFile()
    for file in rule_files(folder):
        name = str(file.relative_to(folder))
        if file.name == "rules.toml" and file.parent == folder:
            general = _read(file, name, RulesFile, problems) or general
        elif vendor := _read(file, name, VendorFile, problems):
            vendors[name] = vendor
    return vendors, general


def _read(file: Path, name: str, model: type[Model], problems: list[str]) -> Model | None:
    try:
        if file.stat().st_size > _MAX_FILE_BYTES:
            raise ValueError(f"larger than {_MAX_FILE_BYTES:,} bytes")
        return model.model_validate(tomllib.loads(file.read_text("utf-8")))
    except ValidationError as error:
        problems += [f"{name}: {_plain(entry)}" for entry in error.errors()]
    except (OSError, ValueError, RecursionError) as error:
        problems.append(f"{name}: {error}")
    return None


def _plain(entry: Any) -> str:
    where = ".".join(str(part) for part in entry["loc"])
    if entry["type"] == "extra_forbidden":
        word = str(entry["loc"][-1])
        return f"{where}: unknown key{_nearest(word, _WORDS)}"
    if entry["type"] == "literal_error":
        allowed = entry["ctx"]["expected"].replace("'", "").replace(" or ", ", ").split(", ")
        return f"{where}: unknown word '{entry['input']}'{_nearest(str(entry['input']), allowed)}"
    return f"{where}: {entry['msg']}"


def _nearest(word: str, known: Iterable[str]) -> str:
    near = difflib.get_close_matches(word, list(known), n=1)
    return f"; did you mean '{near[0]}'?" if near else ""


def _overlaid(
    shipped: dict[str, VendorFile],
    own: dict[str, VendorFile],
    disabled: Sequence[str],
    problems: list[str],
) -> tuple[dict[str, VendorFile], list[str]]:
    """The organisation's products replace those of the same id; disabled ones are left out."""
    known = {product.id for vendor in shipped.values() for product in vendor.products}
    replaced = {product.id for vendor in own.values() for product in vendor.products}
    problems += [
        f"rules.toml: disabled: no service '{name}'{_nearest(name, known)}"
        for name in disabled
        if name not in known
    ]
    gone = replaced | set(disabled)
    kept = {name: _without(vendor, gone) for name, vendor in shipped.items()}
    verbs = {name: "replaces" if name in known else "adds" for name in sorted(replaced)}
    notes = [f"own rules {verb} {name}" for name, verb in verbs.items()]
    notes += [f"own rules disable {name}" for name in sorted(disabled)]
    return {**kept, **{f"own/{name}": vendor for name, vendor in own.items()}}, notes


def _without(vendor: VendorFile, gone: set[str]) -> VendorFile:
    products = [product for product in vendor.products if product.id not in gone]
    if len(products) == len(vendor.products):
        return vendor
    tests = [test for test in vendor.tests if test.service not in gone]
    return vendor.model_copy(update={"products": products, "tests": tests})


def _duplicates(vendors: dict[str, VendorFile]) -> list[str]:
    first: dict[str, str] = {}
    return [
        f"{name}: products: '{product.id}' stands in {first[product.id]} too"
        for name, vendor in vendors.items()
        for product in vendor.products
        if first.setdefault(product.id, name) != name or _twice(vendor, product)
    ]


def _broken_patterns(vendors: dict[str, VendorFile]) -> Iterator[str]:
    for name, vendor in vendors.items():
        for hosts in (vendor.hosts, *(product.hosts for product in vendor.products)):
            for role, pattern in hosts.patterns():
                if pattern.startswith("re:"):
                    try:
                        re.compile(pattern[3:])
                    except re.error as error:
                        yield f"{name}: hosts.{role}: '{pattern}' is no pattern: {error}"


def _twice(vendor: VendorFile, product: Product) -> bool:
    return [other.id for other in vendor.products].count(product.id) > 1
