"""Which ledger a workspace has: its own, or the shared one that its settings name."""

from __future__ import annotations

import getpass
import os
import re
import socket
from pathlib import Path

from shadow_scan.governance.ledger import Ledger
from shadow_scan.settings import load_settings
from shadow_scan.workspace import Workspace

_NOT_IN_NAMES = re.compile(r"[^a-z0-9._]+")


def ledger_of(place: Workspace) -> Ledger:
    """Raises UsageError for wrong settings."""
    shared = load_settings(place.settings).decisions
    folder = place.decisions if shared is None else place.path / Path(shared).expanduser()
    return Ledger(folder, place.ledger_heads, writer_name(), private=shared is None)


def writer_name() -> str:
    """Login and machine, as the name of a file."""
    try:
        login = getpass.getuser()
    except (KeyError, OSError):
        login = str(os.getuid())
    parts = [_NOT_IN_NAMES.sub("-", part.lower()).strip("-.") for part in (login, _machine())]
    return "-".join(part[:60] for part in parts if part) or "unknown"


def _machine() -> str:
    return socket.gethostname().partition(".")[0]
