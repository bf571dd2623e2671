"""Real clients and servers on the loopback interface, and a real dumpcap that listens."""

from __future__ import annotations

import asyncio
import contextlib
import os
import ssl
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from aioquic.asyncio.client import connect
from aioquic.asyncio.protocol import QuicConnectionProtocol
from aioquic.asyncio.server import serve
from aioquic.h3.connection import H3_ALPN, H3Connection
from aioquic.h3.events import HeadersReceived
from aioquic.quic.configuration import QuicConfiguration
from aioquic.quic.events import ProtocolNegotiated, QuicEvent

from tests.conftest import real_part
from tests.real.network import LOOPBACK

Start = Callable[..., "subprocess.Popen[bytes]"]


@contextlib.contextmanager
def capturing(start: Start, path: Path, only: str) -> Iterator[None]:
    """dumpcap on the loopback interface, for as long as the block lasts."""
    if os.geteuid() != 0:
        pytest.skip("capturing takes the rights of root here")
    running = start(
        [real_part("dumpcap"), "-q", "-i", "lo", "-f", only, "-w", str(path)],
        stderr=subprocess.DEVNULL,
    )
    _wait_for(lambda: path.exists() and path.stat().st_size > 0)
    time.sleep(0.5)
    yield
    time.sleep(1)
    running.terminate()
    running.wait(10)


def _wait_for(ready: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 20
    while not ready():
        assert time.monotonic() < deadline, "a part did not start"
        time.sleep(0.05)


class _Answering(QuicConnectionProtocol):
    http: H3Connection | None = None

    def quic_event_received(self, event: QuicEvent) -> None:
        if isinstance(event, ProtocolNegotiated):
            self.http = H3Connection(self._quic)
        for asked in self.http.handle_event(event) if self.http else ():
            if isinstance(asked, HeadersReceived) and self.http is not None:
                self.http.send_headers(asked.stream_id, [(b":status", b"200")])
                self.http.send_data(asked.stream_id, b"hello over QUIC", end_stream=True)
                self.transmit()


@contextlib.contextmanager
def quic_server(certificate: Path, port: int) -> Iterator[None]:
    ready, ended = threading.Event(), asyncio.Event()

    async def run() -> None:
        settings = QuicConfiguration(is_client=False, alpn_protocols=H3_ALPN)
        settings.load_cert_chain(certificate, certificate)
        server = await serve(LOOPBACK, port, configuration=settings, create_protocol=_Answering)
        loops.append(asyncio.get_running_loop())
        ready.set()
        await ended.wait()
        server.close()

    loops: list[asyncio.AbstractEventLoop] = []
    thread = threading.Thread(target=lambda: asyncio.run(run()), daemon=True)
    thread.start()
    assert ready.wait(10)
    yield
    loops[0].call_soon_threadsafe(ended.set)
    thread.join(10)


class _Greeting(QuicConnectionProtocol):
    def quic_event_received(self, event: QuicEvent) -> None:
        """No stream is opened for what the server says."""


def greet_by_quic(name: str, port: int) -> None:
    """A handshake, and no more: an inspecting sensor sees the name in its first packets."""
    settings = QuicConfiguration(is_client=True, alpn_protocols=H3_ALPN, server_name=name)
    settings.verify_mode = ssl.CERT_NONE

    async def greet() -> None:
        async with connect(LOOPBACK, port, configuration=settings, create_protocol=_Greeting):
            pass

    asyncio.run(greet())
