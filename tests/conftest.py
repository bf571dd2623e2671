"""What all tests share: the command line in a process of its own, and parts that must be real."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parent.parent


@dataclass(frozen=True)
class Run:
    """How a run of the command line ended."""

    code: int
    out: str
    err: str

    def json(self) -> Any:
        return json.loads(self.out)


Cli = Callable[..., Run]


@pytest.fixture
def cli(tmp_path: Path) -> Cli:
    """`cli("scan", path)`: the real program, in a workspace and with a key of this test alone."""
    environ = {
        **os.environ,
        "SHADOW_SCAN_WORKSPACE": str(tmp_path / "workspace"),
        "SHADOW_SCAN_KEY_FILE": str(tmp_path / "keys" / "test.key"),
    }

    def run(*words: object, stdin: bytes = b"") -> Run:
        command = [sys.executable, "-m", "shadow_scan", *map(str, words)]
        done = subprocess.run(
            command, input=stdin, capture_output=True, env=environ, check=False, timeout=120
        )
        out, err = done.stdout.decode(errors="replace"), done.stderr.decode(errors="replace")
        assert "Traceback" not in err, err
        return Run(done.returncode, out, err)

    return run


def real_part(program: str) -> str:
    """The path of a program. Without it the test skips, and in CI it fails."""
    found = shutil.which(program, path=f"{os.environ.get('PATH', '')}:/usr/sbin:/sbin")
    if found is None:
        message = f"needs the real {program}: apt-get install {program}"
        if os.environ.get("SHADOW_SCAN_REQUIRE_REAL") == "1":
            pytest.fail(message)
        pytest.skip(message)
    return found
