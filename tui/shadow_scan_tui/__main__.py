"""One browser tab of `tui --serve`: the screens of the workspace that is named."""

from __future__ import annotations

import sys
from pathlib import Path

from shadow_scan.commands.screens import rules_when_needed
from shadow_scan.workspace import Workspace
from shadow_scan_tui.app import run

if __name__ == "__main__":
    place = Workspace(Path(sys.argv[1]))
    run(place, rules_when_needed(place))
