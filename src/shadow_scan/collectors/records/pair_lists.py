"""Records that are lists of names and values, as objects: CloudWatch's answers to queries, and the
flat fields of Cato's interface."""

from __future__ import annotations

from typing import Any

import msgspec

FLAT = b'{"flatFields":'


class _Pair(msgspec.Struct):
    field: str
    value: msgspec.Raw = msgspec.Raw(b"null")


class _Flat(msgspec.Struct, rename={"fields": "flatFields"}):
    fields: list[tuple[str, msgspec.Raw]]


_PAIRS = msgspec.json.Decoder(list[_Pair])
_FLAT = msgspec.json.Decoder(_Flat)


def as_object(element: bytes) -> bytes:
    """The record as an object; what is no such list stays as it is."""
    try:
        named: dict[str, Any] = (
            dict(_FLAT.decode(element).fields)
            if element[:1] == b"{"
            else {pair.field: pair.value for pair in _PAIRS.decode(element)}
        )
    except (msgspec.MsgspecError, RecursionError, UnicodeError):
        return element
    return msgspec.json.encode(named)
