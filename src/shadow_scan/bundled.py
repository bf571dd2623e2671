"""Where the shipped rules and the sample logs lie: inside the wheel, or in the checkout."""

from __future__ import annotations

from pathlib import Path

from shadow_scan.errors import InputError

_PACKAGE = Path(__file__).parent
_CHECKOUT = _PACKAGE.parent.parent


def bundled(name: str) -> Path:
    """The folder `rules` or `sample_logs`."""
    for folder in (_PACKAGE / "_bundled" / name, _CHECKOUT / name):
        if folder.is_dir():
            return folder
    raise InputError(f"this installation lacks its '{name}'", remedy="install shadow-scan anew")
