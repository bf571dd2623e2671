"""Exported lists in real proxies and name servers: what was ruled out is blocked, no more."""

from __future__ import annotations

import os
import socket
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from ..conftest import Cli, real_part
from .network import (
    LOOPBACK,
    ask,
    free_port,
    servers_folder,
    unprivileged,
    wait_until_listening,
    web_servers,
)

pytestmark = pytest.mark.real

BLOCKED = ("chatgpt.com", "www.chatgpt.com", "deep.x.chatgpt.com", "chat.openai.com", "claude.ai")
FREE = (
    *("sora.chatgpt.com", "notchatgpt.com", "chatgpt.com.evil.example", "openai.com"),
    *("api.openai.com", "oaiusercontent.com", "cdn.oaistatic.com", "x.chat.openai.com"),
)
PATTERN = "chatgpt-async-webps-prod-eastus-12.webpubsub.azure.com"
_PATIENCE_SECONDS = 10.0
_PASSED = socket.inet_aton("127.0.0.1")


@pytest.fixture
def exported(cli: Cli) -> Callable[[str], str]:
    for service, status in (("chatgpt", "unsanctioned"), ("claude", "unsanctioned"),
                            ("sora", "sanctioned")):  # fmt: skip
        assert cli("decide", service, status, "--reason", "a test").code == 0

    def text(target: str) -> str:
        done = cli("export", "blocklist", "--to", target)
        assert done.code == 0, done.err
        return done.out

    return text


@contextmanager
def _server(words: list[str]) -> Iterator[subprocess.Popen[bytes]]:
    server = subprocess.Popen(
        words,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        env={"PATH": os.environ.get("PATH", os.defpath)},
        **unprivileged(),
    )
    try:
        yield server
    finally:
        server.terminate()
        server.wait(10)


@contextmanager
def _dnsmasq(folder: Path, *words: str) -> Iterator[int]:
    port = free_port()
    always = ["--keep-in-foreground", "--no-resolv", "--no-hosts", f"--port={port}",
              f"--listen-address={LOOPBACK}", "--bind-interfaces",
              f"--pid-file={folder}/pid-{port}"]  # fmt: skip
    with _server([real_part("dnsmasq"), *always, *words]):
        _passes(port, "ready.example")
        yield port


def _passes(port: int, name: str) -> bool:
    """Whether a question for the name is answered with the address that everything else has."""
    deadline = time.monotonic() + _PATIENCE_SECONDS
    while time.monotonic() < deadline:
        try:
            answer = ask(port, name)
        except ConnectionRefusedError:
            answer = None
        if answer is not None and answer[3] & 0x0F != 2:  # not SERVFAIL, as before it stands
            return _PASSED in answer[12:]
        time.sleep(0.05)
    raise AssertionError(f"no answer for {name}")


def _check(port: int) -> None:
    assert [name for name in BLOCKED if _passes(port, name)] == []
    assert [name for name in FREE if not _passes(port, name)] == []


def test_dnsmasq_blocks_what_was_ruled_out(exported: Callable[[str], str]) -> None:
    with servers_folder() as folder:
        (folder / "list.conf").write_text(exported("dnsmasq"))
        with _dnsmasq(folder, "--conf-file=/dev/null", "--address=/#/127.0.0.1") as upstream:
            words = (f"--conf-file={folder}/list.conf", f"--server=127.0.0.1#{upstream}")
            with _dnsmasq(folder, *words) as port:
                _check(port)


def test_a_hosts_file_blocks_the_names_that_it_holds(exported: Callable[[str], str]) -> None:
    with servers_folder() as folder:
        (folder / "hosts").write_text(exported("hosts"))
        words = ("--conf-file=/dev/null", "--address=/#/127.0.0.1", f"--addn-hosts={folder}/hosts")
        with _dnsmasq(folder, *words) as port:
            held = [name for name in BLOCKED if name.count(".") == 1 or name == "chat.openai.com"]
            assert [name for name in held if _passes(port, name)] == []
            assert [name for name in FREE if not _passes(port, name)] == []


_UNBOUND = """
server:
    interface: {address}@{port}
    access-control: 127.0.0.0/8 allow
    do-daemonize: no
    do-not-query-localhost: no
    use-syslog: no
    chroot: ""
    username: ""
    directory: "{folder}"
    pidfile: "{folder}/unbound.pid"
    module-config: "{modules}"
    do-ip6: no
    num-threads: 1
{clause}
forward-zone:
    name: "."
    forward-addr: 127.0.0.1@{upstream}
"""


@pytest.mark.parametrize(
    ("target", "modules", "clause"),
    [
        ("unbound", "iterator", 'include: "{folder}/list"'),
        (
            "rpz",
            "respip iterator",
            'rpz:\n    name: shadow-ai.rpz\n    zonefile: "{folder}/list"',
        ),
    ],
)
def test_unbound_blocks_what_was_ruled_out(
    exported: Callable[[str], str], target: str, modules: str, clause: str
) -> None:
    unbound = real_part("unbound")
    with servers_folder() as folder:
        (folder / "list").write_text(exported(target))
        with _dnsmasq(folder, "--conf-file=/dev/null", "--address=/#/127.0.0.1") as upstream:
            port = free_port()
            (folder / "unbound.conf").write_text(
                _UNBOUND.format(
                    address=LOOPBACK,
                    port=port,
                    folder=folder,
                    upstream=upstream,
                    modules=modules,
                    clause=clause.format(folder=folder),
                )
            )
            with _server([unbound, "-d", "-c", str(folder / "unbound.conf")]):
                assert _passes(port, "ready.example")
                _check(port)


