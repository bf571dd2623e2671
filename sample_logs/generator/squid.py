"""The proxy in Berlin: Squid's native access log, tunnels only.

``logformat squid  %ts.%03tu %6tr %>a %Ss/%03>Hs %<st %rm %ru %[un %Sh/%<a %mt``
(https://www.squid-cache.org/Doc/config/logformat/). The time is that of the end, and there are no
upload bytes. The second week's Wednesday was packed by the rotation.
"""

from __future__ import annotations

from .logfile import Line, LogFile, Outcome, event
from .model import Fate, Recorder, Visit
from .network import address_of
from .period import HOUR, MILLISECOND, MINUTE, SECOND, day_of, decimal_seconds, midnight

RECORDERS = (Recorder.SQUID,)
FORMAT = "squid"
FIRST_WEEK = "squid/access.log.1"
PACKED_DAY = "squid/access-20260923.log.gz"
SECOND_WEEK = "squid/access.log"
FILES = (FIRST_WEEK, PACKED_DAY, SECOND_WEEK)

RESULT = {
    Fate.ALLOWED: "TCP_TUNNEL/200",
    Fate.BLOCKED: "TCP_DENIED/403",
    Fate.CHALLENGED: "TCP_DENIED/407",
}


def file_of(visit: Visit) -> str:
    """The file that was open when the visit ended."""
    return _open_at(visit.end)


def logs(visits: list[Visit]) -> list[LogFile]:
    """The three files."""
    files = {name: LogFile(name, FORMAT, clock="end") for name in FILES}
    written = [(visit.end, visit.begin, _line(visit)) for visit in visits] + _accidents()
    for end, _, line in sorted(written, key=lambda entry: entry[:2]):
        files[_open_at(end)].lines.append(line)
    return list(files.values())


def _open_at(moment: int) -> str:
    day = day_of(moment)
    if day < 7:
        return FIRST_WEEK
    return PACKED_DAY if day == 9 else SECOND_WEEK


def _line(visit: Visit) -> Line:
    allowed = visit.fate is Fate.ALLOWED
    user = "-" if visit.fate is Fate.CHALLENGED else visit.identity.logged_name or "-"
    fields = (
        decimal_seconds(visit.end, 3),
        f"{visit.duration // MILLISECOND:6d}",
        visit.identity.address,
        RESULT[visit.fate],
        str(visit.bytes_down),
        "CONNECT",
        f"{visit.host}:443",
        user,
        f"HIER_DIRECT/{address_of(visit.host)}" if allowed else "HIER_NONE/-",
        "-" if allowed else "text/html",
    )
    return event(" ".join(fields), visit.begin)


def _accidents() -> list[tuple[int, int, Line]]:
    """A client that hung up before it asked for anything, and a line that the disk cut short."""
    hung_up = midnight(1) + 8 * HOUR + 17 * MINUTE + 42 * SECOND + 311 * MILLISECOND
    cut = midnight(8) + 11 * HOUR + 3 * MINUTE + 9 * SECOND + 870 * MILLISECOND
    nothing = (
        f"{decimal_seconds(hung_up, 3)}      0 10.10.0.34 NONE_NONE/000 0 - "
        "error:transaction-end-before-headers - HIER_NONE/- -"
    )
    half = f"{decimal_seconds(cut, 3)}   1203 10.10.0.37 TCP_TUN"
    return [
        (hung_up, hung_up, event(nothing, hung_up)),
        (cut, cut, Line(half, Outcome.REJECTED)),
    ]
