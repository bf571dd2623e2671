"""Names as the contract wants them: one spelling for each host, user, device and address.

Works on the distinct values of a column only; the rows keep their integer codes throughout.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import lru_cache

import numpy as np
import pyarrow as pa

from shadow_scan.identity.names import address_key, device_key, host_key, user_key

_CACHED_NAMES = 100_000
_MAX_PORT = 65_535
_MAX_TEXT = 256
_QUERY = re.compile(r"[/?#]")
_PEOPLE = frozenset({"person", "unknown"})
_MACHINES = frozenset({"machine"})

cached_user = lru_cache(_CACHED_NAMES)(user_key)
cached_address = lru_cache(_CACHED_NAMES)(address_key)
cached_device = lru_cache(_CACHED_NAMES)(device_key)


@lru_cache(_CACHED_NAMES)
def split_authority(authority: str) -> tuple[str | None, int | None]:
    """'user@Chat.Example.:443' -> ('chat.example', 443); an address keeps its canonical text."""
    name = _QUERY.split(authority, maxsplit=1)[0].rpartition("@")[2].strip()
    port = ""
    if name.startswith("["):
        name, _, port = name[1:].partition("]")
        port = port.removeprefix(":")
    elif name.count(":") == 1:
        name, _, port = name.partition(":")
    number = int(port) if port.isascii() and port.isdigit() and len(port) < 6 else None
    address = address_key(name) if name[:1].isdigit() or ":" in name else None
    host = address or (None if ":" in name else host_key(name))
    return host, number if number is not None and number <= _MAX_PORT else None


def remapped(column: pa.ChunkedArray | pa.Array, name_of: Callable[[str], object]) -> pa.Array:
    """The column with each distinct value put through `name_of`; None becomes NULL."""
    codes, values = codes_and_values(column)
    places: dict[object, int] = {}
    table = np.full(len(values) + 1, -1, dtype=np.int32)
    for place, value in enumerate(values):
        name = name_of(value)
        table[place] = -1 if name is None else places.setdefault(name, len(places))
    mapped = table[codes]
    kind = pa.int32() if places and isinstance(next(iter(places)), int) else pa.string()
    return pa.DictionaryArray.from_arrays(
        pa.array(mapped, pa.int32(), mask=mapped < 0), pa.array(list(places), kind)
    )


def codes_and_values(column: pa.ChunkedArray | pa.Array) -> tuple[np.ndarray, list[str]]:
    """Integer codes of a dictionary column (-1 is NULL) and what they stand for."""
    if isinstance(column, pa.ChunkedArray):
        column = column.unify_dictionaries().combine_chunks()
        if isinstance(column, pa.ChunkedArray):
            column = column.chunk(0) if column.num_chunks else pa.array([], column.type)
    codes = column.indices.fill_null(-1).to_numpy(zero_copy_only=False)
    return codes, column.dictionary.to_pylist()


def canonical(events: pa.Table) -> pa.Table:
    """Events of a parser with the contract's names: `authority` gives way to `host` and `port`,
    `referrer` to `referrer_host`. `user_name` is the name whatever it stands for; `person_name` and
    `machine_name` hold it where it is one (a service account or a site is neither)."""
    authority = events["authority"]
    columns = {name: events[name] for name in events.column_names}
    columns |= {
        "source_ip": remapped(events["source_ip"], cached_address),
        "destination_ip": remapped(events["destination_ip"], cached_address),
        "device_name": remapped(events["device_name"], cached_device),
        "user_name": remapped(events["user_name"], lambda raw: cached_user(raw).key),
        "person_name": remapped(events["user_name"], lambda raw: _of_kind(raw, _PEOPLE)),
        "machine_name": remapped(events["user_name"], lambda raw: _of_kind(raw, _MACHINES)),
        "department": remapped(events["department"], _text),
        "method": remapped(events["method"], _text),
        "user_agent": remapped(events["user_agent"], _text),
        "host": remapped(authority, lambda raw: split_authority(raw)[0]),
        "port": _plain(remapped(authority, lambda raw: split_authority(raw)[1])),
        "referrer_host": remapped(events["referrer"], lambda raw: split_authority(raw)[0]),
    }
    del columns["authority"], columns["referrer"]
    return pa.table(columns)


def _of_kind(raw: str, kinds: frozenset[str]) -> str | None:
    name = cached_user(raw)
    return name.key if name.kind in kinds else None


def _text(raw: str) -> str | None:
    """Free text of a log, without what could speak to a terminal."""
    clean = "".join(character for character in raw[:_MAX_TEXT] if character.isprintable()).strip()
    return clean or None


def _plain(column: pa.DictionaryArray) -> pa.Array:
    if not len(column.dictionary):
        return pa.nulls(len(column), pa.int32())
    return column.dictionary_decode().cast(pa.int32())
