"""Valid lines of each format, and what to do to them."""

from __future__ import annotations

import gzip
from collections.abc import Sequence

from ..conftest import Run

SECOND = 1_790_000_000


def squid_line(host: str = "chatgpt.com", at: int = 0, user: str = "alice") -> str:
    return (
        f"{SECOND + at}.123     87 192.0.2.10 TCP_TUNNEL/200 4512 CONNECT {host}:443 {user}"
        " HIER_DIRECT/198.51.100.7 -\n"
    )


def squid_url(url: str, user: str = "alice", agent: str | None = None) -> str:
    line = (
        f"{SECOND}.123     87 192.0.2.10 TCP_MISS/200 4512 GET {url} {user}"
        " HIER_DIRECT/198.51.100.7 text/html"
    )
    return f'{line} "-" "{agent}"\n' if agent else line + "\n"


GOOD = "".join(squid_line(at=60 * number) for number in range(3))
"""Three events of one session of ChatGPT."""

W3C_HEADER = (
    "#Software: SGOS 7.4\n#Version: 1.0\n"
    "#Fields: date time c-ip cs-username cs-method cs-host sc-status cs-bytes sc-bytes\n"
)


def w3c_row(host: str = "claude.ai", status: object = 200) -> str:
    return f"2026-09-21 10:00:00 192.0.2.11 bob GET {host} {status} 120 4000\n"


ZEEK_FIELDS = ("ts", "uid", "id.orig_h", "id.orig_p", "id.resp_h", "id.resp_p", "server_name")
ZEEK_HEADER = "#separator \\x09\n#path\tssl\n#fields\t" + "\t".join(ZEEK_FIELDS) + "\n"


def zeek_row(name: str = "claude.ai", number: int = 1) -> str:
    cells = (f"{SECOND}.5", f"C{number}x", "192.0.2.12", "5000", "198.51.100.8", "443", name)
    return "\t".join(cells) + "\n"


def zeek_json(name: str = "claude.ai") -> str:
    return (
        f'{{"ts":{SECOND}.5,"uid":"C1","id.orig_h":"192.0.2.12","id.orig_p":5000,'
        f'"id.resp_h":"198.51.100.8","id.resp_p":443,"server_name":"{name}"}}\n'
    )


def bind_line(name: str = "claude.ai") -> str:
    return (
        "21-Sep-2026 10:00:00.123 queries: info: client @0x7f0000000001 192.0.2.13#50000"
        f" ({name}): query: {name} IN A +E(0)K (192.0.2.53)\n"
    )


def dnsmasq_line(name: str = "claude.ai") -> str:
    return f"Sep 21 10:00:00 dnsmasq[77]: query[A] {name} from 192.0.2.14\n"


VALID: dict[str, str] = {
    "squid": GOOD,
    "w3c": W3C_HEADER + w3c_row() * 3,
    "zeek": ZEEK_HEADER + zeek_row() * 3,
    "bind": bind_line() * 3,
    "dnsmasq": dnsmasq_line() * 3,
}
"""A small whole log of each format."""


def truncated_gzip(text: str) -> bytes:
    packed = gzip.compress(text.encode())
    return packed[: len(packed) * 2 // 3]


def corrupt_gzip(text: str) -> bytes:
    packed = bytearray(gzip.compress(text.encode()))
    middle = len(packed) // 2
    packed[middle : middle + 20] = b"\xff" * 20
    return bytes(packed)


def equation_holds(rows: Sequence[dict[str, object]]) -> bool:
    """lines = events + rejected + skipped, for every source."""
    return all(
        row["lines"]
        == int(str(row["events"])) + int(str(row["rejected"])) + int(str(row["skipped"]))
        for row in rows
    )


def is_short_error(outcome: Run, about: str, errors: int = 1) -> bool:
    """One error of at most three lines, or so many, and no traceback."""
    said = outcome.err.splitlines()
    found = [line for line in said if line.startswith("shadow-scan: ")]
    return (
        len(found) == errors
        and "Traceback" not in outcome.err
        and about in outcome.err
        and all(len(line) <= 400 for line in said)
    )
