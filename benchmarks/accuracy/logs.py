"""Writes what happened as four logs of the same weeks, with the files that name its people.

An inspecting Squid sees every request; one that does not sees a tunnel for each connection; a
sensor sees names and sizes of connections; a resolver sees the lookups that no cache answered.
"""

from __future__ import annotations

import csv
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path

from .company import Company
from .model import Dice, Exchange, Person
from .wire import Wire

INSPECTED, TUNNELS, NAMES, LOOKUPS = "inspected proxy", "tunnel-only proxy", "SNI", "DNS"
_LEASE = "%Y/%m/%d %H:%M:%S"
KINDS = (INSPECTED, TUNNELS, NAMES, LOOKUPS)
WITH_PATHS = (INSPECTED,)


@dataclass(slots=True)
class Connection:
    """Exchanges of one device with one host, without a pause that closes the connection."""

    person: Person
    host: str
    port: int
    begin: float
    end: float
    up: int
    down: int
    agent: str
    first: Exchange


def connections(exchanges: Iterable[Exchange]) -> list[Connection]:
    found: list[Connection] = []
    current: dict[tuple[str, str, int], Connection] = {}
    for exchange in sorted(exchanges, key=lambda e: e.time):
        key = (exchange.person.device, exchange.host, exchange.port)
        patience = _patience(exchange.host)
        known = current.get(key)
        if known is None or exchange.time - known.end > patience:
            known = Connection(
                exchange.person, exchange.host, exchange.port, exchange.time, exchange.end,
                2_300, 5_200, exchange.agent, exchange,
            )  # fmt: skip
            current[key] = known
            found.append(known)
        known.end = max(known.end, exchange.end)
        known.up += exchange.up + 90
        known.down += exchange.down + 70
    return found


@lru_cache(None)
def _patience(host: str) -> float:
    """Seconds after which an idle connection is closed."""
    return Dice("patience", host).uniform(20, 120)


@lru_cache(None)
def _address(host: str) -> str:
    return f"192.0.2.{Dice('address', host).randint(1, 254)}"


@lru_cache(None)
def _life(host: str) -> int:
    """Seconds for which an answer of the resolver holds."""
    return Dice("life", host).choice((60, 60, 120, 300, 300, 600))


def write(company: Company, wire: Wire, folder: Path) -> dict[str, list[Path]]:
    """Kind of log -> its files."""
    joined = connections(wire.exchanges)
    files = {
        INSPECTED: [("inspected/access.log", _inspected(wire.exchanges, joined))],
        TUNNELS: [("tunnels/access.log", _tunnels(wire.exchanges, joined))],
        NAMES: [
            ("names/conn.log", _zeek("conn", joined)),
            ("names/ssl.log", _zeek("ssl", joined)),
            ("names/http.log", _zeek("http", joined)),
        ],
        LOOKUPS: [("lookups/query.log", _lookups(company, joined))],
    }
    _people(company, folder / "people.csv")
    _leases(company, folder / "dhcpd.leases")
    return {
        kind: [_written(folder / name, lines) for name, lines in entries]
        for kind, entries in files.items()
    }


def _written(path: Path, lines: Iterable[str]) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", encoding="utf-8") as file:
        file.writelines(f"{line}\n" for line in lines)
    return path


