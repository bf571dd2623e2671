"""What a log did not say of its times is said of its source."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import Cli

ZONE = "times without a zone are taken as UTC"
YEAR = "times without a year are taken as the last such before the file was written"
YEARLESS = "Sep 23 10:11:1{} dnsmasq[1]: query[A] chatgpt.com from 10.0.0.5\n"
DATED = "23-Sep-2026 10:11:1{}.000 client 10.0.0.1#5 (claude.ai): query: claude.ai IN A + (::1)\n"


@pytest.fixture
def log(tmp_path: Path) -> Path:
    return tmp_path / "any.log"


def written(log: Path, line: str, lines: int = 3) -> None:
    log.write_text("".join(line.format(at) for at in range(lines)))
    os.utime(log, (1_793_000_000, 1_793_000_000))


def source(cli: Cli) -> dict[str, Any]:
    (found,) = cli("sources", "--format", "json").json()
    return dict(found)


def test_a_year_of_the_files_time_is_an_assumption(cli: Cli, log: Path) -> None:
    written(log, YEARLESS)
    run = cli("scan", log)
    assert f"{ZONE}; {YEAR}" in run.err
    assert source(cli)["assumed"] == f"{ZONE}; {YEAR}"
    assert source(cli)["first_time"].startswith("2026-09-23T10:11:10")
    written(log, YEARLESS, lines=6)
    cli("scan", log)
    assert (source(cli)["events"], source(cli)["assumed"]) == (6, f"{ZONE}; {YEAR}")


def test_a_year_that_was_said_is_none(cli: Cli, log: Path) -> None:
    written(log, YEARLESS)
    cli("scan", log, "--year", "2025", "--tz", "Europe/Berlin")
    assert source(cli)["assumed"] is None


@pytest.mark.parametrize("header", ["", "Sep 23 10:11:12 relay named[1]: "])
def test_a_year_that_the_log_writes_is_none(cli: Cli, log: Path, header: str) -> None:
    written(log, header + DATED)
    cli("scan", log)
    assert source(cli)["assumed"] == ZONE
