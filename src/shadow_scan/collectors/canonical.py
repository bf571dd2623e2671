"""Names as the contract wants them: one spelling for each host, user, device and address.

Works on the distinct values of a column only; the rows keep their integer codes throughout.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from shadow_scan.identity.addresses import IPV4_SIGNS
from shadow_scan.identity.names import address_key, device_key, host_key, user_key

_CACHED_NAMES = 100_000
_CACHED_PLACES = 65_536
"""More than the hosts or addresses of a batch, as a rule: of what is asked for in turn, nothing is
remembered where there is more."""
_MAX_PORT = 65_535
_MAX_TEXT = 256
_MAX_RAW = 1_024
"""Behind it no name goes on, and what is remembered of names stays small."""
_QUERY = re.compile(r"[/?#\\]")
"""What ends an authority, a backslash as browsers take it."""
_PLAIN_AUTHORITY = re.compile(r"([a-z0-9_](?:[a-z0-9_.-]{0,251}[a-z0-9_])?)(?::([0-9]{1,5}))?")
"""As most are, and as `host_key` leaves them, if they are no addresses."""
NOBODY = ""
"""The name of who is known to be no person."""
_PEOPLE = frozenset({"person", "unknown"})
_MACHINES = frozenset({"machine"})

Codes = npt.NDArray[np.int32]

cached_user = lru_cache(_CACHED_NAMES)(user_key)
cached_address = lru_cache(_CACHED_PLACES)(address_key)
cached_device = lru_cache(_CACHED_NAMES)(device_key)


@lru_cache(_CACHED_PLACES)
def split_authority(authority: str) -> tuple[str | None, int | None]:
    """'user@Chat.Example.:443' -> ('chat.example', 443); an address keeps its canonical text."""
    plain = _PLAIN_AUTHORITY.fullmatch(authority)
    if plain and plain[1].strip(IPV4_SIGNS):
        return plain[1], _port(plain[2] or "")
    # Some proxies write a tunnel's target with a scheme.
    bare = authority.partition("://")[2] or authority
    name = _QUERY.split(bare, maxsplit=1)[0].rpartition("@")[2].strip()
    port = ""
    if name.startswith("["):
        name, _, port = name[1:].partition("]")
        port = port.removeprefix(":")
    elif name.count(":") == 1:
        name, _, port = name.partition(":")
    address = address_key(name) if name[:1].isdigit() or ":" in name else None
    host = address or (None if ":" in name else host_key(name))
    return host, _port(port)


def _port(digits: str) -> int | None:
    number = int(digits) if digits.isascii() and digits.isdigit() and len(digits) < 6 else None
    return number if number is not None and number <= _MAX_PORT else None


def forget() -> None:
    """What is remembered of names, where room counts for more than time."""
    for remembering in (cached_user, cached_address, cached_device, split_authority):
        remembering.cache_clear()


def remapped(column: pa.DictionaryArray, name_of: Callable[[str], object]) -> pa.DictionaryArray:
    """The column with each distinct value put through `name_of`; None becomes NULL.

    The rows' codes stay as they are: several of them may mean the same name, or none.
    """
    names = [name_of(value[:_MAX_RAW]) for value in column.dictionary.to_pylist()]
    kind = pa.int32() if any(isinstance(name, int) for name in names) else pa.string()
    return pa.DictionaryArray.from_arrays(column.indices, pa.array(names, kind))


def as_numbers(column: pa.ChunkedArray | pa.Array, numbers: Mapping[str, int]) -> pa.Array:
    """A column of few known words as small integers; NULL stays NULL."""
    codes, values = codes_and_values(column)
    return gathered(codes, [numbers[value] for value in values if value], np.int8)


def gathered(codes: Codes, numbers: Sequence[int], kind: type[np.signedinteger[Any]]) -> pa.Array:
    """The number of each row's code; -1 (for a code, or as a number) is NULL."""
    mapped = np.array([*numbers, -1], dtype=kind).take(codes, mode="wrap")
    return pa.array(mapped, mask=mapped < 0)


def _unified(column: pa.ChunkedArray | pa.Array) -> pa.DictionaryArray:
    """One array with one dictionary, out of the chunks that blocks of lines leave behind."""
    if isinstance(column, pa.ChunkedArray):
        return column.unify_dictionaries().combine_chunks()
    return column


def codes_and_values(column: pa.ChunkedArray | pa.Array) -> tuple[Codes, list[str | None]]:
    """Integer codes of a dictionary column (-1 is NULL) and what they stand for."""
    whole = _unified(column)
    if not len(whole.dictionary):
        return np.full(len(whole), -1, np.int32), []
    return numbers_of(whole.indices), whole.dictionary.to_pylist()


def numbers_of(indices: pa.Array) -> Codes:
    """Codes as numpy has them. Not by Arrow's functions, which take a tenth of a second to load."""
    validity, data = indices.buffers()
    own = slice(indices.offset, indices.offset + len(indices))
    codes: Codes = np.frombuffer(data, indices.type.to_pandas_dtype())[own]
    if not indices.null_count:
        return codes
    is_there = np.unpackbits(np.frombuffer(validity, np.uint8), bitorder="little")[own]
    return np.where(is_there.view(bool), codes, np.int32(-1))


def canonical(events: pa.Table) -> pa.Table:
    """Events of a parser with the contract's names: `authority` gives way to `host` and `port`,
    `referrer` to `referrer_host`. `user_name` is the name whatever it stands for; `person_name` and
    `machine_name` hold it where it is one. A site is neither; what is a program's account is
    `NOBODY`, so that what it asked is not taken for somebody's who sat there."""
    columns = {
        name: _unified(events[name]) if pa.types.is_dictionary(kind) else events[name]
        for name, kind in zip(events.column_names, events.schema.types, strict=True)
    }
    user, referrer = columns["user_name"], columns.pop("referrer")
    host, port = _host_and_port(columns.pop("authority"))
    columns |= {
        "source_ip": remapped(columns["source_ip"], cached_address),
        "destination_ip": remapped(columns["destination_ip"], cached_address),
        "device_name": remapped(columns["device_name"], cached_device),
        "user_name": remapped(user, lambda raw: cached_user(raw).key),
        "person_name": remapped(user, _person),
        "machine_name": remapped(user, lambda raw: _of_kind(raw, _MACHINES)),
        "department": remapped(columns["department"], _text),
        "method": remapped(columns["method"], _text),
        "user_agent": remapped(columns["user_agent"], _text),
        "host": host,
        "port": port,
        "referrer_host": remapped(referrer, lambda raw: split_authority(raw)[0]),
    }
    return pa.table(columns)


def _person(raw: str) -> str | None:
    return NOBODY if cached_user(raw).is_program else _of_kind(raw, _PEOPLE)


def _of_kind(raw: str, kinds: frozenset[str]) -> str | None:
    name = cached_user(raw)
    return name.key if name.kind in kinds else None


def _text(raw: str) -> str | None:
    """Free text of a log, without what could speak to a terminal."""
    clean = "".join(character for character in raw[:_MAX_TEXT] if character.isprintable()).strip()
    return clean or None


def _host_and_port(authority: pa.DictionaryArray) -> tuple[pa.DictionaryArray, pa.Array]:
    """Each distinct authority taken apart once."""
    parts = [split_authority(text[:_MAX_RAW]) for text in authority.dictionary.to_pylist()]
    hosts = pa.array([host for host, _ in parts], pa.string())
    ports = [-1 if port is None else port for _, port in parts]
    codes = authority.indices
    return pa.DictionaryArray.from_arrays(codes, hosts), gathered(
        numbers_of(codes), ports, np.int32
    )
