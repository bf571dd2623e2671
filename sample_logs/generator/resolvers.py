"""Two name servers: BIND for guests and laboratory in Bergen, dnsmasq in Porto.

BIND's query log (https://bind9.readthedocs.io/en/latest/reference.html#namedconf-statement-querylog)
has a line for each question. dnsmasq (``log-queries``) also writes where it forwarded a question
and what came back, without a client, and dates have no year. Both machines keep UTC.
"""

from __future__ import annotations

from collections.abc import Iterator

from .dice import Dice
from .logfile import Line, LogFile, event, skipped
from .model import Recorder, Visit
from .network import address6_of, address_of, client_port
from .period import bind_stamp, syslog_stamp

RECORDERS = (Recorder.BIND, Recorder.DNSMASQ)
BIND_FILE = "bind/query.log"
DNSMASQ_FILE = "dnsmasq/dnsmasq.log"
FILES = (BIND_FILE, DNSMASQ_FILE)

UPSTREAM = "192.0.2.53"


def file_of(visit: Visit) -> str:
    """The log of the name server that was asked."""
    return BIND_FILE if visit.identity.recorder is Recorder.BIND else DNSMASQ_FILE


def logs(visits: list[Visit]) -> list[LogFile]:
    """Both files."""
    asked = sorted(visits, key=lambda visit: visit.begin)
    bind = [_bind(visit) for visit in asked if visit.identity.recorder is Recorder.BIND]
    dnsmasq = [
        line
        for visit in asked
        if visit.identity.recorder is Recorder.DNSMASQ
        for line in _dnsmasq(visit)
    ]
    return [LogFile(BIND_FILE, "bind", lines=bind), LogFile(DNSMASQ_FILE, "dnsmasq", lines=dnsmasq)]


def _bind(visit: Visit) -> Line:
    client = f"client @0x{Dice('client', visit.begin).hexadecimal(12)}"
    source = f"{visit.identity.address}#{client_port(visit)}"
    question = f"query: {visit.host} IN {visit.query_type} +E(0)K (10.24.9.53)"
    stamp = bind_stamp(visit.begin)
    return event(
        f"{stamp} queries: info: {client} {source} ({visit.host}): {question}", visit.begin
    )


def _dnsmasq(visit: Visit) -> Iterator[Line]:
    start = f"{syslog_stamp(visit.begin)} dnsmasq[812]:"
    answers = {"A": address_of(visit.host), "AAAA": address6_of(visit.host)}
    answer = answers.get(visit.query_type, "NODATA")
    asked = f"query[{visit.query_type}] {visit.host} from {visit.identity.address}"
    yield event(f"{start} {asked}", visit.begin)
    if Dice("cache", visit.identity.name, visit.begin, visit.query_type).chance(0.4):
        yield skipped(f"{start} cached {visit.host} is {answer}")
    else:
        yield skipped(f"{start} forwarded {visit.host} to {UPSTREAM}")
        yield skipped(f"{start} reply {visit.host} is {answer}")
