"""Formats by their names: each is what it is called, however few of the others are loaded."""

from __future__ import annotations

import subprocess
import sys

import pytest

from shadow_scan.collectors.formats import BY_LOOKS, named
from shadow_scan.collectors.registry import FORMATS
from shadow_scan.errors import UsageError

_SQUID = "1790158272.123 45 192.0.2.7 TCP_TUNNEL/200 4711 CONNECT chatgpt.com:443 - HIER_DIRECT/- -"


@pytest.mark.parametrize("name", FORMATS)
def test_every_format_is_registered_under_its_own_name(name: str) -> None:
    assert FORMATS[name].name == name
    assert named(name.upper()) is FORMATS[name]


def test_no_name_is_another_formats_alias() -> None:
    aliases = [alias for declared in FORMATS.values() for alias in declared.aliases]
    assert len({*aliases, *FORMATS}) == len(aliases) + len(FORMATS)
    assert BY_LOOKS in FORMATS


def test_an_own_format_goes_before_a_shipped_one() -> None:
    assert named("squid", {"squid": FORMATS["zeek"]}) is FORMATS["zeek"]


@pytest.mark.parametrize("name", ["engine", "no-such-format", "../squid", "records.json", ""])
def test_what_is_no_format_is_said_so(name: str) -> None:
    with pytest.raises(UsageError):
        named(name)


@pytest.mark.parametrize("asking", ["named('squid')", f"recognised(['{_SQUID}'] * 9)"])
def test_one_format_loads_no_other(asking: str) -> None:
    program = (
        "import sys; from shadow_scan.collectors.formats import *;"
        f"assert {asking}.name == 'squid';"
        "sys.exit('shadow_scan.collectors.products.zeek' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", program]).returncode == 0
