"""A scan loads no pandas, which pyarrow would import by itself where somebody has installed it."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path


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
