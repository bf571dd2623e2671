"""Samples and the events expected of them, one pair of files a format in `golden/`.

`<format>.log` holds synthetic lines; `<format>.json` what must come out of them, reviewed by eye:
`python -m tests.collectors.golden <format>` writes it anew.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

from .reading import ALL_SHOWN, parsed, shown
from .samples import Expected

FOLDER = Path(__file__).parent / "golden"


def golden_samples() -> dict[str, str]:
    return {path.stem: path.read_text("utf-8") for path in sorted(FOLDER.glob("*.log"))}


def golden_expected() -> dict[str, Expected]:
    return {path.stem: _expected(path) for path in sorted(FOLDER.glob("*.json"))}


def _expected(path: Path) -> Expected:
    return Expected(**json.loads(path.read_text("utf-8")))


def _written(name: str) -> str:
    events, skipped, rejected = parsed(golden_samples()[name].encode(), name)
    kept: dict[str, Any] = {
        "events": [shown(event, ALL_SHOWN) for event in events],
        "skipped": sum(skipped.values()),
        "rejected": rejected,
    }
    return json.dumps(kept, indent=1, ensure_ascii=False) + "\n"


if __name__ == "__main__":
    for wanted in sys.argv[1:]:
        (FOLDER / f"{wanted}.json").write_text(_written(wanted), "utf-8")
