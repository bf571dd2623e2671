"""Who saw what at the same moment: nothing hangs on chance, on the order of logs, or on a guess."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from shadow_scan.store.database import opened

from ..conftest import Cli

Read = Callable[..., dict[str, dict[str, Any]]]
_EVE = '"src_ip":"10.1.2.3","dest_ip":"198.51.100.7","dest_port":443'


@pytest.fixture
def read(cli: Cli, tmp_path: Path) -> Read:
    """Scans logs in this order; a listing of all activity by its first column."""

    def scanned(what: str, **logs: list[str]) -> dict[str, dict[str, Any]]:
        for name, lines in logs.items():
            (tmp_path / name).write_text("".join(f"{line}\n" for line in lines))
        assert cli("scan", *(tmp_path / name for name in logs), "--plain-users").code == 0
        rows = cli(what, "--activity", "all", "--format", "json").json()
        return {next(iter(row.values())): row for row in rows}

    return scanned


def squid(begin: int, seconds: int, *, user: str = "amara", result: str = "TCP_TUNNEL/200") -> str:
    """A tunnel; the log has its end."""
    end = 1_790_000_000 + begin + seconds
    return (
        f"{end}.000 {seconds * 1000:6} 10.1.2.3 {result} 900 CONNECT chatgpt.com:443 {user} "
        "HIER_DIRECT/198.51.100.7 -"
    )


def suricata(begin: int, seconds: int, sent: int) -> list[str]:
    """A connection: its name, and its sizes."""
    at = [f"2026-09-21T{14 + t // 3600:02}:{t // 60 % 60:02}:{t % 60:02}.000000+0000"
          for t in (800 + begin, 800 + begin + seconds)]  # fmt: skip
    return [
        f'{{"timestamp":"{at[0]}","flow_id":{begin + 1},"event_type":"tls",{_EVE},'
        '"tls":{"sni":"chatgpt.com"}}',
        f'{{"timestamp":"{at[1]}","flow_id":{begin + 1},"event_type":"flow",{_EVE},"flow":'
        f'{{"bytes_toserver":{sent},"bytes_toclient":70,"start":"{at[0]}","end":"{at[1]}"}}}}',
    ]


def zeek(begin: int, sent: int) -> list[str]:
    where = '"id.orig_h":"10.1.2.3","id.resp_h":"198.51.100.7","id.resp_p":443'
    at = f'"ts":{1_790_000_000 + begin}.0,"uid":"C{begin}"'
    return [
        f'{{"_path":"ssl",{at},{where},"server_name":"chatgpt.com"}}',
        f'{{"_path":"conn",{at},{where},"duration":1.0,"orig_bytes":{sent},"resp_bytes":70}}',
    ]


@pytest.mark.parametrize("blocked", [0, 1700], ids=["together", "later"])
def test_bytes_are_lent_to_what_was_let_through(read: Read, blocked: int) -> None:
    refused = squid(blocked, 1, result="TCP_DENIED/403")
    found = read("services", squid=[squid(0, 1800), refused], eve=suricata(2, 1790, 5_000))
    row = found["chatgpt"]
    assert (row["events"], row["blocked"], row["bytes_up"]) == (1, 1, 5_000)


@pytest.mark.parametrize("longest", [0, 1])
def test_of_what_begins_together_the_longest_vouches(read: Read, longest: int) -> None:
    proxy = [squid(0, 2), squid(0, 2)]
    proxy[longest] = squid(0, 1800)
    found = read("services", squid=proxy, eve=suricata(1000, 5, 5_000))
    assert (found["chatgpt"]["events"], found["chatgpt"]["bytes_up"]) == (2, 5_000)


@pytest.mark.parametrize("order", [("eve", "zeek"), ("zeek", "eve")])
def test_one_of_two_like_sensors_lends_always(read: Read, order: tuple[str, str]) -> None:
    # each alone knows what the other has not: both would be right, and both by turns would not
    logs = {"eve": suricata(0, 1, 111), "zeek": zeek(4000, 222)}
    sensors = {name: logs[name] for name in order}
    found = read("services", squid=[squid(0, 1), squid(4000, 1)], **sensors)
    assert found["chatgpt"]["bytes_up"] == 222


def lookup(begin: int) -> str:
    return f"[{1_790_000_000 + begin}] unbound[1:0] info: 10.1.2.3 chatgpt.com. A IN"


def test_two_people_at_an_address_at_one_moment_are_not_guessed_between(read: Read) -> None:
    both = [squid(0, 0), squid(0, 0, user="bela")]
    found = read("users", squid=both, dns=[lookup(5)])
    assert found["10.1.2.3"]["events"] == 1
    assert found["amara"]["events"] == found["bela"]["events"] == 1


def test_what_a_service_account_asks_is_nobodys_who_sits_beside_it(read: Read) -> None:
    logs = [squid(0, 1), squid(60, 1, user="svc-reports"), squid(120, 1), squid(180, 1, user="-")]
    found = read("users", squid=logs)
    assert {who: row["events"] for who, row in found.items()} == {"amara": 3, "10.1.2.3": 1}


def defender(minute: int, account: str | None = None, host: str = "chatgpt.com") -> str:
    """A connection of somebody's program, or a request that was inspected: of the device alone."""
    known = {
        "Timestamp": f"2026-09-21T15:{minute:02}:07Z",
        "DeviceName": "lt-1.corp.example",
        "LocalIP": "10.1.2.3",
        "RemoteIP": "198.51.100.7",
        "RemotePort": 443,
    }
    inspected = json.dumps({"direction": "Out", "host": host, "uri": "/c", "method": "GET"})
    told: dict[str, object] = {
        "ActionType": "HttpConnectionInspected",
        "AdditionalFields": inspected,
    }
    if account is not None:
        told = {"ActionType": "ConnectionSuccess", "RemoteUrl": host}
        told["InitiatingProcessAccountName"] = account
    return json.dumps({"properties": known | told})


