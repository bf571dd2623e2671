"""Settings, rules, people, locks and options that are wrong: one short error, nothing lost."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import duckdb
import pytest

from shadow_scan.workspace import Workspace

from ..conftest import Cli, Run, command
from .samples import GOOD, is_short_error

Start = Callable[..., "subprocess.Popen[bytes]"]


@pytest.fixture
def good(tmp_path: Path) -> Path:
    file = tmp_path / "good.log"
    file.write_text(GOOD)
    return file


def nothing_was_read(cli: Cli) -> bool:
    return cli("services").code == 2


class TestSettings:
    @pytest.mark.parametrize(
        ("text", "said"),
        [
            ("plain_user = true", "did you mean 'plain_users'?"),
            ("timezone = 'UTC'", "did you mean 'time_zone'?"),
            ("time_zone = 'Europe/Berln'", "Europe/Berlin"),
            ("decisions = ' '", "decisions: must name a folder"),
            ("relays = ['10.0.0.1', 'proxy']", "One network is wrong in the relays: 'proxy'"),
            ("plain_users = 'yes'", "plain_users"),
            ("plain_users = 1", "plain_users"),
            ("[subnets", "no TOML"),
            ("[subnets]\n'10.0.0.0/33' = 'Sales'", "10.0.0.0/33"),
            ("[subnets]\n'ten' = 'Sales'", "ten"),
            ("x = " + "[" * 5_000, "no TOML"),
        ],
        ids=lambda value: str(value)[:24],
    )
    def test_a_typo_is_named_with_the_nearest_word(
        self, cli: Cli, workspace: Path, good: Path, text: str, said: str
    ) -> None:
        (workspace / "settings.toml").write_text(text + "\n")
        done = cli("scan", good)
        assert done.code == 2, done.err
        assert is_short_error(done, said), done.err
        assert "settings.toml" in done.err or "where: settings, " in done.err
        assert nothing_was_read(cli)

    def test_all_problems_are_named_at_once(self, cli: Cli, workspace: Path, good: Path) -> None:
        (workspace / "settings.toml").write_text("plain_user = 1\ntime_zon = 'UTC'\n")
        done = cli("scan", good)
        assert done.code == 2
        assert "plain_users" in done.err
        assert "time_zone" in done.err

    def test_the_mark_that_windows_writes_first_is_no_word(
        self, cli: Cli, workspace: Path, good: Path
    ) -> None:
        (workspace / "settings.toml").write_text("smallest_team = 3\n", "utf-8-sig")
        (workspace / "rules").mkdir()
        (workspace / "rules" / "rules.toml").write_text("disabled = []\n", "utf-8-sig")
        assert cli("scan", good).code == 0

    @pytest.mark.parametrize("content", [b"\xff\xfe\x00", b"plain_users = \xe9\n", b"\0"])
    def test_bytes_that_are_no_text_are_no_settings(
        self, cli: Cli, workspace: Path, good: Path, content: bytes
    ) -> None:
        (workspace / "settings.toml").write_bytes(content)
        done = cli("scan", good)
        assert done.code == 2
        assert is_short_error(done, "settings")

    def test_a_folder_in_their_place_is_said(self, cli: Cli, workspace: Path, good: Path) -> None:
        (workspace / "settings.toml").mkdir()
        done = cli("scan", good)
        assert done.code == 2
        assert is_short_error(done, "settings")


class TestRules:
    FIRST = (
        'id = "acme"\nname = "Acme"\nrecorded = "2026-01"\n[[products]]\nid = "acme-chat"\n'
        'name = "Acme chat"\ncategorie = "chat"\n[products.hosts]\nsign_in = ["=x.acme.example"]\n'
    )
    SECOND = 'id = "beta"\nname = "Beta"\nrecorded = "soon"\nproduct = []\n'

    @pytest.mark.parametrize("words", [("services",), ("rules", "lint"), ("explain", "claude.ai")])
    def test_every_problem_of_every_file_is_named_at_once(
        self, cli: Cli, workspace: Path, good: Path, words: tuple[str, ...]
    ) -> None:
        assert cli("scan", good).code == 0
        own = workspace / "rules" / "vendors"
        own.mkdir(parents=True)
        (own / "acme.toml").write_text(self.FIRST)
        (own / "beta.toml").write_text(self.SECOND)
        (own / "gamma.toml").write_text("id = [\n")
        (workspace / "rules" / "rules.toml").write_text('disabled = ["chatgtp"]\n')
        done = cli(*words)
        assert (done.code, done.out) == (2, "")
        assert "Traceback" not in done.err
        for said in (
            *("vendors/acme.toml", "products.0.categorie", "did you mean 'category'?"),
            *("products.0.hosts.sign_in", "did you mean 'signin'?"),
            *("vendors/beta.toml", "recorded", "did you mean 'products'?"),
            *("vendors/gamma.toml", "rules.toml", "did you mean 'chatgpt'?"),
        ):
            assert said in done.err, said

    def test_a_scan_with_broken_rules_reads_nothing(
        self, cli: Cli, workspace: Path, good: Path
    ) -> None:
        own = workspace / "rules" / "vendors"
        own.mkdir(parents=True)
        (own / "acme.toml").write_text(self.FIRST)
        done = cli("scan", good, "--format", "json")
        assert (done.code, done.out) == (2, "")
        (own / "acme.toml").unlink()
        assert cli("scan", good, "--format", "json").json()["events"] == 3

    @pytest.mark.parametrize("content", [b"\xff\xfe\0", b"a = " + b"[" * 9_000, b"\0" * 100])
    def test_a_rule_file_of_garbage_is_named(
        self, cli: Cli, workspace: Path, content: bytes
    ) -> None:
        own = workspace / "rules" / "vendors"
        own.mkdir(parents=True)
        (own / "acme.toml").write_bytes(content)
        done = cli("rules", "lint")
        assert done.code == 2
        assert "vendors/acme.toml" in done.err
        assert "Traceback" not in done.err

    def test_a_pattern_that_takes_for_ever_is_refused_or_harmless(
        self, cli: Cli, workspace: Path, good: Path
    ) -> None:
        own = workspace / "rules" / "vendors"
        own.mkdir(parents=True)
        (own / "acme.toml").write_text(
            'id = "acme"\nname = "Acme"\nrecorded = "2026-01"\n[[products]]\nid = "acme-chat"\n'
            'name = "Acme"\ncategory = "chat"\n[products.hosts]\nui = ["re:^(a+)+$", "re:(["]\n'
        )
        log = good.parent / "slow.log"
        log.write_text(GOOD.replace("chatgpt.com", "a" * 60 + "b"))
        before = time.monotonic()
        done = cli("scan", log)
        assert time.monotonic() - before < 10
        assert done.code == 2
        assert "acme.toml" in done.err
        assert "Traceback" not in done.err


class TestPeople:
    @pytest.mark.parametrize(
        ("content", "said"),
        [
            (b"user,colour\nalice,red\n", "team"),
            (b"colour,team\nred,Sales\n", "user"),
            (b"", "people"),
            (b"user,team\n", "names nobody"),
            (b"\x00\x01\x02\xff" * 50, "people"),
        ],
        ids=["no team", "no user", "empty", "header alone", "garbage"],
    )
    def test_a_people_file_without_people_stops_the_scan(
        self, cli: Cli, good: Path, content: bytes, said: str
    ) -> None:
        people = good.parent / "people.csv"
        people.write_bytes(content)
        done = cli("scan", good, "--people", people)
        assert done.code == 2, done.err
        assert is_short_error(done, said), done.err
        assert str(people) in done.err
        assert nothing_was_read(cli)

    def test_a_missing_people_file_is_named(self, cli: Cli, good: Path) -> None:
        done = cli("scan", good, "--people", good.parent / "gone.csv")
        assert done.code in (2, 3)
        assert is_short_error(done, "gone.csv")

    def test_formulas_and_escapes_in_it_do_no_harm(self, cli: Cli, good: Path) -> None:
        people = good.parent / "people.csv"
        people.write_text('user,team\nalice,"=cmd()\x1b[2J"\nbob,"<b>|x"\n')
        assert cli("scan", good, "--people", people).code == 0
        for form in ("table", "csv", "markdown"):
            text = cli("teams", "--format", form).out
            assert "\x1b" not in text
            assert "\n=cmd" not in text


class TestNames:
    def test_plain_names_and_pseudonyms_do_not_mix(self, cli: Cli, good: Path) -> None:
        assert cli("scan", good).code == 0
        done = cli("scan", good, "--plain-users")
        assert done.code == 2
        assert is_short_error(done, "stores pseudonyms")
        assert "to do: " in done.err
        assert cli("services", "--format", "json").json()[0]["events"] == 3

    def test_pseudonyms_do_not_follow_plain_names(self, cli: Cli, good: Path) -> None:
        assert cli("scan", good, "--plain-users").code == 0
        done = cli("scan", good)
        assert done.code == 2
        assert is_short_error(done, "stores plain names")

    def test_a_lost_key_is_said_and_no_new_one_is_made(
        self, cli: Cli, good: Path, environment: dict[str, str]
    ) -> None:
        assert cli("scan", good).code == 0
        key = Path(environment["SHADOW_SCAN_KEY_FILE"])
        key.unlink()
        done = cli("scan", good)
        assert done.code == 2
        assert is_short_error(done, "key")
        assert not key.exists()

    @pytest.mark.parametrize("content", [b"", b"short\n", b"\xff" * 10])
    def test_a_broken_key_is_refused_and_never_shown(
        self, cli: Cli, good: Path, environment: dict[str, str], content: bytes
    ) -> None:
        Path(environment["SHADOW_SCAN_KEY_FILE"]).write_bytes(content)
        done = cli("scan", good)
        assert done.code == 2
        assert is_short_error(done, "key")
        assert "short" not in done.err.replace("too short", "")


class TestOptions:
    @pytest.mark.parametrize(
        ("given", "nearest"), [("sqid", "squid"), ("zeeek", "zeek"), ("dnsmask", "dnsmasq")]
    )
    def test_an_unknown_format_names_the_nearest(
        self, cli: Cli, good: Path, given: str, nearest: str
    ) -> None:
        for verb in ("scan", "parse"):
            done = cli(verb, good, "--as", given)
            assert (done.code, done.out) == (2, "")
            assert is_short_error(done, f"did you mean '{nearest}'?")

    def test_an_unknown_zone_names_the_nearest(self, cli: Cli, good: Path) -> None:
        for verb in ("scan", "parse"):
            done = cli(verb, good, "--tz", "Europe/Berln")
            assert (done.code, done.out) == (2, "")
            assert is_short_error(done, "Europe/Berlin")

    def test_a_log_read_as_another_format_is_counted_as_rejected(
        self, cli: Cli, good: Path
    ) -> None:
        done = cli("scan", good, "--as", "zeek", "--format", "json")
        assert done.code == 0
        assert (done.json()["events"], done.json()["rejected"]) == (0, 3)

    def test_a_workspace_that_cannot_be_is_said(self, cli: Cli, good: Path) -> None:
        done = cli("scan", good, "--workspace", good / "below-a-file")
        assert done.code == 2
        assert is_short_error(done, "workspace")


class TestStore:
    @pytest.mark.parametrize("content", [b"", b"no database" * 999, b"\0" * 12_288])
    def test_a_database_that_is_none_is_said(
        self, cli: Cli, workspace: Path, good: Path, content: bytes
    ) -> None:
        (workspace / "facts.duckdb").write_bytes(content)
        done = cli("scan", good)
        assert done.code in (0, 3)
        assert "Traceback" not in done.err
        assert "unexpected" not in done.err
        if done.code == 3:
            assert is_short_error(done, "facts.duckdb")
            assert (workspace / "facts.duckdb").read_bytes() == content

    @pytest.mark.parametrize("words", [("scan", "{good}"), ("services",)], ids=lambda w: w[0])
    @pytest.mark.parametrize("content", [b"no database" * 999, b""])
    def test_derived_tables_that_are_broken_are_made_anew(
        self, cli: Cli, workspace: Path, good: Path, words: tuple[str, ...], content: bytes
    ) -> None:
        assert cli("scan", good).code == 0
        (workspace / "derived.duckdb").write_bytes(content)
        done = cli(*(word.format(good=good) for word in words))
        assert done.code == 0, done.err
        assert cli("services", "--format", "json").json()[0]["events"] == 3


_HOLD_DATABASE = """
import duckdb, sys
with duckdb.connect(sys.argv[1]) as held:
    print("held", flush=True)
    sys.stdin.read()
