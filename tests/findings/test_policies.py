"""Policy files: strict, tested by their own tests, and overlaid by an organisation's own."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from shadow_scan.bundled import bundled
from shadow_scan.findings.selftest import selftest
from shadow_scan.rules.loader import RuleProblems
from shadow_scan.rules.policies import load_policies
from shadow_scan.rules.schema import policy_schema

from ..conftest import Cli

NOWHERE = Path("/nonexistent")
SHIPPED = {
    *("new-service", "new-team", "unreviewed-steady-use", "large-upload", "upload-to-training"),
    *("personal-account", "restricted-region", "no-data-agreement", "unsanctioned-use"),
    *("tool-bypass", "automation-personal-key", "unknown-candidate", "decision-ending"),
}
GOOD = """
id = "chatty"
name = "Chatty"
severity = "low"
filter = "events:>=3"
reasons = ["{users} and {events}"]
recommendation = "Talk."
[[tests]]
name = "yes"
use = [{ events = 3 }]
finds = ["chatgpt/Sales"]
[[tests]]
name = "no"
use = [{ events = 2 }]
finds = []
"""


def own(folder: Path, text: str, name: str = "chatty") -> Path:
    (folder / "policies").mkdir(exist_ok=True)
    (folder / "policies" / f"{name}.toml").write_text(text)
    return folder


def test_the_shipped_policies_pass_their_own_tests() -> None:
    policies = load_policies(bundled("rules"), NOWHERE)
    assert set(policies.by_id) >= SHIPPED
    assert selftest(policies) == []


def test_the_schema_is_that_of_the_models() -> None:
    written = json.loads((bundled("rules") / "schema" / "policy.schema.json").read_text())
    assert written == json.loads(json.dumps(policy_schema()))


def test_an_own_policy_is_added_and_a_wrong_test_of_it_fails(tmp_path: Path) -> None:
    policies = load_policies(NOWHERE, own(tmp_path, GOOD))
    assert policies.files == {"chatty": "own/policies/chatty.toml"}
    assert selftest(policies) == []
    wrong = GOOD.replace("events = 2", "events = 4")
    assert selftest(load_policies(NOWHERE, own(tmp_path, wrong))) == [
        "own/policies/chatty.toml: no: should find nothing, and finds chatgpt/Sales"
    ]


def test_an_own_policy_of_a_shipped_name_replaces_it_and_others_can_be_disabled(
    tmp_path: Path,
) -> None:
    text = GOOD.replace('"chatty"', '"new-service"')
    (tmp_path / "rules.toml").write_text('disabled_policies = ["new-team"]\n')
    policies = load_policies(bundled("rules"), own(tmp_path, text, "new-service"))
    assert policies.by_id["new-service"].name == "Chatty"
    assert "new-team" not in policies.by_id
    assert policies.digest != load_policies(bundled("rules"), NOWHERE).digest


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("events:>=3", "evnts:>=3", "did you mean 'events'"),
        ("{events}", "{evnts}", "did you mean 'events'"),
        ("{events}", "{events", "expected '}'"),
        ('"low"', '"lwo"', "did you mean 'low'"),
        ("recommendation", "recomendation", "did you mean 'recommendation'"),
        ('"chatty"', '"other"', "as the file's name should be"),
        ("finds = []", 'finds = ["x"]', "at least one"),
        ("events = 3", 'events = "3"', "tests.0.use.0.events"),
    ],
)
def test_every_problem_is_named(tmp_path: Path, old: str, new: str, said: str) -> None:
    with pytest.raises(RuleProblems) as raised:
        load_policies(NOWHERE, own(tmp_path, GOOD.replace(old, new, 1)))
    assert any(said in problem for problem in raised.value.problems), raised.value.problems


def test_a_term_that_the_policy_cannot_ask_fails_its_test(tmp_path: Path) -> None:
    policies = load_policies(NOWHERE, own(tmp_path, GOOD.replace("events:>=3", "score:>1")))
    (failure,) = selftest(policies)
    assert "cannot be filtered by 'score'" in failure


def test_the_command_line_lints_and_tests_own_policies(cli: Cli, workspace: Path) -> None:
    (workspace / "rules").mkdir()
    own(workspace / "rules", GOOD.replace("events = 2", "events = 4"))
    done = cli("rules", "test")
    assert done.code == 2
    assert "own/policies/chatty.toml: no: should find nothing" in done.out
    own(workspace / "rules", GOOD.replace("{users}", "{usrs}"))
    done = cli("rules", "lint")
    assert done.code == 2
    assert "own/policies/chatty.toml: reasons: no number 'usrs'; did you mean 'users'?" in done.err


def test_a_disabled_policy_that_does_not_exist_is_named(tmp_path: Path) -> None:
    (tmp_path / "rules.toml").write_text('disabled_policies = ["new-taem"]\n')
    with pytest.raises(RuleProblems) as raised:
        load_policies(bundled("rules"), tmp_path)
    assert "did you mean 'new-team'?" in raised.value.problems[0]
