"""Loading: every problem at once, an overlay on top, and a cache that never lies."""

from __future__ import annotations

import time
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
        "own rules replace acme-chat", "own rules add mine-chat", "own rules disable bolt-chat",
    )  # fmt: skip


def test_own_rules_take_a_host_from_a_shipped_service_and_say_so(tmp_path: Path) -> None:
    test = '\n[[tests]]\nhost = "chat.acme.example"\nservice = "acme-chat"\n'
    shipped = written(
        tmp_path / "shipped",
        acme=ACME.replace('"]\nsignin', '", "two.acme.example"]\nsignin') + test,
    )
    mine = ACME.replace('id = "acme', 'id = "mine').replace("=id.acme", "=id.mine")
    rules = load_rules(shipped, written(tmp_path / "own", mine=mine))
    found = Matcher(rules).host("chat.acme.example")
    assert found is not None
    assert (found.service, found.rule) == ("mine-chat", "own/vendors/mine.toml#mine-chat")
    assert "own rules take chat.acme.example from acme-chat" in rules.overlay_notes
    assert [problem for problem in lint(rules) if problem.severity == "error"] == []
    assert selftest(rules) == []


def test_a_vendor_of_which_all_is_disabled_is_gone(tmp_path: Path) -> None:
    shared = ACME.replace("\n[[products]]", '\n[hosts]\ncdn = ["cdn.acme.example"]\n\n[[products]]')
    shipped = written(tmp_path / "shipped", acme=shared)
    rules = load_rules(shipped, written(tmp_path / "own", rules='disabled = ["acme-chat"]'))
    assert Matcher(rules).host("cdn.acme.example") is None
    assert lint(rules) == []


def test_a_folder_whose_name_is_nearly_right_is_a_problem(tmp_path: Path) -> None:
    shipped = written(tmp_path / "shipped", acme=ACME)
    own = tmp_path / "own"
    (own / "vendor").mkdir(parents=True)
    assert problems_of(shipped, own) == (
        "own/vendor: nothing reads a file or folder of this name; did you mean 'vendors'?",
    )


@pytest.mark.parametrize(
    ("line", "key"),
    [
        ('name = "Acme\\u001b[2J"', "products.0.name"),
        ('unverified = ["host"]', "products.0.unverified"),
        ('plans = [{name="A", price=nan, as_of="2026", source="s", confidence="low"}]', "price"),
        ('plans = [{name="A", price=-1.0, as_of="2026", source="s", confidence="low"}]', "price"),
        ('plans = [{name="A", as_of="2026-13", source="s", confidence="low"}]', "as_of"),
        ('facts = [{name="retention", value="x", source="", confidence="low"}]', "source"),
    ],
)
def test_values_that_no_report_could_print_honestly_are_refused(
    tmp_path: Path, line: str, key: str
) -> None:
    text = ACME.replace(
        'name = "Acme Chat"', line if line.startswith("name") else line + '\nname = "A"'
    )
    assert any(key in problem for problem in problems_of(written(tmp_path, acme=text)))


def test_disabling_an_unknown_service_names_the_nearest(tmp_path: Path) -> None:
    shipped = written(tmp_path / "shipped", acme=ACME)
    own = written(tmp_path / "own", rules='disabled = ["acme-chatt"]')
    assert problems_of(shipped, own) == (
        "own/rules.toml: disabled: no service 'acme-chatt'; did you mean 'acme-chat'?",
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


def test_what_all_workspaces_share_is_read_once(tmp_path: Path) -> None:
    shipped = written(tmp_path / "shipped", acme=ACME)
    common = tmp_path / "common"
    common.mkdir()
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
        load_compiled(shipped, tmp_path / name / "rules", tmp_path / name / "cache", common=common)
    (kept,) = common.iterdir()
    kept.write_text(
        kept.read_text("utf-8").replace("chat.acme.example", "kept.acme.example"), "utf-8"
    )
    (tmp_path / "three").mkdir()
    three = tmp_path / "three"
    rules = load_compiled(shipped, three / "rules", three / "cache", common=common)
    assert rules.host("kept.acme.example") is not None


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
        ("re:^(a+)+$", "may take for ever"),
        ("re:^((a*)b)*$", "may take for ever"),
        ("=*.acme.example", "cannot be exact"),
        ("a*a*a*a*a*a*a*a.acme.example", "more than 6"),
    ],
)
def test_a_pattern_that_cannot_work_is_a_problem_of_its_file(
    tmp_path: Path, host: str, what: str
) -> None:
    (problem,) = problems_of(written(tmp_path, acme=ACME.replace("chat.acme.example", host)))
    assert problem.startswith("vendors/acme.toml: products.0.hosts.ui: ")
    assert what in problem