"""


class TestLocks:
    def test_who_holds_the_database_is_named(
        self, cli: Cli, workspace: Path, good: Path, start: Start, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        assert cli("scan", good).code == 0
        monkeypatch.setattr("shadow_scan.store.database._WAIT_SECONDS", 0.2)
        holder = start(
            [sys.executable, "-c", _HOLD_DATABASE, str(workspace / "facts.duckdb")],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
        )
        assert holder.stdout is not None
        assert holder.stdout.readline() == b"held\n"
        for words in (("scan", good), ("export", "events")):
            done = cli(*words)
            assert (done.code, done.out) == (3, "")
            assert is_short_error(done, f"process {holder.pid}"), done.err
            assert "to do: " in done.err
        doctor = cli("doctor")
        assert doctor.code == 0
        assert str(holder.pid) in doctor.out, "doctor shows who holds the database"
        holder.communicate()
        assert cli("scan", good).code == 0

    def test_the_second_of_two_scans_waits_for_a_moment_and_says_so(
        self, cli: Cli, workspace: Path, good: Path, start: Start, environment: dict[str, str]
    ) -> None:
        first = start(
            command("scan", "-", "--as", "squid"),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env={**environment, "SHADOW_SCAN_WORKSPACE": str(workspace)},
        )
        _until(lambda: (workspace / "scan.lock").exists() and _says_pid(workspace, first.pid))
        second = cli("scan", good)
        assert (second.code, second.out) == (3, "")
        assert is_short_error(second, f"another scan is running (process {first.pid}")
        assert "wait until it has finished" in second.err
        assert str(first.pid) in cli("doctor").out
        out, err = first.communicate(GOOD.encode())
        assert first.returncode == 0, err
        assert b"good" not in out
        assert cli("scan", good, "--format", "json").json()["events"] in (0, 3)
        assert cli("services", "--format", "json").json()[0]["events"] == 3

    def test_who_writes_for_a_moment_stops_no_scan(
        self, cli: Cli, workspace: Path, good: Path
    ) -> None:
        with ThreadPoolExecutor() as threads, Workspace(workspace).scanning():
            second = threads.submit(cli, "scan", good)
            time.sleep(1)
            assert not second.done()
        assert second.result().code == 0

    def test_an_interrupted_scan_ends_with_130_and_the_next_one_works(
        self, cli: Cli, workspace: Path, good: Path, start: Start, environment: dict[str, str]
    ) -> None:
        scan = start(
            command("scan", good, "-", "--as", "squid"),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env={**environment, "SHADOW_SCAN_WORKSPACE": str(workspace)},
        )
        _until(lambda: (workspace / "facts.duckdb").exists())
        scan.send_signal(signal.SIGINT)
        _, err = scan.communicate()
        assert scan.returncode == 130
        assert b"Traceback" not in err
        assert b"interrupted" in err
        done = cli("scan", good)
        assert done.code == 0, done.err
        assert cli("services", "--format", "json").json()[0]["events"] == 3


def _says_pid(workspace: Path, pid: int) -> bool:
    return str(pid) in (workspace / "scan.lock").read_text()


def _until(happened: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 20
    while not happened():
        assert time.monotonic() < deadline, "it did not happen"
        time.sleep(0.02)


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_a_workspace_that_may_not_be_written_is_said(cli: Cli, workspace: Path, good: Path) -> None:
    workspace.chmod(0o500)
    done: Run = cli("scan", good)
    workspace.chmod(0o700)
    assert done.code in (2, 3)
    assert "Traceback" not in done.err


def test_a_reader_beside_us_does_not_stop_a_listing(cli: Cli, workspace: Path, good: Path) -> None:
    assert cli("scan", good).code == 0
    with duckdb.connect(str(workspace / "derived.duckdb"), read_only=True):
        assert cli("services").code in (0, 3)
