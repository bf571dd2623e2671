"""The program, and `python -m shadow_scan`."""

from __future__ import annotations

import sys


def main() -> None:
    """The screens open at once; whatever else is asked, the command line reads."""
    from shadow_scan.commands.screens import opening
    from shadow_scan.console import to_the_end

    screens = opening(sys.argv[1:])
    if screens is not None:
        to_the_end(screens)
        return
    from shadow_scan.cli import main as command_line

    command_line()


if __name__ == "__main__":
    main()
