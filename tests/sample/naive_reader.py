"""A second opinion: reads the sample's log files with nothing but regular expressions.

It shares no code and no tables with the generator, so that a truth which the lines do not bear
out is found. It knows just enough of each format for these files and is no collector.
"""

from __future__ import annotations

import gzip
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path

DOORS = {
    "chatgpt.com": "chatgpt",
    "claude.ai": "claude",
    "gemini.google.com": "gemini",
    "copilot.microsoft.com": "microsoft-copilot",
    "api.githubcopilot.com": "github-copilot",
    "api.openai.com": "openai-api",
    "api2.cursor.sh": "cursor",
    "cdn-lfs.hf.co": "hugging-face",
    "huggingface.co": "hugging-face",
    "www.perplexity.ai": "perplexity",
    "www.deepl.com": "deepl",
    "capi.grammarly.com": "grammarly",
    "app.grammarly.com": "grammarly",
    "otter.ai": "otter",
    "app.fireflies.ai": "fireflies",
    "www.midjourney.com": "midjourney",
    "elevenlabs.io": "elevenlabs",
    "api.elevenlabs.io": "elevenlabs",
    "gamma.app": "gamma",
    "app.runwayml.com": "runway",
    "app.jasper.ai": "jasper",
    "suno.com": "suno",
    "chat.deepseek.com": "deepseek",
}
PATH_DOORS = {
    ("www.notion.so", "/api/v3/runInferenceTranscript"): "notion-ai",
    ("www.notion.so", "/api/v3/getCompletion"): "notion-ai",
}
SHARED = ("files.oaiusercontent.com", "cdn.oaistatic.com")

SQUID = re.compile(
    r"(\d+\.\d{3}) +(\d+) (\S+) [A-Z_]+/(\d{3}) (\d+) CONNECT ([^ :]+):443 (\S+) \S+ \S+$"
)
BIND = re.compile(
    r"(\S+ \S+) queries: info: client @0x\w+ ([\d.]+)#\d+ \(\S+\): query: (\S+) IN \S+ "
)
DNSMASQ = re.compile(r"(\w+ +\d+ [\d:]+) dnsmasq\[\d+\]: query\[\w+\] (\S+) from (\S+)$")
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Request:
    """One request as the logs witness it."""

    file: str
    who: str
    host: str
    begin: datetime
    end: datetime
    evidence: str
    up: int | None = None
    down: int | None = None
    path: str | None = None
    blocked: bool = False

    @property
    def service(self) -> str | None:
        """By the exact host or path; shared pages of somebody else's are no use."""
        if self.path and self.path.startswith("/share/"):
            return None
        return PATH_DOORS.get((self.host, self.path or "")) or DOORS.get(self.host)


def text_of(path: Path) -> str:
    """The text of a file, unpacked, with line ends as they are."""
    raw = path.read_bytes()
    return (gzip.decompress(raw) if path.suffix == ".gz" else raw).decode("utf-8")


def requests(sample: Path) -> list[Request]:
    """Every request in the sample, challenges left out, blocked ones marked."""
    found = [*squid(sample), *proxysg(sample), *zeek(sample), *resolvers(sample)]
    return sorted(found, key=lambda request: request.begin)


def squid(sample: Path) -> Iterator[Request]:
    """The time is that of the end."""
    for path in sorted((sample / "squid").iterdir()):
        for line in text_of(path).splitlines():
            match = SQUID.match(line)
            if match is None or match[4] == "407":
                continue
            end = EPOCH + timedelta(milliseconds=int(Decimal(match[1]) * 1000))
            begin = end - timedelta(milliseconds=int(match[2]))
            who = match[3] if match[7] == "-" else match[7].split("@")[0]
            yield Request(
                _name(path), who, match[6], begin, end, "connected", None, int(match[5]),
                blocked=match[4] == "403",
            )  # fmt: skip


