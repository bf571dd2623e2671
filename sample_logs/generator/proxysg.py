"""The proxy in Oslo: a Blue Coat / Symantec ProxySG in the W3C extended format.

https://www.w3.org/TR/WD-logfile.html; times are UTC, that of a row is the second in which it
ended, ``time-taken`` is in milliseconds. A visit through a tunnel that stays shut makes two rows,
CONNECT and ``unknown ssl``. A tunnel that the proxy opens makes its CONNECT row and one row for
each request inside. In the middle of a week an administrator changes the order of the fields;
the second week's file came through a Windows share.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from .catalogue import AI_HOSTS
from .logfile import Line, LogFile, event, skipped
from .model import Channel, Fate, Recorder, Visit
from .network import user_agent
from .period import MILLISECOND, SECOND, clock, day_of, midnight

RECORDERS = (Recorder.PROXYSG,)
FORMAT = "proxysg"
FILES = ("proxysg/main-2026-w38.log", "proxysg/main-2026-w39.log")

FIELDS = (
    "date time time-taken c-ip sc-status s-action sc-bytes cs-bytes cs-method cs-uri-scheme "
    "cs-host cs-uri-port cs-uri-path cs-uri-query cs-username cs-auth-group s-supplier-name "
    "rs(Content-Type) cs(Referer) cs(User-Agent) sc-filter-result cs-categories x-virus-id s-ip"
)
CHANGED_FIELDS = (
    "date time c-ip cs-username cs-auth-group cs-host cs-uri-scheme cs-uri-port cs-uri-path "
    "cs-uri-query cs-method sc-status s-action time-taken cs-bytes sc-bytes s-supplier-name "
    "rs(Content-Type) cs(Referer) cs(User-Agent) sc-filter-result cs-categories x-virus-id s-ip"
)
CHANGE_OF_FIELDS = (midnight(2), midnight(9))
"""When, in each of the two weeks."""

SHAKE = 61 * MILLISECOND
"""What a CONNECT takes."""

Row = tuple[int, int, dict[str, str]]
"""End, begin, values by field; a field that is not there is null."""


def file_of(visit: Visit) -> str:
    """The file of the week in which the visit ended."""
    return FILES[day_of(visit.end) // 7]


def logs(visits: list[Visit]) -> list[LogFile]:
    """Both weeks."""
    rows = sorted(
        [*_rows_of_visits(visits), *_rows_of_opened_tunnels(visits)], key=lambda row: row[:2]
    )
    return [_week(rows, number) for number in range(len(FILES))]


def _week(rows: list[Row], number: int) -> LogFile:
    file = LogFile(FILES[number], FORMAT, clock="end", line_end="\r\n" if number else "\n")
    fields = FIELDS
    file.lines += _header(midnight(7 * number), fields)
    for end, begin, values in rows:
        if day_of(end) // 7 != number:
            continue
        if fields == FIELDS and end >= CHANGE_OF_FIELDS[number]:
            fields = CHANGED_FIELDS
            file.lines += _header(CHANGE_OF_FIELDS[number], fields)
        file.lines.append(
            event(" ".join(_quoted(values.get(name, "-")) for name in fields.split()), begin)
        )
    return file


def _header(moment: int, fields: str) -> list[Line]:
    return [
        skipped("#Software: SGOS 7.3.15"),
        skipped("#Version: 1.0"),
        skipped(f"#Date: {clock(moment):%Y-%m-%d %H:%M:%S}"),
        skipped(f"#Fields: {fields}"),
    ]


def _quoted(value: str) -> str:
    return f'"{value}"' if " " in value or ";" in value else value


def _rows_of_visits(visits: list[Visit]) -> Iterator[Row]:
    for visit in visits:
        if visit.channel is Channel.TUNNEL:
            yield _connect_row(visit)
            if visit.fate is Fate.ALLOWED:
                yield _shut_tunnel_row(visit)
        else:
            yield _request_row(visit)


def _rows_of_opened_tunnels(visits: list[Visit]) -> Iterator[Row]:
    """One CONNECT for each opened connection, over when its first request begins."""
    first: dict[str, Visit] = {}
    for visit in sorted(visits, key=lambda visit: visit.begin):
        if visit.channel is Channel.INSIDE:
            first.setdefault(visit.connection, visit)
    for visit in first.values():
        over = visit.begin // SECOND * SECOND
        yield _connect_row(replace(visit, begin=over - SHAKE, duration=SHAKE))


def _connect_row(visit: Visit) -> Row:
    """The handshake; on a shut tunnel it ends with the first whole second after its begin."""
    end = min(visit.end, -(-visit.begin // SECOND) * SECOND)
    verdict = {
        Fate.ALLOWED: ("200", "TCP_ACCELERATED", "39", "OBSERVED"),
        Fate.BLOCKED: ("403", "TCP_DENIED", str(visit.bytes_down), "DENIED"),
        Fate.CHALLENGED: ("407", "TCP_DENIED", str(visit.bytes_down), "-"),
    }
    status, action, size, result = verdict[visit.fate]
    values = _common(visit, end) | {
        "sc-status": status,
        "s-action": action,
        "sc-bytes": size,
        "cs-bytes": "334",
        "cs-method": "CONNECT",
        "cs-uri-scheme": "tcp",
        "cs-uri-path": "/",
        "sc-filter-result": result,
    }
    if visit.fate is Fate.CHALLENGED:
        del values["cs-username"]
    return end, visit.begin, values


def _shut_tunnel_row(visit: Visit) -> Row:
    values = _common(visit, visit.end) | {
        "sc-status": "0",
        "s-action": "TUNNELED",
        "cs-method": "unknown",
        "cs-uri-scheme": "ssl",
        "cs-uri-path": "/",
        "s-supplier-name": visit.host,
    }
    return visit.end, visit.begin, values


def _request_row(visit: Visit) -> Row:
    if visit.page is None:
        raise ValueError(f"{visit.host}: a request that was seen has a page")
    plain = visit.channel is Channel.PLAIN
    values = _common(visit, visit.end) | {
        "sc-status": "200",
        "s-action": "TCP_NC_MISS",
        "cs-method": visit.page.method,
        "cs-uri-scheme": "http" if plain else "https",
        "cs-uri-port": "80" if plain else "443",
        "cs-uri-path": visit.page.path,
        "s-supplier-name": visit.host,
        "rs(Content-Type)": visit.page.content_type,
        "cs(Referer)": "-" if plain else f"https://{visit.host}/",
        "cs(User-Agent)": user_agent(visit),
    }
    return visit.end, visit.begin, values


def _common(visit: Visit, end: int) -> dict[str, str]:
    """What every row of the visit says; sizes are the visit's own until a row knows better."""
    at = clock(end)
    return {
        "date": f"{at:%Y-%m-%d}",
        "time": f"{at:%H:%M:%S}",
        "time-taken": str((end - visit.begin) // MILLISECOND),
        "c-ip": visit.identity.address,
        "sc-bytes": str(visit.bytes_down),
        "cs-bytes": str(visit.bytes_up),
        "cs-host": visit.host,
        "cs-uri-port": "443",
        "cs-username": visit.identity.logged_name or "-",
        "sc-filter-result": "OBSERVED",
        "cs-categories": _category(visit.host),
        "s-ip": "10.20.9.5",
    }


def _category(host: str) -> str:
    return "Technology/Internet;Generative AI" if host in AI_HOSTS else "Business/Economy"
