"""What captures carry, for the listing of formats."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class CaptureFormat:
    """Stands beside the declarations of text formats, with the facts that they share."""

    name: str
    title: str
    reference: str
    kind: str = "network sensor"
    clock: str = "begin"
    zone: str = "utc"
    carries: tuple[str, ...] = (
        *("event_time", "duration_ms", "source_ip", "host", "port", "destination_ip"),
        *("bytes_up", "bytes_down", "user_agent", "evidence"),
    )
    notes: str = "no users; names from TLS, QUIC, HTTP and DNS; lines are packets"


CAPTURES = {
    declared.name: declared
    for declared in (
        CaptureFormat(
            "pcap",
            "Packets (libpcap)",
            "https://www.ietf.org/archive/id/draft-ietf-opsawg-pcap-06.html",
        ),
        CaptureFormat(
            "pcapng",
            "Packets (pcapng)",
            "https://www.ietf.org/archive/id/draft-ietf-opsawg-pcapng-02.html",
        ),
    )
}
