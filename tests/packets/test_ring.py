"""The folder of a live capture's ring files: nothing of it stays, even after a kill."""

from __future__ import annotations

import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from shadow_scan.commands.capture import ring_folder

_KILLED = """
import os, signal
from shadow_scan.commands.capture import ring_folder
with ring_folder() as folder:
    (folder / "live.pcapng").write_bytes(b"packets")
    os.kill(os.getpid(), signal.SIGKILL)
"""


def test_what_a_killed_capture_left_goes_with_the_next(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    monkeypatch.setattr(tempfile, "tempdir", None)
    subprocess.run([sys.executable, "-c", _KILLED], check=False, timeout=60)
    (left,) = tmp_path.iterdir()
    with ring_folder() as first:
        assert not left.exists()
        with ring_folder() as second:
            assert first.exists()
            assert second != first
    assert list(tmp_path.iterdir()) == []
