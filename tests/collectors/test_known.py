"""A format by its name is the same, however few of the others are loaded."""

from __future__ import annotations

import subprocess
import sys

import pytest

from shadow_scan.collectors.formats import FORMATS
from shadow_scan.collectors.known import known
from shadow_scan.errors import UsageError


@pytest.mark.parametrize("name", FORMATS)
def test_every_shipped_format_is_found_by_its_name(name: str) -> None:
    assert known(name, {}) is FORMATS[name]


def test_an_own_format_goes_before_a_shipped_one() -> None:
    own = {"squid": FORMATS["zeek"]}
    assert known("squid", own) is FORMATS["zeek"]


@pytest.mark.parametrize("name", ["engine", "no-such-format", "../squid", "records.json", ""])
def test_what_is_no_format_is_said_so(name: str) -> None:
    with pytest.raises(UsageError):
        known(name, {})


def test_one_format_loads_no_other() -> None:
    program = (
        "import sys; from shadow_scan.collectors.known import known; known('zeek', {});"
        "sys.exit('shadow_scan.collectors.formats' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", program]).returncode == 0
