"""Make the generator importable and the written sample available."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import pytest

SAMPLE = Path(__file__).resolve().parents[2] / "sample_logs"
sys.path.insert(0, str(SAMPLE))


@pytest.fixture(scope="session")
def sample() -> Path:
    """The committed folder."""
    return SAMPLE


@pytest.fixture(scope="session")
def truth() -> dict[str, Any]:
    """The committed truth."""
    loaded: dict[str, Any] = json.loads((SAMPLE / "truth.json").read_text(encoding="utf-8"))
    return loaded
