"""dnsmasq: its lease database, also that of Pi-hole and OpenWrt (dnsmasq(8), lease-change).

The file is a snapshot: it has the expiry of each lease, neither its begin nor any earlier holder.
So the begin is an assumption, `lease_length` before the expiry but no later than the file's own
time, for at that moment the lease was held. Every such interval is marked `assumed`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from datetime import timedelta
from typing import Final

from shadow_scan.identity.addresses import address_key
from shadow_scan.identity.leases.fields import MICROSECONDS, epoch_us, hex_bytes, holder, number
from shadow_scan.identity.leases.model import Record, Tally

NAME: Final = "dnsmasq"
RECOGNISED: Final = re.compile(
    r"\A\s*(?:duid [0-9a-f:]+\s*$|[0-9]+ (?:[0-9a-f]{2}[:-][0-9a-f:]*|\*|T?[0-9]+) "
    r"\[?[0-9a-f.:]+\]? \S+)",
    re.MULTILINE | re.IGNORECASE,
)
LEASE_LENGTH: Final = timedelta(days=1)
"""What Pi-hole hands out; dnsmasq alone defaults to an hour for IPv4 and a day for IPv6."""

_EARLIEST_SECOND: Final = 946_684_800
"""1 January 2000: builds for machines without a clock write a duration, which is always less."""

_HARDWARE_TYPE: Final = re.compile("^[0-9a-f]{2}-(?=[0-9a-f]{2}:)", re.IGNORECASE)


def read(
    lines: Iterable[tuple[int, str | None]],
    tally: Tally,
    *,
    written_us: int,
    lease_length: timedelta,
) -> Iterator[Record]:
    """Records of the snapshot; `written_us` is the time of the file itself."""
    for line, text in lines:
        words = text.split(" ") if text is not None else []
        if text is not None and (not text.strip() or words[0] == "duid"):
            tally.skip()
            continue
        if not 4 <= len(words) <= 5:
            tally.reject(line, "a line that cannot be read")
            continue
        yield from _record(line, words, tally, written_us, lease_length)


def _record(
    line: int, words: list[str], tally: Tally, written_us: int, lease_length: timedelta
) -> Iterator[Record]:
    expiry, address = number(words[0]), address_key(words[2])
    if address is None or expiry is None or epoch_us(expiry) is None:
        tally.reject(line, "an address or a time that cannot be read")
        return
    if 0 < expiry < _EARLIEST_SECOND:
        tally.reject(line, "a duration instead of a time; the clock of the lease is not known")
        return
    end = expiry * MICROSECONDS if expiry else None
    known_held = written_us if end is None else min(written_us, end)
    length_us = lease_length // timedelta(microseconds=1)
    begin = known_held - length_us if end is None else min(known_held, end - length_us)
    client = hex_bytes(words[4]) if len(words) == 5 and words[4] != "*" else b""
    hardware = _HARDWARE_TYPE.sub("", words[1])
    device, mac = holder(words[3], hardware, client)
    tally.used += 1
    yield Record(address, device, mac, max(begin, 0), end, line, True, max(known_held, 0))
