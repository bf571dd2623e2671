"""Arrow as our own command line wants it; what is settled here holds for the whole process.

pyarrow imports pandas, where somebody has installed it beside us, with the first array of a
process: that costs every scan a quarter of a second and forty megabytes, and never serves one.
"""

from __future__ import annotations

import ctypes
import mmap
import os
import re
import sys
from collections.abc import Callable, Sequence
from functools import cache
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


def give_back() -> None:
    """What is free but still held would otherwise stay beside what comes next."""
    pa.default_memory_pool().release_unused()
    if (trim := _trim()) is not None:
        trim(0)


def resident_bytes() -> int:
    """What this process has in memory; 0 where the system does not say."""
    try:
        with open("/proc/self/statm", "rb") as sizes:
            return int(sizes.read().split()[1]) * mmap.PAGESIZE
    except OSError:
        return 0


def give_back_code() -> None:
    """Pages of libraries that only their loading needed: half of what is mapped of them, and more
    than all that a scan of packets remembers. What is needed again comes from the page cache."""
    try:
        with open("/proc/self/smaps", encoding="utf-8", errors="replace") as mappings:
            found = _CODE.findall(mappings.read())
    except OSError:  # Another system, or one that does not say.
        return
    advise = ctypes.CDLL(None).madvise
    advise.argtypes = [ctypes.c_void_p, ctypes.c_size_t, ctypes.c_int]
    for begin, end in found:
        advise(int(begin, 16), int(end, 16) - int(begin, 16), mmap.MADV_DONTNEED)


_OF_MAPPING = r"(?:(?![0-9a-f]+-).*\n)*?"
_CODE = re.compile(
    r"^([0-9a-f]+)-([0-9a-f]+) r-[x-]p .* /.*\n"
    rf"{_OF_MAPPING}Anonymous: +0 kB\n{_OF_MAPPING}Swap: +0 kB$",
    re.MULTILINE,
)
"""Code and constants as their file has them: what was written into (by a loader, a debugger) is
nowhere else, be it in memory or in swap."""


@cache
def _trim() -> Callable[[int], int] | None:
    """What returns the free parts of the heap, where the C library is GNU's."""
    if sys.platform != "linux":
        return None
    return getattr(ctypes.CDLL(None), "malloc_trim", None)
