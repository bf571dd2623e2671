"""Loading: every problem at once, an overlay on top, and a cache that never lies."""

from __future__ import annotations

from pathlib import Path

import pytest

from shadow_scan.rules.compiled import load_compiled
from shadow_scan.rules.lint import lint
from shadow_scan.rules.loader import RuleProblems, load_rules
from shadow_scan.rules.matcher import Matcher
from shadow_scan.rules.selftest import selftest

ACME = """
id = "acme"
name = "Acme AI"
recorded = "2026-09-01"

[[products]]
id = "acme-chat"
name = "Acme Chat"
category = "chat"

[products.hosts]
ui = ["chat.acme.example"]
signin = ["=id.acme.example"]
"""


def written(folder: Path, **files: str) -> Path:
    (folder / "vendors").mkdir(parents=True, exist_ok=True)
    for name, text in files.items():
        place = folder / ("rules.toml" if name == "rules" else f"vendors/{name}.toml")
        place.write_text(text, encoding="utf-8")
    return folder


def problems_of(folder: Path, overlay: Path | None = None) -> tuple[str, ...]:
    with pytest.raises(RuleProblems) as caught:
        load_rules(folder, overlay)
    return caught.value.problems


def test_all_problems_of_all_files_are_named_at_once(tmp_path: Path) -> None:
    folder = written(
        tmp_path,
        typo=ACME.replace("category", "categorie"),
        role=ACME.replace("signin", "sign_in").replace("acme-chat", "acme-two"),
        broken="id = ",
    )
    problems = problems_of(folder)
    text = "\n".join(problems)
    assert "vendors/typo.toml: products.0.categorie: unknown key; did you mean 'category'?" in text
    assert (
        "vendors/role.toml: products.0.hosts.sign_in: unknown key; did you mean 'signin'?" in text
    )
    assert "vendors/broken.toml" in text
    assert "products.0.category: Field required" in text


def test_a_wrong_word_names_the_nearest_allowed_one(tmp_path: Path) -> None:
    folder = written(tmp_path, acme=ACME.replace('"chat"', '"chat"\nsurfaces = ["webb"]'))
    assert "did you mean 'web'?" in problems_of(folder)[0]


def test_one_id_in_two_files_is_a_problem(tmp_path: Path) -> None:
    problems = problems_of(written(tmp_path, one=ACME, two=ACME))
    assert problems == ("vendors/two.toml: products: 'acme-chat' stands in vendors/one.toml too",)


def test_an_enormous_or_recursive_file_is_refused(tmp_path: Path) -> None:
    deep = "a = " + "[" * 100_000
    folder = written(tmp_path, huge="#" * 2_000_001, deep=deep)
    assert len(problems_of(folder)) == 2


def test_the_overlay_replaces_adds_and_disables(tmp_path: Path) -> None:
    other = ACME.replace("acme", "bolt").replace("Acme", "Bolt")
    shipped = written(tmp_path / "shipped", acme=ACME, bolt=other)
    own = written(
        tmp_path / "own",
        acme=ACME.replace("chat.acme.example", "new.acme.example"),
        mine=ACME.replace("acme", "mine"),
        rules='disabled = ["bolt-chat"]',
    )
    rules = load_rules(shipped, own)
    matcher = Matcher(rules)
    assert set(rules.services) == {"acme-chat", "mine-chat"}
    assert matcher.host("chat.acme.example") is None
    assert matcher.host("new.acme.example") is not None
    assert rules.overlay_notes == (
        "own rules replaces acme-chat", "own rules adds mine-chat", "own rules disable bolt-chat",
    )  # fmt: skip


def test_disabling_an_unknown_service_names_the_nearest(tmp_path: Path) -> None:
    shipped = written(tmp_path / "shipped", acme=ACME)
    own = written(tmp_path / "own", rules='disabled = ["acme-chatt"]')
    assert problems_of(shipped, own) == (
        "rules.toml: disabled: no service 'acme-chatt'; did you mean 'acme-chat'?",
    )


def test_the_cache_gives_the_same_rules_and_notices_a_change(tmp_path: Path) -> None:
    shipped = written(tmp_path / "shipped", acme=ACME)
    (tmp_path / "ws").mkdir()
    own, cache = tmp_path / "ws" / "rules", tmp_path / "ws" / "cache"
    cold = load_compiled(shipped, own, cache)
    warm = load_compiled(shipped, own, cache)
    assert warm.rule_set.digest == cold.rule_set.digest
    assert warm.host("chat.acme.example") == cold.host("chat.acme.example")
    written(shipped, acme=ACME.replace("chat.acme.example", "changed.acme.example"))
    assert load_compiled(shipped, own, cache).host("chat.acme.example") is None


def test_a_broken_cache_is_made_anew(tmp_path: Path) -> None:
    shipped = written(tmp_path / "shipped", acme=ACME)
    (tmp_path / "ws").mkdir()
    cache = tmp_path / "ws" / "cache"
    load_compiled(shipped, tmp_path / "none", cache)
    for file in cache.iterdir():
        file.write_bytes(b"\xff nonsense")
    assert load_compiled(shipped, tmp_path / "none", cache).host("chat.acme.example") is not None


@pytest.mark.parametrize(
    ("host", "what"),
    [
        ("Chat.Acme.Example", "is no host pattern"),
        ("com", "is no host pattern"),
        ("https://acme.example", "is no host pattern"),
        ("acme.example/search?q=1", "query strings are not stored"),
        ("re:^acme\\\\d+$", "has no [[tests]] entry"),
    ],
)
def test_lint_names_patterns_that_cannot_work(tmp_path: Path, host: str, what: str) -> None:
    rules = load_rules(written(tmp_path, acme=ACME.replace("chat.acme.example", host)))
    assert any(what in problem.what for problem in lint(rules))


def test_a_pattern_that_does_not_compile_is_a_problem_of_its_file(tmp_path: Path) -> None:
    folder = written(tmp_path, acme=ACME.replace("chat.acme.example", "re:^acme(x+$"))
    assert "vendors/acme.toml: hosts.ui: 're:^acme(x+$' is no pattern" in problems_of(folder)[0]


def test_lint_names_a_host_claimed_twice(tmp_path: Path) -> None:
    other = ACME.replace('id = "acme"', 'id = "bolt"').replace("acme-chat", "bolt-chat")
    rules = load_rules(written(tmp_path, acme=ACME, bolt=other))
    assert any("claimed by" in problem.what for problem in lint(rules))


def test_a_failing_test_of_a_rule_file_is_reported(tmp_path: Path) -> None:
    wrong = ACME + '\n[[tests]]\nhost = "id.acme.example"\nservice = "acme-chat"\n'
    failures = selftest(load_rules(written(tmp_path, acme=wrong)))
    assert [str(failure) for failure in failures] == [
        "vendors/acme.toml: id.acme.example should be acme-chat, and is no service"
    ]
