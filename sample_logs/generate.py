"""Write the sample company's logs again: ``python sample_logs/generate.py [FOLDER]``."""

from __future__ import annotations

import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE))

from generator.sample import write_sample  # noqa: E402

if __name__ == "__main__":
    for path in write_sample(Path(sys.argv[1]) if len(sys.argv) > 1 else HERE):
        print(path)