_BIND = """
options {{
    directory "{folder}";
    listen-on port {port} {{ {address}; }};
    listen-on-v6 {{ none; }};
    pid-file none;
    session-keyfile none;
    recursion yes;
    dnssec-validation no;
    forward only;
    forwarders {{ 127.0.0.1 port {upstream}; }};
    response-policy {{ zone "shadow-ai.rpz"; }};
}};
controls {{ }};
zone "shadow-ai.rpz" {{ type primary; file "{folder}/list"; }};
"""


def test_bind_blocks_what_was_ruled_out(exported: Callable[[str], str]) -> None:
    named, checkzone = real_part("named"), real_part("named-checkzone")
    with servers_folder() as folder:
        (folder / "list").write_text(exported("rpz"))
        checked = subprocess.run(
            [checkzone, "-i", "none", "shadow-ai.rpz", folder / "list"],
            capture_output=True, text=True, check=False,
        )  # fmt: skip
        assert checked.returncode == 0, checked.stdout
        assert "ignored" not in checked.stdout
        with _dnsmasq(folder, "--conf-file=/dev/null", "--address=/#/127.0.0.1") as upstream:
            port = free_port()
            given = {"address": LOOPBACK, "port": port, "folder": folder, "upstream": upstream}
            (folder / "named.conf").write_text(_BIND.format(**given))
            with _server([named, "-f", "-n", "1", "-c", str(folder / "named.conf")]):
                assert _passes(port, "ready.example")
                _check(port)


_RECURSOR = """
local-address={address}
local-port={port}
daemon=no
threads=1
dnssec=off
dont-query=
any-to-tcp=no
forward-zones-recurse=.=127.0.0.1:{upstream}
hint-file=no
socket-dir={folder}
lua-config-file={folder}/policy.lua
"""


def test_powerdns_blocks_what_was_ruled_out(exported: Callable[[str], str]) -> None:
    recursor = real_part("pdns_recursor")
    with servers_folder() as folder:
        (folder / "list").write_text(exported("rpz"))
        (folder / "policy.lua").write_text(
            f'rpzFile("{folder}/list", {{policyName="shadow-ai", zoneSizeHint=100}})\n'
        )
        with _dnsmasq(folder, "--conf-file=/dev/null", "--address=/#/127.0.0.1") as upstream:
            port = free_port()
            given = {"address": LOOPBACK, "port": port, "folder": folder, "upstream": upstream}
            (folder / "recursor.conf").write_text(_RECURSOR.format(**given))
            with _server([recursor, f"--config-dir={folder}"]):
                assert _passes(port, "ready.example")
                _check(port)


_SQUID = """
http_port {address}:{port}
hosts_file {folder}/hosts
dns_nameservers 127.0.0.1
include {folder}/shadow-ai.conf
http_access allow all
cache deny all
access_log none
cache_log {folder}/cache.log
pid_filename {folder}/squid.pid
coredump_dir {folder}
shutdown_lifetime 1 seconds
netdb_filename none
pinger_enable off
"""


def test_squid_blocks_what_was_ruled_out(exported: Callable[[str], str]) -> None:
    squid, curl = real_part("squid"), real_part("curl")
    with servers_folder() as folder, web_servers(folder) as web:
        names = [*BLOCKED, *FREE, PATTERN]
        (folder / "hosts").write_text("".join(f"127.0.0.1 {name}\n" for name in names))
        (folder / "shadow-ai.conf").write_text(exported("squid"))
        port = free_port()
        (folder / "squid.conf").write_text(
            _SQUID.format(address=LOOPBACK, port=port, folder=folder)
        )
        checked = subprocess.run(
            [squid, "-k", "parse", "-f", str(folder / "squid.conf")],
            capture_output=True, text=True, check=False,
        )  # fmt: skip
        complaints = [line for line in checked.stderr.splitlines() if "shadow_ai" in line.lower()
                      and ("ERROR" in line or "WARNING" in line)]  # fmt: skip
        assert complaints == []
        with _server([squid, "-N", "-f", str(folder / "squid.conf")]) as server:
            wait_until_listening(port, server, folder / "cache.log")
            codes = {name: _status(curl, port, f"http://{name}:{web.plain}/") for name in names}
    assert {name: codes[name] for name in (*BLOCKED, PATTERN)} == dict.fromkeys(
        (*BLOCKED, PATTERN), 403
    )
    assert {name: codes[name] for name in FREE} == dict.fromkeys(FREE, 200)


def _status(curl: str, proxy: int, url: str) -> int:
    words = [curl, "--silent", "--output", "/dev/null", "--noproxy", "", "--max-time", "20"]
    words += ["--proxy", f"http://{LOOPBACK}:{proxy}", "--write-out", "%{http_code}", url]
    return int(subprocess.run(words, capture_output=True, text=True, check=False).stdout)
