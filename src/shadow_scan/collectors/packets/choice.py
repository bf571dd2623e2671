"""Which reader a capture gets: ours, unless pyshark was asked for or alone knows its links."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from typing import TYPE_CHECKING

from shadow_scan.collectors.lines.unwrap import STDIN, ByteSource
from shadow_scan.collectors.packets.capture import Capture
from shadow_scan.collectors.packets.files.pcap import FILE_HEADER, PcapIndex, is_pcap
from shadow_scan.collectors.packets.files.pcapng import PcapngIndex, is_pcapng
from shadow_scan.collectors.packets.layers.columns import PADDING
from shadow_scan.collectors.packets.layers.links import is_known
from shadow_scan.errors import UsageError
from shadow_scan.vocabulary import PacketReader

if TYPE_CHECKING:
    from shadow_scan.collectors.packets.tshark.dissected import DissectedCapture


@dataclass(frozen=True, slots=True)
class Chosen:
    capture: Capture | DissectedCapture
    note: str | None = None


def chosen_reader(reader: PacketReader, source: ByteSource, path: str) -> Chosen:
    """Raises UsageError where pyshark was asked for and cannot serve."""
    if reader is PacketReader.PYSHARK:
        from shadow_scan.collectors.packets.tshark.dissected import DissectedCapture
        from shadow_scan.collectors.packets.tshark.dissector import require_tshark

        require_tshark()
        if path == STDIN:
            what, remedy = "pyshark reads files, not standard input", "give it as a file"
            raise UsageError(what, where="--reader", remedy=remedy)
        return Chosen(DissectedCapture(source, path))
    links = first_links(source.peek())
    if not links or any(is_known(link) for link in links):
        return Chosen(Capture(source))
    return _beyond_ours(source, path, f"link type {min(links)} is not known here")


def _beyond_ours(source: ByteSource, path: str, unknown: str) -> Chosen:
    """pyshark's work, where there is a tshark and a file for it."""
    from shadow_scan.collectors.packets.tshark.dissected import DissectedCapture
    from shadow_scan.collectors.packets.tshark.dissector import INSTALL

    if shutil.which("tshark") is None:
        return Chosen(
            Capture(source), f"{unknown}; pyshark may know it, but needs tshark; {INSTALL}"
        )
    if path == STDIN:
        return Chosen(
            Capture(source), f"{unknown}; pyshark may know it: give the capture as a file"
        )
    note = f"{unknown}: read by pyshark, which is some hundred times slower"
    return Chosen(DissectedCapture(source, path), note)


def first_links(head: bytes) -> set[int]:
    """Link types of the first packets of a capture that begins so."""
    if is_pcap(head) and len(head) >= FILE_HEADER:
        return {PcapIndex.opened(head[:FILE_HEADER]).link}
    if is_pcapng(head):
        padded = bytearray(head) + bytes(PADDING)
        block, _ = PcapngIndex().packets(padded, 0, len(head))
        return set(block.links.tolist())
    return set()