def _people(company: Company, path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", newline="", encoding="utf-8") as file:
        rows = csv.writer(file)
        rows.writerow(("user", "team", "function", "device"))
        for person in company.people:
            rows.writerow((person.name, person.team, person.function, person.device))


def _leases(company: Company, path: Path) -> None:
    first = datetime.fromtimestamp(company.monday - 86_400, UTC)
    last = datetime.fromtimestamp(company.monday + (company.days + 2) * 86_400, UTC)
    with path.open("w", encoding="utf-8") as file:
        for number, person in enumerate(company.everybody):
            card = f"02:00:5e:00:{number >> 8:02x}:{number & 255:02x}"
            file.write(
                f"lease {person.address} {{\n  starts {first.isoweekday() % 7} {first:{_LEASE}};\n"
                f"  ends {last.isoweekday() % 7} {last:{_LEASE}};\n  binding state active;\n"
                f'  hardware ethernet {card};\n  client-hostname "{person.device}";\n}}\n'
            )


def _squid(
    end: float, seconds: float, person: Person, result: str, down: int, up: int, request: str,
    host: str, referrer: str, agent: str,
) -> str:  # fmt: skip
    user = "-" if person.unnamed else person.name
    return (
        f"{end:.3f} {int(seconds * 1000):6} {person.address} {result} {down} {up} {request} "
        f"{user} HIER_DIRECT/{_address(host)} - "
        f'"{referrer}" "{agent}"'
    )


def _inspected(exchanges: list[Exchange], joined: list[Connection]) -> Iterator[str]:
    lines = [(e.end, _request(e)) for e in exchanges]
    for link in joined:
        if link.port == 443:
            request = f"CONNECT {link.host}:443"
            line = _squid(link.begin + 0.05, 0.05, link.person, "NONE_NONE/200", 0, 0, request,
                          link.host, "-", link.agent)  # fmt: skip
            lines.append((link.begin + 0.05, line))
    return (line for _, line in sorted(lines))


def _request(exchange: Exchange) -> str:
    scheme = "https" if exchange.port == 443 else "http"
    port = "" if exchange.port in (80, 443) else f":{exchange.port}"
    request = f"{exchange.method} {scheme}://{exchange.host}{port}{exchange.path}"
    return _squid(
        exchange.end, exchange.seconds, exchange.person, f"TCP_MISS/{exchange.status:03}",
        exchange.down, exchange.up, request, exchange.host, exchange.referrer, exchange.agent,
    )  # fmt: skip


def _tunnels(exchanges: list[Exchange], joined: list[Connection]) -> Iterator[str]:
    """Programs do not name themselves when they ask for a tunnel; browsers do. Plain HTTP shows."""
    lines = [(e.end, _request(e)) for e in exchanges if e.port != 443]
    for link in joined:
        if link.port == 443:
            agent = link.agent if link.agent.startswith("Mozilla/") else "-"
            request = f"CONNECT {link.host}:443"
            line = _squid(link.end, link.end - link.begin, link.person, "TCP_TUNNEL/200", link.down,
                          link.up, request, link.host, "-", agent)  # fmt: skip
            lines.append((link.end, line))
    return (line for _, line in sorted(lines))


_ZEEK = {
    "conn": ("ts", "uid", "id.orig_h", "id.orig_p", "id.resp_h", "id.resp_p", "proto", "duration",
             "orig_bytes", "resp_bytes", "conn_state"),
    "ssl": ("ts", "uid", "id.orig_h", "id.orig_p", "id.resp_h", "id.resp_p", "server_name"),
    "http": ("ts", "uid", "id.orig_h", "id.orig_p", "id.resp_h", "id.resp_p", "method", "host",
             "uri", "user_agent", "request_body_len", "response_body_len", "status_code"),
}  # fmt: skip


def _zeek(path: str, joined: list[Connection]) -> Iterator[str]:
    yield from ("#separator \\x09", "#set_separator\t,", "#empty_field\t(empty)", "#unset_field\t-")
    yield f"#path\t{path}"
    yield "\t".join(("#fields", *_ZEEK[path]))
    rows = (
        (link.end if path == "conn" else link.begin, at, link) for at, link in enumerate(joined)
    )
    for _, number, link in sorted(rows, key=lambda row: row[:2]):
        if path == "conn" or (path == "ssl") == (link.port == 443):
            yield "\t".join(_zeek_row(path, number, link))


def _zeek_row(path: str, number: int, link: Connection) -> tuple[str, ...]:
    first = link.first
    start = (
        f"{link.begin:.6f}", f"C{number:017x}", link.person.address, str(32_768 + number % 28_000),
        _address(link.host), str(link.port),
    )  # fmt: skip
    if path == "ssl":
        return (*start, link.host)
    if path == "http":
        return (*start, first.method, link.host, first.path, first.agent, str(first.up),
                str(first.down), str(first.status))  # fmt: skip
    return (*start, "tcp", f"{link.end - link.begin:.6f}", str(link.up), str(link.down), "SF")


def _lookups(company: Company, joined: list[Connection]) -> Iterator[str]:
    """A device asks again when what it was told has run out."""
    answered: dict[tuple[str, str], float] = defaultdict(float)
    lines, dice = [], Dice(company.seed, "lookups")
    for link in sorted(joined, key=lambda connection: connection.begin):
        key = (link.person.device, link.host)
        if link.begin >= answered[key] and link.port == 443:
            answered[key] = link.begin + _life(link.host)
            moment = link.begin - dice.uniform(0.01, 0.3)
            lines += [(moment, kind, link) for kind in ("A", "HTTPS")[: 1 + dice.chance(0.5)]]
    for moment, kind, link in sorted(lines, key=lambda line: line[0]):
        stamp, port = datetime.fromtimestamp(moment, UTC), 40_000 + int(moment) % 20_000
        yield (
            f"{stamp:%d-%b-%Y %H:%M:%S}.{stamp.microsecond // 1000:03} queries: info: "
            f"client @0x7f3c{int(moment) & 0xFFFFFFFF:08x} {link.person.address}#{port} "
            f"({link.host}): query: {link.host} IN {kind} +E(0)K (10.90.4.53)"
        )
