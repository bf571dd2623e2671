"""Whether what is written leaves the machine: then small teams fold together."""

from __future__ import annotations

from contextvars import ContextVar
from typing import Final

SMALL_TEAMS: Final = "small teams"
"""The name under which teams below the size of the settings stand together."""

shared: ContextVar[bool] = ContextVar("shared", default=False)