def proxysg(sample: Path) -> Iterator[Request]:
    """Every allowed CONNECT has rows of its own beside it, so it is left out here."""
    for path in sorted((sample / "proxysg").iterdir()):
        for row in proxysg_rows(path):
            if row["sc-status"] == "407" or (
                row["cs-method"] == "CONNECT" and row["sc-status"] == "200"
            ):
                continue
            begin, end = proxysg_times(row)
            opened = row["cs-method"] in ("GET", "POST", "PUT")
            yield Request(
                _name(path),
                row["cs-username"].split("\\")[-1].lower(),
                row["cs-host"],
                begin,
                end,
                "transacted" if opened else "connected",
                int(row["cs-bytes"]),
                int(row["sc-bytes"]),
                row["cs-uri-path"] if opened else None,
                row["sc-filter-result"] == "DENIED",
            )


def proxysg_rows(path: Path) -> Iterator[dict[str, str]]:
    """Rows by field name, under whichever header stands above them."""
    fields: list[str] = []
    for line in text_of(path).split("\n"):
        if line.startswith("#Fields: "):
            fields = line.split()[1:]
        elif line.strip() and not line.startswith("#"):
            cells = re.findall(r'"([^"]*)"|(\S+)', line)
            yield dict(zip(fields, (a or b for a, b in cells), strict=True))


def proxysg_times(row: dict[str, str]) -> tuple[datetime, datetime]:
    """Begin and end: the time of a row is that of its end."""
    end = datetime.fromisoformat(f"{row['date']}T{row['time']}+00:00")
    return end - timedelta(milliseconds=int(row["time-taken"])), end


def zeek(sample: Path) -> Iterator[Request]:
    """Names from ssl, http and dns; sizes from conn, but never for a lookup."""
    conn = {row["uid"]: row for row in zeek_rows(sample / "zeek/conn.log")}
    for name, column, evidence in (
        ("ssl.log", "server_name", "connected"),
        ("http.log", "host", "transacted"),
    ):
        for row in zeek_rows(sample / "zeek" / name):
            begin = EPOCH + timedelta(microseconds=int(Decimal(row["ts"]) * 10**6))
            start = Request(f"zeek/{name}", row["id.orig_h"], row[column], begin, begin, evidence)
            ended = conn.get(row["uid"])
            if ended is None:
                yield start
                continue
            lasted = timedelta(microseconds=int(Decimal(ended["duration"]) * 10**6))
            up, down = int(ended["orig_bytes"]), int(ended["resp_bytes"])
            yield replace(start, end=begin + lasted, up=up, down=down)
    for line in text_of(sample / "zeek/dns.log").splitlines():
        asked = json.loads(line, parse_float=Decimal)
        begin = EPOCH + timedelta(microseconds=int(asked["ts"] * 10**6))
        who, host = asked["id.orig_h"], asked["query"]
        yield Request("zeek/dns.log", who, host, begin, begin, "resolved")


def zeek_rows(path: Path) -> Iterator[dict[str, str]]:
    """Rows of a TSV log by field name."""
    fields: list[str] = []
    for line in text_of(path).splitlines():
        if line.startswith("#fields\t"):
            fields = line.split("\t")[1:]
        elif not line.startswith("#"):
            yield dict(zip(fields, line.split("\t"), strict=True))


def resolvers(sample: Path) -> Iterator[Request]:
    """Every question is a request of its own."""
    for line in text_of(sample / "bind/query.log").splitlines():
        if match := BIND.match(line):
            at = datetime.strptime(match[1], "%d-%b-%Y %H:%M:%S.%f").replace(tzinfo=UTC)
            yield Request("bind/query.log", match[2], match[3], at, at, "resolved")
    for line in text_of(sample / "dnsmasq/dnsmasq.log").splitlines():
        if match := DNSMASQ.match(line):
            at = datetime.strptime(f"2026 {match[1]}", "%Y %b %d %H:%M:%S").replace(tzinfo=UTC)
            yield Request("dnsmasq/dnsmasq.log", match[3], match[2], at, at, "resolved")


def _name(path: Path) -> str:
    return f"{path.parent.name}/{path.name}"
