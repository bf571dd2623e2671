"""Arrow as our own command line wants it; what is settled here holds for the whole process.

pyarrow imports pandas, where somebody has installed it beside us, with the first array of a
process: that costs every scan a quarter of a second and forty megabytes, and never serves one.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from importlib.machinery import ModuleSpec
from types import ModuleType

# Nothing here is a matrix: numpy's library for those would start threads that wait busily.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import pyarrow as pa


class _NoPandas:
    # Without importlib.abc, which costs as much to import as it would save.
    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        if fullname == "pandas":
            raise ModuleNotFoundError("not for this process", name=fullname)
        return None


def settle_without_pandas() -> None:
    """Let pyarrow look for pandas once, and find none."""
    if "pandas" in sys.modules:
        return
    finder = _NoPandas()
    sys.meta_path.insert(0, finder)
    try:
        pa.array([0])
    finally:
        sys.meta_path.remove(finder)
