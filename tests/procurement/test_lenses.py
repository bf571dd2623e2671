"""The lenses, on a company whose use was laid down by hand and is counted here by hand."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from ..conftest import Cli
from .conftest import Company, Use

CHATGPT, CLAUDE, DEEPL = "chatgpt.com", "claude.ai", "www.deepl.com"
PEOPLE = "user,team,function\n" + "".join(
    f"{name},{team},{function}\n"
    for name, team, function in (
        ("ann", "Legal", "legal"),
        ("ben", "Legal", "legal"),
        ("cem", "Sales", "sales"),
        ("dee", "Sales", "sales"),
        ("eve", "Ops", "gardening"),
    )
)


def uses() -> list[Use]:
    """Five weeks: ann and ben every Monday and Tuesday, cem at first, dee from day 10 on."""
    steady = [(who, CLAUDE, 7 * week + day, 4) for who in ("ann", "ben") for week in range(5)
              for day in (0, 1)]  # fmt: skip
    brief = [("cem", CHATGPT, day, 1) for day in (0, 1, 7, 9)]
    late = [("dee", CHATGPT, day, 2) for day in (10, 11, 12, 17, 24, 31)]
    return [*steady, *brief, *late, ("eve", DEEPL, 34, 1), ("ann", CHATGPT, 34, 1)]


@pytest.fixture(scope="module")
def seen(company: Company) -> tuple[Cli, Path]:
    return company(uses(), PEOPLE)


def rows(cli: Cli, *words: object) -> list[dict[str, Any]]:
    done = cli(*words, "--format", "json")
    assert done.code == 0, done.err
    found: list[dict[str, Any]] = done.json()
    return found


def one(found: list[dict[str, Any]], **wanted: object) -> dict[str, Any]:
    (row,) = [r for r in found if all(r[name] == value for name, value in wanted.items())]
    return row


class TestValue:
    def test_steady_use_is_regular_deep_and_a_champion(self, seen: tuple[Cli, Path]) -> None:
        row = one(rows(seen[0], "value"), service="claude", team="Legal")
        assert (row["users"], row["regulars"], row["return_rate"]) == (2, 2, 1.0)
        assert (row["sessions"], row["sessions_a_person"], row["depth"]) == (20, 10.0, 4.0)
        assert (row["spread"], row["persistence"], row["champion"]) == (1.0, 1.0, True)

    def test_use_that_ended_is_nobodys_regular_use(self, seen: tuple[Cli, Path]) -> None:
        row = one(rows(seen[0], "value", "user:cem"), service="chatgpt", team="Sales")
        assert (row["users"], row["regulars"], row["champion"]) == (1, 0, False)
        assert (row["return_rate"], row["persistence"]) == (0.5, 0.4)

    def test_a_filter_by_days_moves_the_end_of_the_data(self, seen: tuple[Cli, Path]) -> None:
        row = one(rows(seen[0], "value", "user:cem", "until:2026-06-14"), service="chatgpt")
        assert (row["regulars"], row["return_rate"], row["persistence"]) == (1, 1.0, 1.0)

    def test_under_two_weeks_nobody_is_called_regular(self, seen: tuple[Cli, Path]) -> None:
        found = rows(seen[0], "value", "until:2026-06-05")
        assert {row["regulars"] for row in found} == {None}

    def test_champions_are_teams_and_people_only_where_allowed(
        self, seen: tuple[Cli, Path]
    ) -> None:
        cli, place = seen
        teams = rows(cli, "value", "--champions", "teams")
        assert [(row["service"], row["team"], row["user"]) for row in teams] == [
            ("claude", "Legal", None)
        ]
        refused = cli("value", "--champions", "people")
        assert refused.code == 2
        assert "champions_as_people" in refused.err
        (place / "settings.toml").write_text("champions_as_people = true\n")
        people = rows(cli, "value", "--champions", "people")
        assert {row["user"] for row in people if row["service"] == "claude"} == {"ann", "ben"}
        (place / "settings.toml").unlink()


@pytest.mark.parametrize("name", ["value", "funnel", "exposure", "seats", "scorecard", "grid"])
def test_a_table_for_people_has_names_and_data_has_ids(seen: tuple[Cli, Path], name: str) -> None:
    assert {row["service"] for row in rows(seen[0], name)} >= {"chatgpt", "claude"}
    table = seen[0](name).out
    assert "ChatGPT" in table
    assert " chatgpt " not in table


class TestFunnel:
    def test_stages_and_days_of_those_whose_begin_is_seen(self, seen: tuple[Cli, Path]) -> None:
        row = one(rows(seen[0], "funnel"), service="chatgpt")
        assert (row["kind"], row["tried"], row["piloted"], row["sustained"]) == ("generic", 3, 2, 1)
        # dee: begins on day 10, three days by day 12, a fourth in the third week on day 24
        assert (row["begin_known"], row["days_to_pilot"], row["days_to_sustained"]) == (2, 2, 14)
        assert row["study"].startswith("the study")

    def test_people_of_the_first_week_have_no_known_begin(self, seen: tuple[Cli, Path]) -> None:
        row = one(rows(seen[0], "funnel"), service="claude")
        assert (row["begin_known"], row["days_to_sustained"]) == (0, None)
        assert "days are unknown" in row["limits"]

    def test_sustained_use_on_days_far_apart_has_been_piloted(self, company: Company) -> None:
        """Four days in four weeks, of which no fortnight has three."""
        rare = [("ann", CLAUDE, day, 3) for day in (0, 12, 14, 27)]
        row = one(rows(company(rare, PEOPLE)[0], "funnel"), service="claude")
        assert (row["tried"], row["piloted"], row["sustained"]) == (1, 1, 1)

    def test_under_four_weeks_sustained_use_is_unknown(self, seen: tuple[Cli, Path]) -> None:
        row = one(rows(seen[0], "funnel", "until:2026-06-20"), service="claude")
        assert (row["sustained"], row["sustained_percent"]) == (None, None)
        assert "cannot be seen" in row["limits"]


class TestExposure:
    def test_a_log_without_sizes_says_unsized_and_not_zero(self, seen: tuple[Cli, Path]) -> None:
        row = one(rows(seen[0], "exposure"), service="claude")
        assert (row["bytes_up"], row["largest"], row["unsized"]) == (None, None, 20)
        assert (row["plan"], row["account"]) == ("unknown", "unknown")
        assert "opt-out" in row["training_default"]
        assert row["source"]

    def test_by_team_and_user_it_is_the_same_use(self, seen: tuple[Cli, Path]) -> None:
        whole = one(rows(seen[0], "exposure"), service="chatgpt")
        for by in ("team", "user"):
            parts = rows(seen[0], "exposure", "--by", by, "service:chatgpt")
            assert sum(row["events"] for row in parts) == whole["events"]
        assert {row["who"] for row in parts} == {"ann", "cem", "dee"}


class TestGap:
    def test_a_person_licensed_twice_is_one(self, seen: tuple[Cli, Path], tmp_path: Path) -> None:
        licences = tmp_path / "licences.csv"
        licences.write_text(
            "service,user,team,seats,until\n"
            "Claude,ann@corp.example,,,\nclaude,ANN,,,\n"
            "chatgpt,,Sales,1,\nchatgpt,ben,,,2026-06-02\n"
        )
        done = seen[0]("gap", "--licences", licences, "--format", "json")
        assert "licences.csv:3: a person who has this service already" in done.err
        legal, sales = one(done.json(), team="Legal"), one(done.json(), team="Sales")
        assert (legal["people"], legal["users"], legal["licensed"]) == (2, 2, 1)
        assert (legal["users_covered"], legal["users_outside"], legal["only_outside"]) == (1, 2, 1)
        assert (sales["users"], sales["licensed"], sales["users_outside"]) == (2, 1, 0)
        assert "never subtract" in legal["study"]

    def test_without_licences_covered_is_unknown(self, seen: tuple[Cli, Path]) -> None:
        done = seen[0]("gap", "--format", "json")
        assert "who is licensed is unknown" in done.err
        assert {row["licensed"] for row in done.json()} == {None}

    def test_months_are_told_apart(self, seen: tuple[Cli, Path]) -> None:
        found = rows(seen[0], "gap", "--by", "month", "team:sales")
        assert [(row["period"], row["users"]) for row in found] == [("2026-06", 2), ("2026-07", 1)]

    def test_every_wrong_line_is_named_at_once(
        self, seen: tuple[Cli, Path], tmp_path: Path
    ) -> None:
        bad = tmp_path / "bad.csv"
        bad.write_text(
            "service,user,seats,until\nchatgtp,ann,,\n=cmd|x,ben,,\nclaude,,,\nclaude,cem,,soon\n"
        )
        done = seen[0]("gap", "--licences", bad)
        assert (done.code, done.out) == (2, "")
        assert "line 2: unknown service 'chatgtp'; did you mean 'chatgpt'?" in done.err
        assert "line 3: unknown service" in done.err
        assert "line 4: neither a user nor a number of seats" in done.err
        assert "line 5: until 'soon' is no day" in done.err
        assert "ann" not in done.err


class TestInvestment:
    def test_money_and_use_by_function(self, seen: tuple[Cli, Path], tmp_path: Path) -> None:
        budget = tmp_path / "budget.csv"
        budget.write_text('team,amount,currency\nSales,"60,000",EUR\nLegal,20000,EUR\n')
        found = rows(seen[0], "investment", "--budget", budget)
        sales, legal = one(found, function="sales-marketing"), one(found, function="legal")
        assert (sales["office"], sales["budget_percent"], sales["users"]) == ("front", 75.0, 2)
        assert (legal["office"], legal["budget_percent"], legal["sessions"]) == ("back", 25.0, 21)
        assert one(found, function="unknown")["users"] == 1

    @pytest.mark.parametrize(
        ("text", "problem"),
        [
            ("team,amount\nSales,lots\n", "line 2: amount 'lots' is no amount"),
            ("team,amount,currency\nA,1,EUR\nB,1,USD\n", "another currency"),
            ("function,amount\nwizardry,1\n", "unknown business function 'wizardry'"),
            ("nothing,here\n1,2\n", "no column 'function' and 'amount'"),
        ],
    )
    def test_a_wrong_budget_is_an_error(
        self, seen: tuple[Cli, Path], tmp_path: Path, text: str, problem: str
    ) -> None:
        (tmp_path / "budget.csv").write_text(text)
        done = seen[0]("investment", "--budget", tmp_path / "budget.csv")
        assert done.code == 2
        assert problem in done.err


class TestScorecardAndGrid:
    def test_six_criteria_unknown_until_somebody_answers(
        self, seen: tuple[Cli, Path], tmp_path: Path
    ) -> None:
        cli = seen[0]
        before = rows(cli, "scorecard", "service:claude")
        assert len(before) == 6
        assert {row["answer"] for row in before} == {"unknown"}
        answers = tmp_path / "scorecard.csv"
        answers.write_text(
            "service,criterion,answer,reason,by,date\n"
            "claude,trust,yes,ISO seen,=HYPERLINK(1),2026-07-01\n"
            "claude,trust,partly,lapsed,legal,2026-07-02\nclaude,memory,low,projects,it,2026-07-03\n"
        )
        row = one(rows(cli, "scorecard", "--answers", answers, "service:claude"), criterion="trust")
        assert (row["answer"], row["answered_by"]) == ("partly", "legal, 2026-07-02")
        placed = one(rows(cli, "grid", "--answers", answers), service="claude")
        assert (placed["memory"], placed["place"]) == ("low", "fitted to our work, forgets")
        assert placed["sources"][1] == "memory: low (answered by it, 2026-07-03)"

    def test_a_wrong_answer_is_an_error(self, seen: tuple[Cli, Path], tmp_path: Path) -> None:
        answers = tmp_path / "a.csv"
        answers.write_text("service,criterion,answer\nclaude,trust,maybe\nclaude,beauty,yes\n")
        done = seen[0]("scorecard", "--answers", answers)
        assert done.code == 2
        assert "'maybe' is no answer to 'trust'" in done.err
        assert "unknown criterion 'beauty'" in done.err


class TestSurvey:
    def test_what_people_say_stands_beside_what_was_seen(
        self, seen: tuple[Cli, Path], tmp_path: Path
    ) -> None:
        survey = tmp_path / "survey.csv"
        survey.write_text(
            "team,guide,uses,tools,barrier,learns,context,hours\n"
            "Legal,function,yes,Claude; Magic Quill,quality,yes,no,2\n"
            "Legal,executive,no,,sponsor,yes,,\n"
            ",,,,,,,\nLegal,function,,,,,,\n"
        )
        done = seen[0]("survey", "--answers", survey, "--format", "json")
        assert done.code == 0, done.err
        assert "survey.csv:4: an empty row; it is left out" in done.err
        assert "survey.csv:5: an empty row: no question is answered" in done.err
        row = one(done.json(), team="Legal")
        assert (row["answers"], row["executives"], row["say_they_use"]) == (2, 1, 1)
        assert (row["users"], row["want_learning_percent"]) == (2, 100.0)
        assert (row["seen_not_named"], row["named_not_seen"]) == (["chatgpt"], ["Magic Quill"])
        assert one(done.json(), team="Sales")["answers"] == 0

    def test_a_wrong_answer_is_an_error(self, seen: tuple[Cli, Path], tmp_path: Path) -> None:
        survey = tmp_path / "survey.csv"
        survey.write_text("team,uses,barrier\nLegal,often,boredom\n")
        done = seen[0]("survey", "--answers", survey)
        assert done.code == 2
        assert "uses 'often' is neither yes nor no" in done.err
        assert "unknown barrier 'boredom'" in done.err
