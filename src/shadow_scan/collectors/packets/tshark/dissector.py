"""pyshark and tshark: the reader of live packets, and of what ours does not know.

pyshark runs in a thread with an event loop of its own, whatever the caller's is; what it dissects
comes back as plain values through a bounded queue.
"""

from __future__ import annotations

import asyncio
import ipaddress
import logging
import queue
import shutil
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from shadow_scan.collectors.packets.layers.network import TCP, UDP
from shadow_scan.collectors.packets.names.dns import Answer, Message
from shadow_scan.collectors.packets.names.hostnames import host_name
from shadow_scan.collectors.packets.names.naming import Origin
from shadow_scan.collectors.packets.tshark.observed import Observed
from shadow_scan.errors import UsageError

INSTALL = "install it: sudo apt-get install --no-install-recommends tshark"
_REASSEMBLE = ["-o", "tcp.reassemble_out_of_order:TRUE"]
_ENCRYPTED_HELLO = "65037"
_QUEUED = 2_000
_RING_KILOBYTES, _RING_FILES = 20_000, 5
_CUT = ("cut short", "appears to have been cut", "retcode: 2)")
_REAPED = "retcode: 255)"
"""What is reported of a tshark that ended by itself while it was being told to."""

Make = Callable[[asyncio.AbstractEventLoop], Any]


def require_tshark() -> None:
    """Raises UsageError with the one line that helps."""
    if shutil.which("tshark") is None:
        what = "this needs tshark, which is not installed; all else works without it"
        raise UsageError(what, where="--reader pyshark, capture", remedy=INSTALL)


@dataclass(slots=True)
class Dissector:
    """Packets of a pyshark capture that `make` builds in the worker's loop. `damage` is set at the
    end; `failure` when nothing could be read at all."""

    make: Make
    damage: str | None = None
    packets: int = 0
    _queue: queue.Queue[Observed | None] = field(default_factory=lambda: queue.Queue(_QUEUED))
    _stopping: threading.Event = field(default_factory=threading.Event)
    _capture: Any = None
    _loop: asyncio.AbstractEventLoop | None = None

    def observed(self, *, every: float | None = None) -> Iterator[Observed | None]:
        """Packets as they come; with `every` seconds, None whenever none came for so long."""
        worker = threading.Thread(target=self._work, name="pyshark", daemon=True)
        worker.start()
        try:
            while True:
                try:
                    seen = self._queue.get(timeout=every or 1.0)
                except queue.Empty:
                    if every is not None:
                        yield None
                    continue
                if seen is None:
                    break
                yield seen
        finally:
            self.stop()
            worker.join(timeout=10)

    def stop(self) -> None:
        """Let the capture end; may be called from any thread."""
        self._stopping.set()
        loop, capture = self._loop, self._capture
        if loop is not None and loop.is_running() and capture is not None:
            asyncio.run_coroutine_threadsafe(capture.close_async(), loop)

    def _work(self) -> None:
        # A tshark whose end somebody else saw first is nothing to tell anybody.
        logging.getLogger("asyncio").setLevel(logging.ERROR)
        loop = self._loop = asyncio.new_event_loop()
        asyncio.set_event_loop(loop)
        try:
            capture = self._capture = self.make(loop)
            for packet in _packets_of(capture):
                if self._stopping.is_set():
                    break
                self.packets += 1
                seen = _observed(packet)
                if seen is not None:
                    self._put(seen)
        except Exception as error:
            self._failed(error)
        finally:
            self._close(loop)
            self._put(None)

    def _put(self, seen: Observed | None) -> None:
        while True:
            try:
                self._queue.put(seen, timeout=0.5)
            except queue.Full:
                if self._stopping.is_set():
                    return
            else:
                return

    def _close(self, loop: asyncio.AbstractEventLoop) -> None:
        capture = self._capture
        try:
            if capture is not None:
                capture.close()
        except Exception as error:
            self._failed(error)
            # It has ended: pyshark would try again on a loop that is gone, and print that.
            capture._running_processes.clear()
        finally:
            loop.close()

    def _failed(self, error: Exception) -> None:
        """tshark ends with 2 for a capture that is cut: what it printed before is good."""
        if self._stopping.is_set():
            return
        text = " ".join(str(error).split())[:200]
        if _REAPED in text:
            return
        cut = any(word in text.lower() for word in _CUT)
        self.damage = "the capture is cut in mid-packet" if cut else f"tshark stopped: {text}"


def of_file(path: str) -> Dissector:
    def make(loop: asyncio.AbstractEventLoop) -> Any:
        import pyshark

        return pyshark.FileCapture(
            str(Path(path).resolve()),
            use_ek=True,
            keep_packets=False,
            eventloop=loop,
            custom_parameters=_REASSEMBLE,
        )

    return Dissector(make)


