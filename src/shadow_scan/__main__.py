"""`python -m shadow_scan`: the command line where no script was installed."""

from __future__ import annotations

from shadow_scan.cli import main

if __name__ == "__main__":
    main()
