"""Write the sample: ``python -m generator [FOLDER]``; without a folder, into sample_logs."""

from __future__ import annotations

import sys
from pathlib import Path

from .sample import write_sample

if __name__ == "__main__":
    target = Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).resolve().parents[1]
    for path in write_sample(target):
        print(path)
