"""Entries of a journal as `journalctl -o export` writes them, each as the line of JSON that
`-o json` would be."""

from __future__ import annotations

import json
from collections.abc import Iterator

from shadow_scan.collectors.records.source import RecordSource, texts
from shadow_scan.collectors.unwrap import ByteSource

_BEGINS = b"__CURSOR="


def is_exported(head: bytes) -> bool:
    return head.startswith(_BEGINS)


def records(source: ByteSource, outer: RecordSource) -> Iterator[bytes]:
    entry: dict[str, str] = {}
    for line in texts(source, outer):
        name, sign, value = line.rstrip("\r\n").partition("=")
        if sign and name.replace("_", "").isalnum():
            entry.setdefault(name, value)
        elif not name and entry:
            yield json.dumps(entry).encode() + b"\n"
            entry = {}
    if entry:
        yield json.dumps(entry).encode() + b"\n"
    outer.damage = source.damage or outer.damage
