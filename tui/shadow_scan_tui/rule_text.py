"""The text of a rule as it stands in its file, with the number of each line; nothing is changed."""

from __future__ import annotations

import re
from pathlib import Path

from shadow_scan.errors import UsageError
from shadow_scan_tui.loading import Asking
from shadow_scan_tui.shown import Record

_PART = re.compile(r"\[\[(products|tests)\]\]")
_OWN = "own/"


def rule_lines(asking: Asking, record: Record) -> list[str]:
    """The part of the file that is about the service, its lint problems before it."""
    label, service = str(record["file"]), str(record["service"])
    file = _file(asking, label)
    try:
        lines = file.read_text("utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(f"the rule cannot be read: {error}", where=str(file)) from None
    first, last = _part(lines, service)
    problems = [f"! {problem}" for problem in record["problems"]]
    numbered = [f"{at + 1:>5}  {lines[at]}" for at in range(first, last)]
    return [f"{file}:{first + 1}", *problems, "", *numbered]


def _file(asking: Asking, label: str) -> Path:
    """Of the organisation's own rules, or of the shipped ones."""
    from shadow_scan.bundled import bundled

    if label.startswith(_OWN):
        return asking.desk.place.rules / label.removeprefix(_OWN)
    return bundled("rules") / label


def _part(lines: list[str], service: str) -> tuple[int, int]:
    """From the head of the product to the next part; the whole file, where it has no such head."""
    starts = [at for at, line in enumerate(lines) if _PART.match(line)]
    for at, end in zip(starts, [*starts[1:], len(lines)], strict=True):
        if any(line.strip() == f'id = "{service}"' for line in lines[at:end]):
            return at, end
    return 0, len(lines)
