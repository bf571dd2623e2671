"""A scan loads no pandas, which pyarrow would import by itself."""

from __future__ import annotations

import subprocess
import sys


def test_arrays_are_made_without_pandas_and_pandas_still_works_by_itself() -> None:
    code = (
        "import sys\n"
        "from shadow_scan.arrow import settle_without_pandas\n"
        "settle_without_pandas()\n"
        "import pyarrow as pa\n"
        "assert pa.array(['a', None]).null_count == 1\n"
        "assert 'pandas' not in sys.modules\n"
        "import pandas\n"
        "assert len(pandas.DataFrame({'a': [1]})) == 1\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
