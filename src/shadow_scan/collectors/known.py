"""A format by the name under which facts remember it, without what recognises all others: to load
sixty of them takes as long as to read twenty thousand lines."""

from __future__ import annotations

import re
from collections.abc import Mapping
from importlib import import_module

from shadow_scan.collectors.format import Format

_IS_WORD = re.compile(r"[a-z][a-z0-9-]*").fullmatch


def known(name: str, own: Mapping[str, Format]) -> Format:
    """The same as `formats.named`. Raises UsageError."""
    found = None if name in own else _of_own_module(name)
    if found is not None:
        return found
    from shadow_scan.collectors.formats import named

    return named(name, own)


def _of_own_module(name: str) -> Format | None:
    """Most formats stand in a module of their name."""
    if not _IS_WORD(name):
        return None
    try:
        module = import_module(f"{__package__}.products.{name.replace('-', '_')}")
    except ModuleNotFoundError:
        return None
    declared = (entry for entry in vars(module).values() if isinstance(entry, Format))
    return next((entry for entry in declared if entry.name == name), None)