@pytest.mark.parametrize(
    "pasted", ["Chat.Acme.Example", "https://chat.acme.example/", "chat.acme.example:443"]
)
def test_a_pasted_address_is_answered_with_the_pattern_that_was_meant(
    tmp_path: Path, pasted: str
) -> None:
    (problem,) = problems_of(written(tmp_path, acme=ACME.replace("chat.acme.example", pasted)))
    assert problem.endswith("did you mean 'chat.acme.example'?")


def test_a_regular_expression_needs_a_test_of_its_own(tmp_path: Path) -> None:
    text = ACME.replace("chat.acme.example", r"re:^acme\\d+$")
    rules = load_rules(written(tmp_path, acme=text))
    assert any("has no [[tests]] entry" in problem.what for problem in lint(rules))


def test_a_pattern_that_does_not_compile_is_a_problem_of_its_file(tmp_path: Path) -> None:
    folder = written(tmp_path, acme=ACME.replace("chat.acme.example", "re:^acme(x+$"))
    problem = problems_of(folder)[0]
    assert "vendors/acme.toml: products.0.hosts.ui: 're:^acme(x+$' is no pattern" in problem


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


def test_a_wildcard_that_never_counts_goes_before_the_suffix_that_holds_it(tmp_path: Path) -> None:
    text = ACME + 'telemetry = ["log-*.chat.acme.example"]\n'
    matcher = Matcher(load_rules(written(tmp_path, acme=text)))
    found = matcher.host("log-eu.chat.acme.example")
    assert found is not None
    assert (found.role, found.counted) == ("telemetry", False)
    other = matcher.host("eu.chat.acme.example")
    assert other is not None
    assert other.counted


def test_lint_names_a_wildcard_that_a_suffix_hides(tmp_path: Path) -> None:
    text = ACME.replace('"chat.acme.example"', '"acme.example", "*.eu.acme.example"')
    problems = lint(load_rules(written(tmp_path, acme=text)))
    assert any("'*.eu.acme.example' is never reached" in problem.what for problem in problems)


def test_the_longest_literal_beginning_of_a_path_decides(tmp_path: Path) -> None:
    text = ACME.replace('"chat.acme.example"', '"acme.example/*/run/at/any/length/*"')
    text += 'docs = ["acme.example/docs/*"]\n'
    matcher = Matcher(load_rules(written(tmp_path, acme=text)))
    docs = matcher.match("acme.example", "/docs/run/at/any/length/x")
    used = matcher.match("acme.example", "/team/run/at/any/length/x")
    assert docs is not None
    assert used is not None
    assert (docs.role, used.role) == ("docs", "ui")


def test_lint_names_a_price_without_its_currency(tmp_path: Path) -> None:
    plan = '[[products.plans]]\nname = "Pro"\nprice = 5.0\nas_of = "2026"\n'
    text = ACME + plan + 'source = "acme.example"\nconfidence = "low"\n'
    problems = lint(load_rules(written(tmp_path, acme=text)))
    assert any("a price without its currency" in problem.what for problem in problems)


def test_suffixes_are_looked_up_however_many_there_are(tmp_path: Path) -> None:
    names = ", ".join(f'"s{number}.acme.example"' for number in range(20_000))
    text = ACME.replace('"chat.acme.example"', names)
    few, many = (
        Matcher(load_rules(written(tmp_path / name, acme=rules)))
        for name, rules in (("few", ACME), ("many", text))
    )
    assert many.host("x.s19999.acme.example") is not None
    hosts = [f"h{number}.other.example" for number in range(20_000)]
    assert _seconds(many, hosts) < 5 * _seconds(few, hosts)


def _seconds(matcher: Matcher, hosts: list[str]) -> float:
    """The least of three runs, which the rest of a busy machine disturbs least."""
    times = []
    for _ in range(3):
        begin = time.perf_counter()
        for host in hosts:
            matcher.host(host)
        times.append(time.perf_counter() - begin)
    return min(times)