def test_what_a_device_alone_did_is_of_whom_others_show_at_it(read: Read) -> None:
    logs = [defender(5, "amara"), defender(6), defender(40, "amara", "other.example"), defender(50)]
    found = read("users", endpoint=logs)
    assert list(found) == ["amara"]
    assert read("services", endpoint=logs)["chatgpt"]["users"] == 1


@pytest.mark.parametrize("account", ["system", "LT-1$"])
def test_what_the_system_does_by_itself_is_the_devices(read: Read, account: str) -> None:
    logs = [defender(5, "amara"), defender(6, account), defender(7, "amara")]
    found = read("users", endpoint=logs)
    assert {who: row["events"] for who, row in found.items()} == {"amara": 2, "lt-1": 1}


def test_facts_that_do_not_tell_programs_from_no_name_lend_no_device(
    read: Read, cli: Cli, workspace: Path
) -> None:
    read("users", endpoint=[defender(5, "amara"), defender(6)])
    with opened(workspace / "facts.duckdb") as connection:
        connection.execute("DELETE FROM meta WHERE key = 'nobody'")
        connection.execute("UPDATE meta SET value = '7' WHERE key = 'revision'")
    assert set(read("users", more=[defender(50, "chidi")])) == {"amara", "lt-1", "chidi"}


@pytest.mark.parametrize(
    "logs",
    [
        [defender(5, "amara"), defender(6), defender(7, "bela")],
        [defender(5, "amara"), defender(45)],
    ],
    ids=["either", "too long ago"],
)
def test_a_device_of_several_or_of_long_ago_stays_a_device(read: Read, logs: list[str]) -> None:
    assert "lt-1" in read("users", endpoint=logs)