def of_interface(interface: str, folder: Path, seconds: int | None, only: str | None) -> Dissector:
    """Live packets; dumpcap writes ring files into a folder, so that the disk is bounded too."""

    def make(loop: asyncio.AbstractEventLoop) -> Any:
        import pyshark

        # The limit is tshark's: pyshark keeps dumpcap's pipe open itself, so that tshark would not
        # notice its end.
        limit = [] if seconds is None else ["-a", f"duration:{seconds}"]
        return pyshark.LiveRingCapture(
            interface=interface,
            bpf_filter=only,
            ring_file_size=_RING_KILOBYTES,
            num_ring_files=_RING_FILES,
            ring_file_name=str(folder / "live.pcapng"),
            use_ek=True,
            eventloop=loop,
            custom_parameters=[*_REASSEMBLE, *limit],
        )

    return Dissector(make)


def _packets_of(capture: Any) -> Iterator[Any]:
    if hasattr(capture, "sniff_continuously"):
        return iter(capture.sniff_continuously())
    return iter(capture)


def _observed(packet: Any) -> Observed | None:
    layers = {layer.layer_name: layer for layer in packet.layers}
    network = layers.get("ipv6") or layers.get("ip")
    transport = layers.get("tcp") or layers.get("udp")
    if network is None or transport is None:
        return None
    try:
        source = ipaddress.ip_address(_text(network, "src"))
        destination = ipaddress.ip_address(_text(network, "dst"))
        tcp = transport.layer_name == "tcp"
        host, origin, encrypted, agent = _named(layers)
        return Observed(
            number=int(packet.number),
            time=_microseconds(packet.sniff_timestamp),
            protocol=TCP if tcp else UDP,
            stream=_number(transport, "stream"),
            source=str(source),
            source_port=_number(transport, "srcport"),
            destination=str(destination),
            destination_port=_number(transport, "dstport"),
            length=_number(transport, "len") if tcp else max(_number(transport, "length") - 8, 0),
            sequence=(_number(transport, "seq_raw") + _is(transport, "flags_syn")) if tcp else 0,
            opens=tcp and _is(transport, "flags_syn") and not _is(transport, "flags_ack"),
            host=host,
            origin=origin,
            encrypted=encrypted,
            agent=agent,
            message=_message(layers["dns"]) if "dns" in layers else None,
        )
    except ValueError:
        return None


def _named(layers: dict[str, Any]) -> tuple[str | None, Origin, bool, str | None]:
    for name in ("tls", "quic"):
        hello = _hello_fields(layers.get(name))
        host = _host(hello.get("server_name"))
        if host is not None:
            kinds = hello.get("type") or []
            encrypted = _ENCRYPTED_HELLO in [str(k) for k in _listed(kinds)]
            return host, ("quic" if name == "quic" else "tls"), encrypted, None
    http = layers.get("http")
    if http is not None and http.get_field("request_method") is not None:
        agent = _text(http, "user_agent")
        tunnel = _text(http, "request_method") == "CONNECT"
        named = _text(http, "request_uri") if tunnel else _text(http, "host")
        host = host_name(named.rpartition("@")[2].partition(":")[0].encode())
        return host, ("connect" if tunnel else "http"), False, agent or None
    return None, "tls", False, None


def _hello_fields(layer: Any) -> dict[str, Any]:
    """Name and extension types of a hello; QUIC carries its TLS fields nested."""
    if layer is None:
        return {}
    if layer.layer_name == "tls":
        return {
            "server_name": layer.get_field("handshake_extensions_server_name"),
            "type": layer.get_field("handshake_extension_type"),
        }
    for nested in _listed(layer.get_field("tls") or []):
        if isinstance(nested, dict) and "tls_tls_handshake_extensions_server_name" in nested:
            return {
                "server_name": nested["tls_tls_handshake_extensions_server_name"],
                "type": nested.get("tls_tls_handshake_extension_type"),
            }
    return {}


def _message(dns: Any) -> Message | None:
    host = _host(dns.get_field("qry_name"))
    if host is None:
        return None
    addresses = [*_listed(dns.get_field("a") or []), *_listed(dns.get_field("aaaa") or [])]
    answers = tuple(Answer(ipaddress.ip_address(str(a)).packed, 300) for a in addresses)
    kind, identity = _number(dns, "qry_type"), _number(dns, "id")
    return Message(identity, _is(dns, "flags_response"), host, kind, answers)


def _host(value: Any) -> str | None:
    given = _listed(value)
    return host_name(str(given[0]).encode()) if given and given[0] else None


def _listed(value: Any) -> list[Any]:
    """A field that has fields of its own comes as an object with a value."""
    plain = value if isinstance(value, dict | list) else getattr(value, "value", value)
    return list(plain) if isinstance(plain, list) else [] if plain is None else [plain]


def _text(layer: Any, name: str) -> str:
    given = _listed(layer.get_field(name))
    return str(given[-1]) if given else ""


def _number(layer: Any, name: str) -> int:
    return int(_text(layer, name) or "0", 0)


def _is(layer: Any, name: str) -> bool:
    return _text(layer, name).lower() in ("true", "1")


def _microseconds(text: str) -> int:
    seconds, _, fraction = str(text).partition(".")
    return int(seconds) * 1_000_000 + int(fraction[:6].ljust(6, "0"))
