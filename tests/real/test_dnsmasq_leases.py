"""Leases that a real dnsmasq hands to real DHCP clients, in a network namespace of their own."""

from __future__ import annotations

import os
import shlex
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from ..conftest import REQUIRE_REAL, Cli, real_part
from .network import servers_folder

pytestmark = pytest.mark.real

_CLIENTS = {"laptop-7": "02:00:5e:10:00:07", "desk-12": "02:00:5e:10:00:12"}
_SECONDS = 60


def _namespace() -> list[str]:
    """What runs a command in a network of its own; skips where the system does not let us."""
    unshare = real_part("unshare")
    words = [unshare, "-n"] if os.geteuid() == 0 else [unshare, "-rn"]
    if subprocess.run([*words, "true"], capture_output=True, check=False).returncode == 0:
        return words
    missing = "no network namespace may be made here"
    if os.environ.get(REQUIRE_REAL) == "1":
        pytest.fail(missing)
    pytest.skip(missing)


def _script(folder: Path) -> str:
    """One server and, one after the other, the clients; all of it ends with the shell."""
    ip, server, client = (shlex.quote(real_part(name)) for name in ("ip", "dnsmasq", "udhcpc"))
    asks = "\n".join(
        f"{ip} link set wire1 down; {ip} link set wire1 address {mac}; {ip} link set wire1 up\n"
        f"{client} -i wire1 -f -n -q -t 10 -T 1 -x hostname:{name} -s /bin/true"
        for name, mac in _CLIENTS.items()
    )
    return f"""set -e
{ip} link add wire0 type veth peer name wire1
{ip} address add 192.0.2.1/24 dev wire0
{ip} link set wire0 up
{server} --conf-file=/dev/null --port=0 --interface=wire0 --bind-interfaces --no-ping \
    --dhcp-range=192.0.2.50,192.0.2.60,1h --dhcp-authoritative --keep-in-foreground \
    --dhcp-leasefile={folder}/leases --pid-file={folder}/pid --user=root \
    --log-facility={folder}/log &
trap "kill $!; wait" EXIT
{asks}
"""


@pytest.fixture
def leases() -> Iterator[Path]:
    with servers_folder() as folder:
        done = subprocess.run(
            [*_namespace(), "sh", "-c", _script(folder)],
            capture_output=True,
            text=True,
            timeout=_SECONDS,
            check=False,
        )
        assert done.returncode == 0, done.stderr[-2000:]
        yield folder / "leases"


def _addresses(leases: Path) -> dict[str, str]:
    """Device name -> address, as dnsmasq wrote them: expiry, MAC, address, name, client id."""
    return {row[3]: row[2] for row in map(str.split, leases.read_text().splitlines())}


def _proxy_log(file: Path, addresses: list[str]) -> Path:
    now = int(time.time())
    file.write_text(
        "".join(
            f"{now}.123     87 {address} TCP_TUNNEL/200 4512 CONNECT chatgpt.com:443 -"
            " HIER_DIRECT/198.51.100.7 -\n"
            for address in addresses
        )
    )
    return file


def test_addresses_in_a_log_are_the_devices_that_dnsmasq_gave_them_to(
    leases: Path, cli: Cli, tmp_path: Path
) -> None:
    given = _addresses(leases)
    assert given.keys() == _CLIENTS.keys()
    log = _proxy_log(tmp_path / "access.log", [*given.values(), "192.0.2.99"])
    scanned = cli("scan", log, "--leases", leases, "--plain-users", "--format", "json")
    assert scanned.code == 0, scanned.err
    users = cli("users", "--activity", "all", "--format", "json").json()
    assert {(row["user"], row["user_kind"]) for row in users} == {
        *((name, "device") for name in _CLIENTS),
        ("192.0.2.99", "address"),
    }


def test_a_device_of_the_people_file_brings_its_team(
    leases: Path, cli: Cli, tmp_path: Path
) -> None:
    people = tmp_path / "people.csv"
    people.write_text("user,team,device\nalice,Sales,laptop-7\n")
    log = _proxy_log(tmp_path / "access.log", [_addresses(leases)["laptop-7"]])
    scanned = cli("scan", log, "--leases", leases, "--people", people, "--plain-users")
    assert scanned.code == 0, scanned.err
    (row,) = cli("users", "--activity", "all", "--format", "json").json()
    assert (row["user"], row["user_kind"], row["team"]) == ("alice", "person", "Sales")
