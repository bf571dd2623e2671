"""Captures read by the product, as plain dictionaries."""

from __future__ import annotations

import io
from dataclasses import dataclass
from typing import Any, BinaryIO

from shadow_scan.collectors.canonical import canonical
from shadow_scan.collectors.lines.unwrap import ByteSource
from shadow_scan.collectors.packets.capture import Capture

Event = dict[str, Any]


@dataclass(slots=True)
class Read:
    events: list[Event]
    packets: int
    skipped: dict[str, int]
    rejected: dict[str, int]
    damage: str | None
    unknown_links: list[int]

    @property
    def hosts(self) -> list[str]:
        return sorted(event["host"] for event in self.events if event["host"])


def read(data: bytes) -> Read:
    return read_from(io.BytesIO(data))


def read_from(file: BinaryIO) -> Read:
    capture = Capture(ByteSource(file, "made.pcap"))
    found = Read([], 0, {}, {}, None, [])
    for batch in capture.batches():
        if batch.events is not None:
            found.events += canonical(batch.events).to_pylist()
        found.packets += batch.packets
        for reason, packets in batch.skipped.items():
            found.skipped[reason] = found.skipped.get(reason, 0) + packets
        for reason, (packets, _) in batch.rejected.items():
            found.rejected[reason] = found.rejected.get(reason, 0) + packets
    found.damage, found.unknown_links = capture.damage, capture.unknown_links
    return found


def flow_facts(event: Event) -> tuple[Any, ...]:
    """What a flow's truth is compared by."""
    names = ("source_ip", "destination_ip", "port", "host", "bytes_up", "bytes_down", "evidence")
    return tuple(event[name] for name in names)
