"""The labelled companies: made alike each time, read without a loss, and held against the truth."""

from __future__ import annotations

import ast
import sys
from dataclasses import replace
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
sys.path.insert(0, str(ROOT))

from benchmarks.accuracy.company import DEVELOPMENT, TEST  # noqa: E402
from benchmarks.accuracy.generate import Made, make  # noqa: E402
from benchmarks.accuracy.logs import INSPECTED, KINDS, LOOKUPS  # noqa: E402
from benchmarks.accuracy.measure import Answer, Measured, measure  # noqa: E402
from benchmarks.accuracy.strangers import strangers  # noqa: E402
from benchmarks.accuracy.tables import bins, calibration_error, rendered  # noqa: E402

MEASURING = {"measure.py"}
"""The one module that speaks with the program, to run it and to read its sessions."""


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Made:
    return make("web-shop", tmp_path_factory.mktemp("company"), size=0.12, days=2, friends=50)


def test_a_company_is_made_alike_each_time(tmp_path: Path) -> None:
    once, again = (make("insurer", tmp_path / n, size=0.05, days=1, friends=20) for n in "ab")
    for kind in KINDS:
        for one, other in zip(once.files[kind], again.files[kind], strict=True):
            assert one.read_bytes() == other.read_bytes()
    assert once.labels == again.labels


def test_the_generator_knows_nothing_of_the_program() -> None:
    for module in (ROOT / "benchmarks" / "accuracy").glob("*.py"):
        tree = ast.parse(module.read_text("utf-8"))
        imported = [n.module or "" for n in ast.walk(tree) if isinstance(n, ast.ImportFrom)]
        imported += [a.name for n in ast.walk(tree) if isinstance(n, ast.Import) for a in n.names]
        known = any(name.startswith("shadow_scan") for name in imported)
        assert known == (module.name in MEASURING), module.name


def test_development_and_test_companies_differ() -> None:
    assert not set(DEVELOPMENT) & set(TEST)
    hosts = {seed: {s.host for s in strangers(seed)[0]} for seed in (*DEVELOPMENT, *TEST)}
    for seed in TEST:
        others = set().union(*(hosts[other] for other in DEVELOPMENT))
        lan = {host for host in hosts[seed] if host.endswith(".corp.example")}
        assert not (hosts[seed] - lan) & others


def test_logs_are_scanned_and_compared(made: Made, tmp_path: Path) -> None:
    """Two kinds stand for all four: the one that sees most, and the one that sees least."""
    measured = Measured()
    kinds = (INSPECTED, LOOKUPS)
    measure(replace(made, files={kind: made.files[kind] for kind in kinds}), tmp_path, measured)
    for kind in kinds:
        answers = [answer for answer in measured.answers if answer.kind == kind]
        assert measured.wanted[kind] > 5
        assert measured.found[kind] >= 0.9 * measured.wanted[kind]
        assert sum(answer.truth != "" for answer in answers) >= 0.9 * len(answers)
        assert {"interactive", "background", "automated"} <= {answer.truth for answer in answers}
    table = rendered(measured, ["web-shop"], "development")
    assert all(kind in table for kind in KINDS)


def _answer(confidence: float, right: bool) -> Answer:
    return Answer(
        "seed", "DNS", "chatgpt", "interactive", "interactive", "code", "likely", confidence,
        "code" if right else "writing", right, None, None,
    )  # fmt: skip


def test_calibration_is_the_difference_of_what_was_said_and_what_was_true() -> None:
    sure = [_answer(0.9, number % 10 != 0) for number in range(300)]
    bold = [_answer(0.8, number % 10 < 6) for number in range(100)]
    assert [len(group) for group in bins(sure + bold)] == [400]
    assert abs(calibration_error(sure + bold) - abs(0.875 - 0.825)) < 1e-9
    assert abs(calibration_error(sure)) < 1e-9
