"""What the organisation has bought: a CSV with a line for each person, or each team's seats."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from pathlib import Path
from typing import Final

import msgspec

from shadow_scan.governance.sheets import SERVICE, TEAM, UNTIL, USER, Sheet, Synonyms
from shadow_scan.identity.names import user_key
from shadow_scan.identity.table import Row
from shadow_scan.identity.text import label

_SYNONYMS: Final[Synonyms] = {
    "service": SERVICE,
    "user": USER,
    "team": TEAM,
    "seats": ("seats", "licences", "licenses", "quantity", "count", "lizenzen"),
    "plan": ("plan", "edition", "sku", "tier"),
    "since": ("since", "start", "startdate", "from", "begin"),
    "until": UNTIL,
}
_REMEDY: Final = "mend these lines; `shadow-scan rules list` has the ids and names of services"
_EXAMPLE: Final = "service,user,team,seats,plan,until"


class Licence(msgspec.Struct, frozen=True):
    """One person's seat (`identity`), or `seats` of a team; without a team, of anybody."""

    service: str
    identity: str | None
    team: str | None
    seats: int
    plan: str | None
    since: date | None
    until: date | None


def read_licences(
    path: Path, services: Mapping[str, str], pseudonym: Callable[[str], str], *, say: bool = True
) -> list[Licence]:
    """The licences of a CSV; `services`: accepted words -> ids. A person who has the same service
    twice is counted once, and said, unless another command is the one to `say` it.

    Raises UsageError that names every unknown service, amount and day.
    """
    sheet = Sheet.opened(path, _SYNONYMS, (("service",),), _EXAMPLE, services)
    seen: set[tuple[str, str]] = set()
    found = []
    for row in sheet.rows():
        licence = _licence(sheet, row, pseudonym)
        if licence is None:
            continue
        holder = (licence.service, licence.identity or "")
        if licence.identity and holder in seen:
            sheet.notes.add(row.line, "a person who has this service already; counted once")
            continue
        seen.add(holder)
        found.append(licence)
    if say:
        sheet.finish(_REMEDY)
    elif sheet.errors:
        sheet.refuse(_REMEDY)
    return found


def _licence(sheet: Sheet, row: Row, pseudonym: Callable[[str], str]) -> Licence | None:
    service = sheet.service(row)
    since, until = sheet.day(row, "since"), sheet.day(row, "until")
    named = sheet.text(row, "user")
    key = user_key(named).key if named else None
    seats = sheet.whole(row, "seats")
    if service is None:
        return None
    if named and key is None:
        sheet.notes.add(row.line, "a user name that names nobody; the line is left out")
        return None
    if key is None and seats is None:
        sheet.wrong(row, "neither a user nor a number of seats")
        return None
    team = label(sheet.text(row, "team") or "")
    identity = pseudonym(key) if key else None
    plan = sheet.text(row, "plan")
    return Licence(service, identity, team, 1 if key else seats or 0, plan, since, until)
