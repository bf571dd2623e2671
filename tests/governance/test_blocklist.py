"""Which names a blocklist holds: never what others share, and what it would also hit is said."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Sequence
from typing import Any

import pytest

from shadow_scan.governance.blocklist import Blocklist, Name, blocklist
from shadow_scan.governance.entries import Decision
from shadow_scan.governance.rulings import Ruled
from shadow_scan.report.enforcement import TARGETS, written
from shadow_scan.rules.models import Hosts, Product, VendorFile
from shadow_scan.rules.ruleset import RuleSet

from ..conftest import Cli


def product(name: str, **hosts: list[str]) -> Product:
    return Product(id=name, name=name.title(), category="chat", hosts=Hosts(**hosts))


RULES = RuleSet(
    {
        "vendors/acme.toml": VendorFile(
            id="acme",
            name="Acme",
            recorded="2026-11-01",
            hosts=Hosts(cdn=["cdn.talk.example"], upload=["=files.acme.example"]),
            products=[
                product("talk", ui=["talk.example", "=talk.acme.example"], docs=["d.talk.example"]),
                product("draw", ui=["=draw.talk.example"]),
                product("code", api=["api.code.example", "talk.acme.example/code*"]),
                product("many", ui=["chat-*.many.example", "*.all.example"],
                        api=["re:^m\\d+\\.many\\.example$"]),
                product("part", ui=["office.example/part*"]),
            ],
        )
    },
    {},
)  # fmt: skip


def ruled(service: str, status: Any, **scope: str) -> Ruled:
    decision = Decision(service=service, status=status, reason="a test", **scope)
    return Ruled(decision, "in force", "x.jsonl", 1, intact=True)


def made(*rulings: Ruled, statuses: Sequence[str] = ("unsanctioned",)) -> Blocklist:
    return blocklist(RULES, rulings, statuses)


def texts(names: Sequence[Name]) -> list[tuple[str, str]]:
    return [(name.text, name.kind) for name in names]


def test_a_list_holds_the_hosts_on_which_a_service_is_used_and_no_shared_one() -> None:
    found = made(ruled("talk", "unsanctioned"))
    assert texts(found.names) == [("talk.acme.example", "exact"), ("talk.example", "suffix")]
    assert texts([one.name for one in found.spared]) == [
        ("cdn.talk.example", "suffix"),
        ("draw.talk.example", "exact"),
    ]
    assert found.notes == ("talk.acme.example (talk) also hits code, on the same host",)


def test_a_host_on_which_a_sanctioned_service_lives_is_left_out() -> None:
    found = made(ruled("talk", "unsanctioned"), ruled("code", "sanctioned"))
    assert texts(found.names) == [("talk.example", "suffix")]
    assert found.notes == ("talk.acme.example (talk) is left out: code lives there too",)


def test_a_part_of_a_host_never_blocks_the_host() -> None:
    found = made(ruled("part", "unsanctioned"))
    assert found.names == ()
    assert "would block all of it" in found.notes[0]


def test_patterns_are_expressions_over_whole_names() -> None:
    found = made(ruled("many", "unsanctioned"))
    kinds = {name.kind for name in found.names}
    assert kinds == {"pattern", "under"}
    for host, hit in (("chat-eu.many.example", True), ("m12.many.example", True),
                      ("x.all.example", True), ("all.example", False),
                      ("m12.many.example.evil.example", False)):  # fmt: skip
        assert any(name.holds(host) for name in found.names) is hit, host


def test_a_scope_that_a_list_cannot_hold_is_said() -> None:
    found = made(ruled("talk", "unsanctioned"), ruled("talk", "sanctioned", team="Legal"),
                 ruled("code", "unsanctioned", team="Sales"))  # fmt: skip
    assert {name.service for name in found.names} == {"talk"}
    assert "talk is sanctioned for Legal, and blocked there too" in found.notes
    assert any(note.startswith("code is unsanctioned for Sales alone") for note in found.notes)


def test_a_decision_on_a_service_that_is_gone_is_said() -> None:
    found = made(
        ruled("talk", "unsanctioned"), ruled("old", "unsanctioned"), ruled("older", "sanctioned")
    )
    assert "talk.example" in [name.text for name in found.names]
    assert [line for line in found.notes if "no rule knows" in line] == [
        "old is unsanctioned, and no rule knows it any more: it has no names in the list"
    ]


def test_a_scope_is_said_for_the_statuses_that_are_asked_for() -> None:
    rulings = (
        ruled("talk", "unsanctioned", team="Legal"),
        ruled("draw", "sanctioned", plan="Team"),
    )
    (note,) = made(*rulings, statuses=("sanctioned",)).notes
    assert note.startswith("draw is sanctioned for plan Team alone")


def test_names_that_another_one_holds_are_not_repeated() -> None:
    everything = made(statuses=["unreviewed"])
    held = [name.text for name in everything.names]
    assert "draw.talk.example" not in held
    assert "talk.example" in held
    assert all(one.name.service != "draw" for one in everything.spared)


@pytest.mark.parametrize("target", sorted(TARGETS))
def test_every_list_names_what_is_blocked(target: str) -> None:
    found = made(ruled("talk", "unsanctioned"), ruled("code", "unsanctioned"))
    text, _ = written(TARGETS[target], found, RULES.digest)
    assert "talk.example" in text
    assert "api.code.example" in text
    assert "files.acme.example" not in text
    assert "office.example" not in text
    assert text.endswith("\n")
    assert text == written(TARGETS[target], found, RULES.digest)[0]


@pytest.mark.parametrize("target", [name for name, t in TARGETS.items() if not t.spares])
def test_a_list_without_exceptions_says_what_it_also_hits(target: str) -> None:
    notes = written(TARGETS[target], made(ruled("talk", "unsanctioned")), RULES.digest)[1].notes
    assert any("draw.talk.example" in note for note in notes)
    text, held = written(
        TARGETS[target],
        made(ruled("talk", "unsanctioned"), ruled("draw", "sanctioned")),
        RULES.digest,
    )
    assert "\ntalk.example" not in f"\n{text}"
    assert any("left out" in note and "draw" in note for note in held.notes)


@pytest.mark.parametrize("target", ["domains", "rpz", "unbound", "hosts", "zscaler"])
def test_a_pattern_that_a_list_cannot_hold_is_said(target: str) -> None:
    notes = written(TARGETS[target], made(ruled("many", "unsanctioned")), RULES.digest)[1].notes
    assert any("left out" in note and "many" in note for note in notes)


def test_the_list_of_cloudflare_is_csv() -> None:
    text, _ = written(TARGETS["cloudflare"], made(ruled("talk", "unsanctioned")), RULES.digest)
    header, *rows = csv.reader(io.StringIO(text))
    assert header == ["value", "description"]
    assert {row[0] for row in rows} == {"talk.acme.example", "talk.example"}


def test_the_command_line_says_what_it_leaves_out_and_writes_data_alone(cli: Cli) -> None:
    assert cli("export", "blocklist").out == ""
    cli("decide", "chatgpt", "unsanctioned", "--reason", "x")
    done = cli("export", "blocklist", "--to", "squid")
    assert done.code == 0
    assert "acl shadow_ai dstdomain .chatgpt.com" in done.out
    assert "also hits openai-codex" in done.err
    assert cli("export", "blocklist", "--to", "squd").err.count("did you mean squid?") == 1
    wrong = cli("export", "blocklist", "--status", "unsanctoned")
    assert (wrong.code, wrong.out) == (2, "")
    assert cli("export", "events", "--to", "squid").code == 2
    for meaningless in ("team:legal", "--format=json"):
        done = cli("export", "blocklist", meaningless)
        assert (done.code, done.out) == (2, "")
        assert "has no meaning for a blocklist" in done.err
    # a pattern cannot stand in this list, and is not counted in it
    done = cli("export", "blocklist", "--to", "domains")
    assert f"{len(done.out.splitlines())} names of 1 service that is unsanctioned" in done.err


def test_findings_for_a_siem(sample_cli: Cli) -> None:
    findings = {r["finding"]: r for r in sample_cli("findings", "--format", "json").json()}
    ocsf = sample_cli("export", "findings", "--to", "ocsf").records()
    ecs = sample_cli("export", "findings", "--to", "ecs").records()
    assert {o["finding_info"]["uid"] for o in ocsf} == {e["event"]["id"] for e in ecs}
    assert {o["finding_info"]["uid"] for o in ocsf} == set(findings)
    for record in ocsf:
        finding = findings[record["finding_info"]["uid"]]
        assert (record["class_uid"], record["category_uid"], record["type_uid"]) == (
            2004,
            2,
            200401,
        )
        assert record["severity_id"] == {"low": 2, "medium": 3, "high": 4}[finding["severity"]]
        assert record["unmapped"]["users"] == finding["users"]
    high = sample_cli("export", "findings", "severity:high", "--to", "ecs").records()
    assert {record["event"]["severity"] for record in high} == {4}


def test_the_register_has_every_service_in_use_and_unknown_stays_unknown(sample_cli: Cli) -> None:
    rows = list(csv.DictReader(io.StringIO(sample_cli("export", "register").out)))
    services = {r["service"] for r in sample_cli("services", "--activity", "all",
                                                 "--format", "json").json()}  # fmt: skip
    assert {row["system_id"] for row in rows} == services
    chatgpt = next(row for row in rows if row["system_id"] == "chatgpt")
    assert chatgpt["provider"] == "OpenAI"
    assert chatgpt["training_default"].startswith("opt-out")
    assert chatgpt["residency"] == "unknown"
    assert chatgpt["eu_ai_act_risk_class"] == "to be assessed"
    assert (chatgpt["status"], chatgpt["owner"]) == ("unreviewed", "unknown")
    assert json.loads(json.dumps(rows)) == rows


def test_usage_is_exported_whole(sample_cli: Cli) -> None:
    rows = sample_cli("export", "usage").records()
    services = sample_cli("services", "--activity", "all", "--format", "json").json()
    assert sum(row["events"] for row in rows) == sum(row["events"] for row in services)
    legal = sample_cli("export", "usage", "team:legal").records()
    assert {row["team"] for row in legal} == {"Legal"}
