"""What an audit says of the files that it rests on."""

from __future__ import annotations

import hashlib
from pathlib import Path

from ..conftest import Cli

_VISIT = "1790000000.000 90 10.0.0.1 TCP_TUNNEL/200 9 CONNECT claude.ai:443 amara HIER_DIRECT/- -"


def test_a_digest_is_that_of_all_that_was_read_and_of_nothing_there_is_none(
    cli: Cli, tmp_path: Path
) -> None:
    logs = tmp_path / "logs"
    logs.mkdir()
    (logs / "cut.log").write_text(f"{_VISIT}\n{_VISIT.replace('amara', 'bela')}")
    (logs / "one.log").write_text(_VISIT.replace("amara", "chloe"))
    (logs / "other.txt").write_text("what is this\n")
    assert cli("scan", logs).code == 0
    done = cli("report", "audit", "-o", tmp_path / "audit.json")
    assert done.code == 0, done.err
    text = (tmp_path / "audit.json").read_text()
    assert cli("report", "audit", "-o", tmp_path / "audit.md").code == 0
    written = (tmp_path / "audit.md").read_text()
    for name in ("cut.log", "one.log"):
        assert hashlib.sha256((logs / name).read_bytes()).hexdigest() in text
    assert "out of 2 log files" in written
    (line,) = (line for line in written.splitlines() if "other.txt" in line and "nothing" in line)
    assert "nothing was read" in line
    assert hashlib.sha256(b"").hexdigest() not in text


def test_what_is_missing_is_said_of_the_days_on_which_it_is(cli: Cli, tmp_path: Path) -> None:
    later = _VISIT.replace("1790000000", "1790100000").replace("amara", "-")
    (tmp_path / "access.log").write_text(f"{_VISIT}\n{later}\nwhat is this\n")
    assert cli("scan", tmp_path / "access.log").code == 0
    assert cli("report", "audit", "-o", tmp_path / "audit.md").code == 0
    written = (tmp_path / "audit.md").read_text()
    assert "out of 1 log file;" in written
    assert "lines that could not be read;" in written
    assert "could not be read (" not in written
    assert "; who (1 day)" in written
    assert "who on some days in 1" in written
    assert "upload sizes in 1," in written
