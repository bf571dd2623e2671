"""Readable names of custom assistants in paths: `/g/g-*-nda-review` tells what it is for.

Such a name may hold anything, a person's name too; so only words that a rule reads are stored.
"""

from __future__ import annotations

import re
from collections.abc import Collection

from shadow_scan.rules.work.matching import Fits

_SLUG = re.compile(r"/g-(?:p-)?\*?((?:-[a-z0-9]+)+)(?:/|$)")


def slug_fits(words: Collection[str]) -> Fits:
    wanted = frozenset(words)

    def fits(path: str) -> bool:
        found = _SLUG.search(path)
        return found is not None and not wanted.isdisjoint(found[1].split("-"))

    return fits
