"""Kea: the memfile back end's `kea-leases4.csv` and `kea-leases6.csv`, and their generations.

Each change of a lease appends a row; columns were added at the end over the versions, so the header
decides. A lease began at `expire - valid_lifetime` (Kea ARM, "Memfile"; lease_mgr source).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from shadow_scan.identity.addresses import address_key
from shadow_scan.identity.leases.fields import epoch_us, hex_bytes, holder, number
from shadow_scan.identity.leases.model import Record, Tally

NAME: Final = "kea"
RECOGNISED: Final = re.compile(r"\A\s*address,(?:hwaddr|duid),[a-z0-9_,]*\bexpire\b")

_ESCAPED: Final = re.compile("&#x([0-9a-fA-F]{2})")
_FOR_EVER: Final = 0xFFFFFFFF
_DECLINED: Final = "1"
_PREFIX_DELEGATION: Final = frozenset({"2", "IA_PD"})
_NEEDED: Final = ("address", "valid_lifetime", "expire")


def read(lines: Iterable[tuple[int, str | None]], tally: Tally) -> Iterator[Record]:
    """Records in the order of the file; a line of None was too long to be looked at."""
    header: dict[str, int] = {}
    for line, text in lines:
        if text is None:
            tally.reject(line, "a line that is too long")
        elif text.startswith("address,"):
            header = {name.strip(): at for at, name in enumerate(text.split(","))}
            tally.skip()
        elif not text.strip():
            tally.skip()
        else:
            cells = text.split(",")
            yield from _row(line, _unescaped(cells) if "&" in text else cells, header, tally)


def _row(line: int, cells: Sequence[str], header: dict[str, int], tally: Tally) -> Iterator[Record]:
    if len(cells) > len(header) or any(header.get(name, 99) >= len(cells) for name in _NEEDED):
        tally.reject(line, "a row that does not fit its header")
        return
    row = {name: cells[at] for name, at in header.items() if at < len(cells)}
    lifetime, expire = number(row["valid_lifetime"]), number(row["expire"])
    address = address_key(row["address"])
    if address is None or lifetime is None or expire is None:
        tally.reject(line, "an address or a time that cannot be read")
    elif lifetime == 0 or row.get("lease_type", "") in _PREFIX_DELEGATION:
        # A row without lifetime deletes the lease and says not when: its `expire` is the client's
        # last transaction, so ending the lease there would erase time in which it was held.
        tally.skip()
    else:
        yield from _record(line, row, address, lifetime, expire, tally)


def _record(
    line: int, row: dict[str, str], address: str, lifetime: int, expire: int, tally: Tally
) -> Iterator[Record]:
    begin = epoch_us(expire - lifetime)
    end = None if lifetime == _FOR_EVER else epoch_us(expire)
    if begin is None or (end is None and lifetime != _FOR_EVER):
        tally.reject(line, "an address or a time that cannot be read")
        return
    duid = hex_bytes(row.get("duid", ""))
    device, mac = holder(row.get("hostname", ""), row.get("hwaddr", ""), duid)
    if row.get("state", "0") == _DECLINED:
        device = None
    tally.used += 1
    yield Record(address, device, mac, begin, end, line)


def _unescaped(cells: Sequence[str]) -> list[str]:
    """Kea writes a comma within a value as `&#x2c`, without a semicolon."""
    return [_ESCAPED.sub(lambda match: chr(int(match[1], 16)), cell) for cell in cells]
