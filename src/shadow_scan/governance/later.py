"""What somebody put off in a review: it waits until a day, and is asked again from that day on.

No ruling and no line of the ledger: a note of this workspace, which may be lost without harm.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta

import msgspec

from shadow_scan.errors import InputError
from shadow_scan.governance.rulings import today
from shadow_scan.whole import write_whole
from shadow_scan.workspace import Workspace

DAYS = 14
_FILE = "later.json"


def put_off(place: Workspace) -> dict[str, date]:
    """What waits today -> the day on which it is asked again."""
    now = today()
    try:
        noted = msgspec.json.decode((place.path / _FILE).read_bytes(), type=dict[str, date])
    except (OSError, msgspec.MsgspecError):
        return {}
    return {what: day for what, day in noted.items() if day > now}


def put_off_or_not(place: Workspace, what: str) -> date | None:
    """Put it off, or ask at once what was put off: the day on which it comes back, or None.

    Raises InputError where the workspace cannot be written."""
    waiting = put_off(place)
    if what in waiting:
        del waiting[what]
    else:
        waiting[what] = today() + timedelta(days=DAYS)
    _write(place, waiting)
    return waiting.get(what)


def _write(place: Workspace, waiting: Mapping[str, date]) -> None:
    file = place.path / _FILE
    try:
        write_whole(file, msgspec.json.encode(waiting, order="sorted"))
    except OSError as error:
        what = f"cannot be written: {error.strerror}"
        raise InputError(what, where=str(file), remedy="make the folder writable") from None
