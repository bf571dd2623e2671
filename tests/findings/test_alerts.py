"""Alerts: a real HTTP receiver gets each new finding once, and what it missed waits."""

from __future__ import annotations

import email
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from shadow_scan.report import alerts
from shadow_scan.workspace import Workspace

from ..conftest import Cli

KEY = "secret-key-of-the-hook"


class Receiver:
    """Answers with `code`, and keeps what it was sent."""

    def __init__(self) -> None:
        self.code = 200
        self.bodies: list[dict[str, Any]] = []
        self.url = ""

    def findings(self) -> list[str]:
        return [f["finding"] for body in self.bodies for f in body["findings"]]


@contextmanager
def _listening() -> Iterator[Receiver]:
    receiver = Receiver()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            if receiver.code == 200:
                receiver.bodies.append(json.loads(body))
            self.send_response(receiver.code)
            if receiver.code == 302:
                self.send_header("Location", "/elsewhere")
            self.end_headers()

        do_GET = do_POST  # noqa: N815

        def log_message(self, *_: object) -> None:
            """Silent."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, args=(0.05,))
    thread.start()
    receiver.url = f"http://127.0.0.1:{server.server_port}/{KEY}"
    try:
        yield receiver
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with _listening() as one:
        yield one


def opened(cli: Cli) -> set[str]:
    rows = cli("findings", "state:open", "--share", "--format", "json").json()
    return {row["finding"] for row in rows}


def test_each_new_finding_is_posted_once(company: Cli, receiver: Receiver) -> None:
    done = company("findings", "--webhook", receiver.url)
    assert done.code == 0, done.err
    assert set(receiver.findings()) == opened(company)
    assert len(receiver.findings()) == len(set(receiver.findings()))
    company("findings", "--webhook", receiver.url)
    assert len(receiver.bodies) == 1


def test_what_could_not_be_delivered_is_said_and_waits(company: Cli, receiver: Receiver) -> None:
    receiver.code = 500
    for times in (1, 2):
        done = company("findings", "--webhook", receiver.url)
        assert done.code == 0
        assert "it answered 500" in done.err
        assert f"{len(opened(company))} findings wait" in done.err
        assert KEY not in done.err
        assert ("2 times in a row" in done.err) is (times == 2)
    assert _alerts_of_doctor(company)[0] == "waiting"
    assert "2 times in a row: it answered 500" in _alerts_of_doctor(company)[1]
    receiver.code = 200
    done = company("findings", "--webhook", receiver.url)
    assert "could not be told" not in done.err
    assert set(receiver.findings()) == opened(company)
    assert _alerts_of_doctor(company)[0] == "ok"


def _alerts_of_doctor(cli: Cli) -> tuple[str, str]:
    rows = {row["check"]: row for row in cli("doctor", "--format", "json").json()}
    return rows["alerts"]["state"], rows["alerts"]["detail"]


def test_nothing_is_sent_where_a_receiver_points_elsewhere(
    company: Cli, receiver: Receiver
) -> None:
    receiver.code = 302
    done = company("findings", "--webhook", receiver.url)
    assert "it answered 302" in done.err
    assert receiver.bodies == []


def test_many_findings_come_in_several_requests_and_one_that_fails_stops_nothing_else(
    company: Cli, receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(alerts, "BATCH", 5)
    company("findings", "--webhook", receiver.url)
    assert set(receiver.findings()) == opened(company)
    assert [len(body["findings"]) for body in receiver.bodies[:-1]] == [5] * (
        len(receiver.bodies) - 1
    )
    assert receiver.bodies[-1]["following"] == 0


def test_scan_posts_by_the_settings_and_fails_on_what_is_grave(
    company: Cli, place: Workspace, receiver: Receiver, tmp_path: Path
) -> None:
    text = place.settings.read_text()
    place.settings.write_text(f'webhook = "{receiver.url}"\nalert_severity = "high"\n{text}')
    quiet = tmp_path / "quiet.log"
    quiet.write_text(
        "1790000000.000     10 192.0.2.1 TCP_TUNNEL/200 100 CONNECT www.example:443 - "
        "HIER_DIRECT/192.0.2.9 -\n"
    )
    assert company("scan", quiet, "--fail-on", "critical").code == 0
    assert receiver.bodies
    assert {f["severity"] for body in receiver.bodies for f in body["findings"]} == {"high"}
    assert company("scan", quiet, "--fail-on", "high").code == 1


def test_a_finding_that_was_answered_and_came_back_is_new_again(
    company: Cli, receiver: Receiver
) -> None:
    company("findings", "--webhook", receiver.url)
    finding = sorted(
        r["finding"] for r in company("findings", "--format", "json").json() if r["team"] is None
    )[0]
    company("findings", "answer", finding, "--reason", "x")
    company("findings", "--webhook", receiver.url)
    company("findings", "reopen", finding, "--reason", "x")
    company("findings", "--webhook", receiver.url)
    assert receiver.findings().count(finding) == 2


def test_small_teams_leave_the_machine_as_one(company: Cli, receiver: Receiver) -> None:
    company("findings", "--webhook", receiver.url)
    sent = json.dumps(receiver.bodies)
    for team in ("Legal", "Finance", "Design", "HR"):
        assert f'"{team}"' not in sent
        assert f"of {team}" not in sent
    assert "small teams" in sent
    assert "u-" not in sent.replace("session", "")


def test_the_mail_is_one_message_and_tells_each_finding_once(company: Cli) -> None:
    done = company("findings", "--mail")
    message = email.message_from_string(done.out)
    assert "new findings, the worst is high" in message["Subject"]
    body = message.get_payload(decode=True)
    assert isinstance(body, bytes)
    for finding in opened(company):
        assert finding in body.decode()
    again = company("findings", "--mail")
    assert (again.code, again.out) == (0, "")
    assert "no new findings" in again.err


@pytest.mark.parametrize("url", ["file:///etc/passwd", "alerts.example", "ftp://x.example", ""])
def test_a_webhook_is_a_web_address(company: Cli, url: str) -> None:
    done = company("findings", "--webhook", url or "https://")
    assert done.code == 2
    assert "web address" in done.err


def test_a_receiver_that_is_not_there_is_said(company: Cli) -> None:
    with _listening() as gone:
        pass
    done = company("findings", "--webhook", gone.url)
    assert done.code == 0
    assert "could not be told" in done.err
    assert KEY not in done.err
