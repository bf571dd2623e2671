"""A Sigma rule: who still reaches what was ruled out."""

from __future__ import annotations

import json
import uuid
from collections.abc import Iterator

from shadow_scan.governance.blocklist import Blocklist, Name

_NAMESPACE = uuid.UUID("6f2d1a3e-0f6b-5b8e-9a51-2c7c3c0b7d10")
"""Ours: the same names give the same id of the rule."""


def sigma(given: Blocklist, rules: str) -> str:
    identity = uuid.uuid5(_NAMESPACE, "\n".join(f"{n.kind} {n.text}" for n in given.names))

    def lines() -> Iterator[str]:
        yield "title: Use of an AI service that was ruled out"
        yield f"id: {identity}"
        yield "status: experimental"
        yield f"description: Hosts of services ruled out in shadow-scan, rules {rules}"
        yield "logsource:"
        yield "    category: proxy"
        yield "detection:"
        yield from _selection("blocked", list(given.names))
        yield from _selection("spared", sorted({one.name for one in given.spared}))
        unless = " and not 1 of spared_*" if given.spared else ""
        yield f"    condition: 1 of blocked_*{unless}"
        yield "falsepositives:"
        yield "    - pages that embed the service"
        yield "level: medium"

    return "".join(f"{line}\n" for line in lines())


def _selection(word: str, names: list[Name]) -> Iterator[str]:
    forms = (
        ("name", "cs-host", [n.text for n in names if n.kind in ("exact", "suffix")]),
        (
            "under",
            "cs-host|endswith",
            [f".{n.text}" for n in names if n.kind in ("suffix", "under")],
        ),
        ("pattern", "cs-host|re", [f"^{n.text}$" for n in names if n.kind == "pattern"]),
    )
    for form, field, values in forms:
        if values:
            yield f"    {word}_{form}:"
            yield f"        {field}:"
            yield from (f"            - {json.dumps(value)}" for value in values)
