"""Which libraries a process does without: each costs a tenth of a second, or more, to load."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from shadow_scan import arrow


def test_arrays_are_made_without_pandas_and_it_can_still_be_imported(tmp_path: Path) -> None:
    (tmp_path / "pandas.py").write_text("__version__ = '3.0.0'\n")
    code = (
        "import sys\n"
        "from shadow_scan.arrow import settle_without_pandas\n"
        "settle_without_pandas()\n"
        "import pyarrow as pa\n"
        "assert pa.array(['a', None]).null_count == 1\n"
        "assert 'pandas' not in sys.modules\n"
        "import pandas\n"
        "assert pandas.__version__ == '3.0.0'\n"
    )
    paths = os.pathsep.join([str(tmp_path), *filter(None, sys.path)])
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=False,
        env={**os.environ, "PYTHONPATH": paths},
    )  # fmt: skip
    assert (done.returncode, done.stderr) == (0, "")


def test_a_change_of_rules_loads_no_library_of_columns(tmp_path: Path) -> None:
    log, place = tmp_path / "access.log", tmp_path / "workspace"
    log.write_text(
        "1790158272.417 10 192.0.2.1 TCP_TUNNEL/200 9 CONNECT chatgpt.com:443 - HIER_NONE/- -\n"
    )
    environment = {**os.environ, "SHADOW_SCAN_KEY_FILE": str(tmp_path / "key")}
    scan = [sys.executable, "-m", "shadow_scan", "scan", str(log), "--workspace", str(place)]
    subprocess.run(scan, check=True, capture_output=True, env=environment)
    (place / "rules").mkdir()
    (place / "rules" / "rules.toml").write_text('disabled = ["claude"]\n')
    code = (
        "import sys\n"
        "from shadow_scan.cli import app\n"
        f"app(['services', '--workspace', {str(place)!r}], standalone_mode=False)\n"
        "print(sorted({'numpy', 'pyarrow', 'pandas'} & set(sys.modules)))\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=False, env=environment
    )
    assert "deriving again" in done.stderr
    assert done.stdout.endswith("[]\n")


def test_only_pages_that_are_as_in_their_file_are_given_back() -> None:
    def mapping(
        begin: int, rights: str, anonymous: int, swapped: int, name: str = "/lib/a.so"
    ) -> str:
        head = f"{begin:x}-{begin + 4096:x} {rights} 00001000 fe:00 17                 {name}\n"
        sizes = f"Rss:   64 kB\nAnonymous:   {anonymous:3} kB\nSwap:   {swapped:3} kB\n"
        return f"{head}{sizes}SwapPss:   0 kB\nVmFlags: rd mr mw me\n"

    written = [
        *(mapping(0x1000, "r-xp", 4, 0), mapping(0x2000, "r--p", 0, 8)),
        *(mapping(0x3000, "rw-p", 0, 0), mapping(0x4000, "r--p", 0, 0, "[vvar]")),
        mapping(0x5000, "r--s", 0, 0),
    ]
    plain = [mapping(0xA000, "r-xp", 0, 0), mapping(0xC000, "r--p", 0, 0)]
    found = arrow._CODE.findall("".join([*written, *plain, *written]))
    assert found == [("a000", "b000"), ("c000", "d000")]
