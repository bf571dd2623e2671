"""Traffic of agents: endpoints on hosts that no rule knows, and clients that name themselves."""

from __future__ import annotations

from pathlib import Path

from ..conftest import Cli

HEADER = (
    "#Fields: date time c-ip cs-username cs-method cs-uri-scheme cs-host cs-uri-port cs-uri-path "
    "sc-status cs-bytes sc-bytes time-taken cs(User-Agent)\n"
)
LINE = (
    '2026-06-0{day} 09:00:00 192.0.2.7 ann POST https {host} 443 {path} 200 {up} 500 20 "{agent}"\n'
)


def test_endpoints_and_clients_are_told_apart(cli: Cli, tmp_path: Path) -> None:
    browser = "Mozilla/5.0"
    lines = [
        ("1", "tools.corp.example", "/mcp", 300, browser),
        ("2", "tools.corp.example", "/mcp", 300, browser),
        ("1", "tools.corp.example", "/mcphersons", 300, browser),
        ("1", "partner.example", "/.well-known/agent-card.json", 100, browser),
        ("1", "api.openai.com", "/v1/responses", 900, "OpenAI/Python 1.2.3"),
        ("1", "api.openai.com", "/v1/responses", 900, "curl/8.5"),
        ("1", "chatgpt.com", "/", 900, browser),
    ]
    text = HEADER + "".join(
        LINE.format(day=day, host=host, path=path, up=up, agent=agent)
        for day, host, path, up, agent in lines
    )
    log = tmp_path / "proxy.log"
    log.write_text(text)
    assert cli("scan", log, "--plain-users").code == 0
    found = cli("agents", "--format", "json").json()
    kinds = {(row["kind"], row["host"], row["events"]) for row in found}
    assert kinds == {
        ("mcp", "tools.corp.example", 2),
        ("a2a", "partner.example", 1),
        ("sdk", "api.openai.com", 1),
        ("model-api", "api.openai.com", 1),
    }
    (sdk,) = [row for row in found if row["kind"] == "sdk"]
    assert (sdk["clients"], sdk["bytes_up"]) == (["OpenAI/Python"], 900)
    assert cli("agents", "kind:mcp", "--format", "json").json()[0]["users"] == 1
