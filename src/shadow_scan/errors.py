"""The errors that a user meets: what went wrong, where, and what to do about it.

Nothing else in this package may end the program with a message; the command line prints these
three lines and leaves with `exit_code`, whose meaning is part of the contract.
"""

from __future__ import annotations

from collections.abc import Sequence

EXIT_FINDINGS = 1
EXIT_USAGE = 2
EXIT_UNREADABLE = 3
EXIT_INTERRUPTED = 130


class ShadowScanError(Exception):
    """One line each: `what` happened, `where`, and the `remedy`; empty lines are left out.

    `details` are further lines below `what`, one for each of several problems.
    """

    exit_code = EXIT_USAGE

    def __init__(
        self, what: str, *, where: str = "", remedy: str = "", details: Sequence[str] = ()
    ) -> None:
        super().__init__(what)
        self.what = what
        self.details = tuple(details)
        self.where = where
        self.remedy = remedy


class UsageError(ShadowScanError):
    """The command, the settings or the rules are wrong; nothing was read."""

    exit_code = EXIT_USAGE


class InputError(ShadowScanError):
    """An input could not be read; all that could be read was kept."""

    exit_code = EXIT_UNREADABLE


UNKNOWN_FORMAT = (
    "name its format with --as (`shadow-scan formats` lists them), or have one proposed by"
    " `shadow-scan formats new FILE`"
)
"""What to do about a log that no format knows."""


class StorageError(ShadowScanError):
    """A file of the workspace cannot be opened, or not written: the disk is full, or not ours."""

    exit_code = EXIT_UNREADABLE


class LockedError(ShadowScanError):
    """Somebody else holds the database or the scan lock."""

    exit_code = EXIT_UNREADABLE
