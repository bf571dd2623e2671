"""Hosts in no rule that behave like AI services, and false friends that stay out."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.conftest import Cli

BEGIN = 1_789_200_000
BROWSER = "Mozilla/5.0 (X11; Linux x86_64) Firefox/143.0"


def address_of(user: str) -> str:
    return f"192.0.2.{user.encode()[0]}"


def line(
    at: float, user: str, method: str, url: str, *, seconds: float = 0.2, up: int = 900,
    down: int = 20_000, agent: str = BROWSER,
) -> str:  # fmt: skip
    end, taken = BEGIN + at + seconds, int(seconds * 1000)
    return (
        f"{end:.3f} {taken:6} {address_of(user)} TCP_MISS/200 {down} {up} {method} {url} {user} "
        f'HIER_DIRECT/198.51.100.7 - "-" "{agent}"\n'
    )


@pytest.fixture
def log(tmp_path: Path) -> Path:
    lines = []
    for turn in range(6):
        at = 200.0 * turn
        lines += [
            line(at, "ada", "POST", "https://gw.workshop.example/v1/chat/completions",
                 seconds=9, down=30_000, agent="OpenAI/Python 1.109.1"),
            line(at, "bea", "POST", "https://desk.lantern.example/api/chat", seconds=12),
            line(at, "bea", "POST", "http://gpu-01.corp.example:11434/api/chat", seconds=9),
            line(at, "cai", "GET", "https://agents.mill.example/.well-known/agent.json"),
            line(at, "cai", "POST", "https://api.texting.example/v1/messages", down=300),
            line(at, "dov", "POST", "https://help.shop.example/api/chat", down=700),
            line(at, "dov", "GET", "https://www.gpt-timber.example/"),
            line(at, "eli", "GET", "https://news.example/story"),
            line(at, "eli", "POST", "https://chatgpt.com/backend-api/f/conversation", seconds=9),
            line(at, "fay", "CONNECT", "assistant.loom.example:443", seconds=40, up=14_000),
            line(at, "fay", "CONNECT", "assistant.parents.example:443", seconds=40, up=400),
        ]  # fmt: skip
    lines.append(
        line(5, "fay", "GET", "https://mirror.depot.example/acme/llama/resolve/main/model.gguf",
             seconds=300, down=4_000_000_000, agent="Wget/1.24"),
    )  # fmt: skip
    file = tmp_path / "access.log"
    file.write_text("".join(sorted(lines)))
    return file


def scores(cli: Cli) -> dict[str, float]:
    return {row["host"]: row["score"] for row in cli("candidates", "--format", "json").json()}


def test_services_stand_first_and_false_friends_below_a_half(cli: Cli, log: Path) -> None:
    assert cli("scan", log).code == 0
    rows = cli("candidates", "--format", "json").json()
    sure = {row["host"] for row in rows if row["score"] >= 0.5}
    assert sure == {
        "gw.workshop.example", "desk.lantern.example", "gpu-01.corp.example",
        "agents.mill.example", "mirror.depot.example",
    }  # fmt: skip
    assert [row["score"] for row in rows] == sorted((row["score"] for row in rows), reverse=True)
    hosts = {row["host"] for row in rows}
    assert "chatgpt.com" not in hosts
    # who asks sends more than who reads a page
    assert "assistant.loom.example" in hosts
    assert "assistant.parents.example" not in hosts
    first = rows[0]
    assert first["host"] == "gw.workshop.example"
    assert (first["users"], first["events"], first["bytes_up"]) == (1, 6, 5_400)
    assert first["reasons"][0] == "requests of a model API (6 of its records)"
    told = cli("explain", "gw.workshop.example").out.splitlines()
    assert told[0] == "gw.workshop.example: no AI service of the rules"
    assert told[1].startswith(f"  score    {first['score']} as a candidate: from 0.5 on")
    assert told[2].startswith("  seen     6 events of 1 user, 2026-")
    assert told[3] == f"  sign     {first['reasons'][0]}"
    assert len(cli("explain", "news.example").out.splitlines()) == 2


def test_somebody_of_two_spellings_is_one_user(cli: Cli, log: Path, tmp_path: Path) -> None:
    lines = log.read_text().splitlines(keepends=True)
    as_login = [entry.replace(" bea ", " CORP%5Cb42 ") for entry in lines]
    endpoint = "https://tools.corp.example/mcp"
    agents = [line(60 * at, user, "POST", endpoint) for at, user in enumerate(("bea", "b42"))]
    log.write_text("".join([*lines, *as_login, *agents]))
    people = tmp_path / "people.csv"
    people.write_text("user,email,team\nb42,bea@corp.example,Design\n")
    assert cli("scan", log, "--people", people).code == 0
    found = {row["host"]: row for row in cli("candidates", "--format", "json").json()}
    assert found["desk.lantern.example"]["users"] == 1
    (row,) = cli("agents", "team:design", "--format", "json").json()
    assert (row["host"], row["users"], row["events"]) == ("tools.corp.example", 1, 2)


def test_paths_that_signs_name_are_stored_as_they_are(cli: Cli, log: Path) -> None:
    cli("scan", log)
    events = cli("export", "events").records()
    paths = {event["path"] for event in events if event["host"] == "agents.mill.example"}
    assert paths == {"/.well-known/agent.json"}


def test_own_signs_and_dismissed_hosts_change_the_list_without_a_scan(
    cli: Cli, log: Path, workspace: Path
) -> None:
    cli("scan", log)
    before = scores(cli)
    (workspace / "rules").mkdir(exist_ok=True)
    (workspace / "rules" / "candidates.toml").write_text(
        'recorded = "2026-11-25"\ndismissed = ["workshop.example"]\n'
        '[[signs]]\nid = "our-press"\nreason = "our press"\nweight = 0.6\nwords = ["news"]\n'
    )
    after = scores(cli)
    assert before["gw.workshop.example"] > 0.5
    assert "gw.workshop.example" not in after
    assert after["news.example"] >= 0.6


def test_a_sign_that_looks_at_nothing_is_refused(cli: Cli, log: Path, workspace: Path) -> None:
    cli("scan", log)
    (workspace / "rules").mkdir(exist_ok=True)
    (workspace / "rules" / "candidates.toml").write_text(
        'recorded = "2026-11-25"\n[[signs]]\nid = "x"\nreason = "y"\nweight = 0.6\n'
    )
    refused = cli("candidates")
    assert refused.code == 2
    assert "own/candidates.toml" in refused.err
    assert "names nothing to look at" in refused.err


def test_filters_narrow_the_list(cli: Cli, log: Path) -> None:
    cli("scan", log)
    rows = cli("candidates", "score:>0.7", "host:*.workshop.example", "--format", "json").json()
    assert [row["host"] for row in rows] == ["gw.workshop.example"]


def test_who_else_saw_it_adds_no_request_and_takes_no_sign_away(
    cli: Cli, log: Path, tmp_path: Path
) -> None:
    assert cli("scan", log).code == 0
    by_proxy = cli("candidates", "--format", "json").json()
    asked = [entry.split() for entry in log.read_text().splitlines()]
    names = [
        (float(one[0]), one[2], one[7].split("//")[-1].split("/")[0].split(":")[0]) for one in asked
    ]
    (tmp_path / "unbound.log").write_text("".join(
        f"[{int(at) - 20}] unbound[1:0] info: {client} {name}. A IN\n" for at, client, name in names
    ))  # fmt: skip
    (tmp_path / "eve.json").write_text("".join(
        f'{{"timestamp":"{datetime.fromtimestamp(at - 1, UTC):%Y-%m-%dT%H:%M:%S}.000000+0000",'
        f'"flow_id":{number},"src_ip":"{client}","dest_ip":"198.51.100.7","dest_port":443,{what}}}\n'
        for number, (at, client, name) in enumerate(names, 1)
        for what in (f'"event_type":"tls","tls":{{"sni":"{name}"}}',
                     '"event_type":"flow","flow":{"bytes_toserver":900,"bytes_toclient":70}')
    ))  # fmt: skip
    assert cli("scan", tmp_path / "unbound.log", tmp_path / "eve.json").code == 0
    by_three = {row["host"]: row for row in cli("candidates", "--format", "json").json()}
    same = ("score", "users", "bytes_up", "bytes_down")
    for row in by_proxy:
        found = by_three[row["host"]]
        assert {name: found[name] for name in same} == {name: row[name] for name in same}
