"""Loopback servers, a tiny DNS question and a folder that an unprivileged server may write."""

from __future__ import annotations

import os
import pwd
import secrets
import socket
import ssl
import struct
import subprocess
import tempfile
import threading
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from shutil import rmtree
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

LOOPBACK = "127.0.0.1"
_PATIENCE_SECONDS = 15.0


@contextmanager
def servers_folder() -> Iterator[Path]:
    """A folder for the configuration and logs of a server that does not run as root."""
    folder = Path(tempfile.mkdtemp(prefix="shadow-scan-real-"))
    folder.chmod(0o755)
    if os.geteuid() == 0:
        nobody = pwd.getpwnam("nobody")
        os.chown(folder, nobody.pw_uid, nobody.pw_gid)
    try:
        yield folder
    finally:
        rmtree(folder)


def unprivileged() -> dict[str, Any]:
    """Options of Popen for a server: as nobody where the tests run as root."""
    if os.geteuid() != 0:
        return {}
    nobody = pwd.getpwnam("nobody")
    return {"user": nobody.pw_uid, "group": nobody.pw_gid, "extra_groups": []}


def free_port() -> int:
    """A port that neither TCP nor UDP holds on any address: resolvers take both."""
    while True:
        with socket.socket() as stream, socket.socket(type=socket.SOCK_DGRAM) as datagrams:
            stream.bind(("", 0))
            with suppress(OSError):
                datagrams.bind(stream.getsockname())
                return int(stream.getsockname()[1])


def wait_until_listening(port: int, server: subprocess.Popen[bytes], log: Path) -> None:
    deadline = time.monotonic() + _PATIENCE_SECONDS
    while time.monotonic() < deadline:
        if server.poll() is not None:
            break
        with socket.socket() as probe:
            if probe.connect_ex((LOOPBACK, port)) == 0:
                return
        time.sleep(0.02)
    said = log.read_text(errors="replace")[-2000:] if log.exists() else "nothing"
    raise AssertionError(f"the server does not listen on {port}; it says: {said}")


def wait_until_written(log: Path, words: Iterable[str]) -> None:
    """A server may write of a connection some time after its client has gone."""
    deadline = time.monotonic() + _PATIENCE_SECONDS
    while missing := [word for word in words if word not in log.read_text(errors="replace")]:
        assert time.monotonic() < deadline, f"{log.name} does not speak of {missing}"
        time.sleep(0.02)


class _Answer(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        self.rfile.read(int(self.headers.get("Content-Length") or 0))
        self.send_response(200)
        self.send_header("Content-Length", "6")
        self.end_headers()
        self.wfile.write(b"hello\n")

    do_POST = do_GET  # noqa: N815

    def log_message(self, *_: object) -> None:
        """Silent: the proxy's log is what counts."""


@dataclass(frozen=True, slots=True)
class Web:
    """Ports of the one web server behind every name: plain HTTP, and self-signed TLS."""

    plain: int
    tls: int


@contextmanager
def web_servers(folder: Path) -> Iterator[Web]:
    plain = ThreadingHTTPServer((LOOPBACK, 0), _Answer)
    tls = ThreadingHTTPServer((LOOPBACK, 0), _Answer)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(_self_signed(folder))
    tls.socket = context.wrap_socket(tls.socket, server_side=True)
    threads = [threading.Thread(target=s.serve_forever, args=(0.05,)) for s in (plain, tls)]
    for thread in threads:
        thread.start()
    try:
        yield Web(plain.server_port, tls.server_port)
    finally:
        for server in (plain, tls):
            server.shutdown()
            server.server_close()
        for thread in threads:
            thread.join()


def _self_signed(folder: Path) -> Path:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "loopback.example")])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .sign(key, hashes.SHA256())
    )
    pem = serialization.Encoding.PEM
    bare = key.private_bytes(pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    file = folder / "loopback.pem"
    file.write_bytes(bare + certificate.public_bytes(pem))
    return file


QUERY_TYPES = {"A": 1, "AAAA": 28, "HTTPS": 65}


def ask(port: int, name: str, kind: str = "A", source: str = LOOPBACK) -> bytes | None:
    """The answer to one DNS question over UDP, asked from `source`; None when none comes."""
    labels = b"".join(bytes([len(part)]) + part.encode() for part in name.split(".")) + b"\0"
    number = secrets.token_bytes(2)
    question = labels + struct.pack(">HH", QUERY_TYPES[kind], 1)
    packet = number + struct.pack(">HHHHH", 0x0100, 1, 0, 0, 0) + question
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as client:
        client.bind((source, 0))
        client.settimeout(1.0)
        client.sendto(packet, (LOOPBACK, port))
        try:
            answer = client.recv(4096)
        except TimeoutError:
            return None
    return answer if answer[:2] == number else None