def test_the_people_file_knows_better_whose_a_device_is(
    read: Read, cli: Cli, tmp_path: Path
) -> None:
    people = tmp_path / "people.csv"
    people.write_text("user,email,team,device\nowen,owen@corp.example,Design,lt-1\n")
    log = tmp_path / "endpoint"
    lines = [defender(5, "amara"), defender(6), defender(7, "svc-updates")]
    log.write_text("".join(f"{line}\n" for line in lines))
    assert cli("scan", log, "--people", people, "--plain-users").code == 0
    found = cli("users", "--activity", "all", "--format", "json").json()
    assert {row["user"]: row["user_kind"] for row in found} == {
        "amara": "person",
        "owen": "person",
        "lt-1": "device",  # what a program asked is no use of its owner, and of the owner's team
    }
    assert {row["team"] for row in found if row["user"] != "amara"} == {"Design"}


def test_a_connector_that_no_rule_names_is_asked_once_whoever_saw_it(read: Read, cli: Cli) -> None:
    name = "mcp.tools.example"
    proxy = [squid(0, 20).replace("chatgpt.com", name)]
    sensor = [entry.replace("chatgpt.com", name) for entry in suricata(2, 15, 5_000)]
    read("services", squid=proxy, eve=sensor)
    (row,) = cli("agents", "--format", "json").json()
    assert (row["host"], row["users"], row["events"]) == (name, 1, 1)
    assert (row["bytes_up"], row["bytes_down"]) == (5_000, 900)


def test_what_joins_beyond_midnight_is_no_user_of_that_day(read: Read, cli: Cli) -> None:
    midnight = 35_200  # 2026-09-22
    shared = squid(midnight + 60, 0).replace("chatgpt.com", "files.oaiusercontent.com")
    read("services", squid=[squid(midnight - 60, 0), shared])
    day = ("day:2026-09-22", "--activity", "all", "--format", "json")
    for what in ("services", "users", "teams", "tasks", "matrix", "exposure"):
        (row,) = cli(what, *day).json()
        assert row["events"] == 1, what
        assert row.get("users", 0) == row.get("sessions", 0) == row.get("services", 0) or (
            what == "matrix" and row["users"] == row["sessions"] == 0
        ), what


def test_a_line_that_became_no_request_is_not_guessed_to_be_somebodys(
    cli: Cli, tmp_path: Path
) -> None:
    leases = (("pc-1", "08:00:00", "12:00:00"), ("phone-2", "12:00:00", "20:00:00"))
    (tmp_path / "dhcpd.leases").write_text("".join(
        f"lease 10.1.2.3 {{ starts 1 2026/09/21 {begin}; ends 1 2026/09/21 {end}; "
        f'client-hostname "{device}"; }}\n' for device, begin, end in leases
    ))  # fmt: skip
    inner = squid(5, 0, user="-").replace("CONNECT chatgpt.com:443", "GET https://chatgpt.com/c")
    (tmp_path / "a.log").write_text(
        f"{squid(-20_000, 0, user='-')}\n{squid(0, 9, user='-')}\n{inner}\n"
    )
    scanned = cli(
        "scan", tmp_path / "a.log", "--leases", tmp_path / "dhcpd.leases", "--plain-users"
    )
    assert scanned.code == 0, scanned.err
    who = [cli("explain", f"{tmp_path}/a.log:{line}").out for line in (1, 2, 3)]
    assert "pc-1 (device)" in who[0]
    assert "phone-2 (device)" in who[1]
    assert "phone-2 (device)" in who[2]


@pytest.mark.parametrize("order", ["ab", "ba"])
def test_a_shared_host_joins_the_same_of_two_services_in_any_order(read: Read, order: str) -> None:
    page = squid(0, 0).replace("CONNECT chatgpt.com:443", "GET https://chatgpt.com/c")
    shared = squid(60, 0).replace("chatgpt.com", "files.oaiusercontent.com")
    logs = {"a": [page.replace("/c ", "/codex ")], "b": [page, shared]}
    read("services", **{order[0]: logs[order[0]]})
    found = read("services", **{order[1]: logs[order[1]]})
    assert {name: row["events"] for name, row in found.items()} == {"chatgpt": 2, "openai-codex": 1}
