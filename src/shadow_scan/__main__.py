"""The program, and `python -m shadow_scan`."""

from __future__ import annotations

import gc
import os
import sys

_OBJECTS = 100_000


def main() -> None:
    try:
        _run()
    except KeyboardInterrupt:  # before anything was begun that could be told of
        from shadow_scan.console import exit_interrupted

        exit_interrupted()


def _run() -> None:
    """The screens open at once; whatever else is asked, the command line reads."""
    from shadow_scan.commands.screens import opening
    from shadow_scan.console import to_the_end

    screens = opening(sys.argv[1:])
    if screens is not None:
        to_the_end(screens)
        return
    from shadow_scan.cli import main as command_line

    # Hundreds of modules are loaded and none is let go: to look among them for cycles as often as
    # Python does by itself, and once more at the end, is a tenth of a short command.
    gc.set_threshold(_OBJECTS, 50, 50)
    # Nor has any of our models a plugin: to look for some among all that is installed takes longer
    # than to check what was typed.
    os.environ.setdefault("PYDANTIC_DISABLE_PLUGINS", "__all__")
    try:
        command_line()
    finally:
        gc.freeze()


if __name__ == "__main__":
    main()
