"""Filters over real tables: what is counted is narrowed, and what comes out."""

from __future__ import annotations

import duckdb
import pytest
from hypothesis import given
from hypothesis import strategies as st

from shadow_scan.errors import UsageError
from shadow_scan.filters import TERMS, compiled, parse
from shadow_scan.store.database import named_sql
from tests.conftest import Cli


def found(cli: Cli, *words: str) -> list[dict[str, object]]:
    run = cli(*words, "--format", "json")
    assert run.code == 0, run.err
    records: list[dict[str, object]] = run.json()
    return records


def test_a_team_narrows_what_is_counted_and_keeps_the_order(sample_cli: Cli) -> None:
    everywhere = {row["service"]: row for row in found(sample_cli, "services")}
    legal = found(sample_cli, "services", "team:legal")
    assert legal
    assert len(legal) < len(everywhere)
    assert all(row["teams"] == 1 for row in legal)
    assert all(row["users"] <= everywhere[row["service"]]["users"] for row in legal)  # type: ignore[operator]
    assert legal == sorted(legal, key=lambda r: (-r["users"], -r["events"], r["service"]))  # type: ignore[operator]


def test_parts_add_up_to_the_whole(sample_cli: Cli) -> None:
    def events(*words: str) -> int:
        return sum(row["events"] for row in found(sample_cli, "teams", *words))  # type: ignore[misc]

    assert events("team:legal") + events("-team:legal") == events()
    assert events("since:2026-09-21") + events("until:2026-09-20") == events()
    assert 0 < events("since:3d") < events()


def test_measures_narrow_what_comes_out(sample_cli: Cli) -> None:
    every = found(sample_cli, "services")
    large = found(sample_cli, "services", "bytes_up:>1MB")
    assert large == [row for row in every if (row["bytes_up"] or 0) > 1_000_000]  # type: ignore[operator]
    unknown = found(sample_cli, "services", "bytes_up:unknown")
    assert unknown == [row for row in every if row["bytes_up"] is None]
    rest = found(sample_cli, "services", "-bytes_up:>1MB")
    assert [*large, *rest] == sorted([*large, *rest], key=lambda row: row in rest)
    assert len(large) + len(rest) == len(every)


def test_services_are_found_by_id_name_vendor_word_and_wildcard(sample_cli: Cli) -> None:
    for words in ("service:chatgpt", "service:ChatGPT", "service:chatg*", "chatgpt"):
        assert [row["service"] for row in found(sample_cli, "services", words)] == ["chatgpt"]
    vendors = {row["vendor"] for row in found(sample_cli, "services", "vendor:openai")}
    assert vendors == {"OpenAI"}


@pytest.mark.parametrize("kind", ["interactive", "background", "automated"])
def test_activity_is_the_same_as_a_term_and_as_an_option(sample_cli: Cli, kind: str) -> None:
    # blocked requests have no activity, and count as people's
    for what in ("services", "users", "teams", "sessions"):
        assert found(sample_cli, what, f"activity:{kind}") == found(
            sample_cli, what, "--activity", kind
        )


def test_what_was_only_blocked_has_no_evidence_of_use(sample_cli: Cli) -> None:
    only_blocked = [row for row in found(sample_cli, "services") if not row["events"]]
    assert only_blocked
    assert only_blocked == found(sample_cli, "services", "evidence:unknown")


def test_a_listing_says_what_it_cannot_be_filtered_by(sample_cli: Cli) -> None:
    run = sample_cli("services", "tier:observed")
    assert run.code == 2
    assert "cannot be filtered by 'tier'" in run.err


def test_values_never_become_sql(sample_cli: Cli) -> None:
    hostile = "team:x') OR 1=1 --"
    assert found(sample_cli, "teams", hostile) == []
    assert found(sample_cli, "services", "service:'; DROP TABLE usage; --*") == []


_COLUMNS = ("service", "vendor", "team", "users", "events", "bytes_up", "first_time", "day")


@given(st.lists(st.sampled_from(sorted(TERMS)), max_size=4), st.text("abc*?[]'\"%-", max_size=8))
def test_every_compiled_filter_is_sql_that_runs(names: list[str], value: str) -> None:
    words = [f'{name}:"{value}"' for name in names]
    try:
        asked = parse(" ".join(words))
        answer = compiled(asked, ("usage",), _COLUMNS)
    except UsageError:
        return
    with duckdb.connect() as connection:
        connection.execute(
            "CREATE TABLE usage (service TEXT, team TEXT, task TEXT, identity TEXT, user_kind TEXT,"
            " activity TEXT, account TEXT, plan TEXT, surface TEXT, day DATE, strength TINYINT,"
            " events BIGINT, counted_events BIGINT)"
        )
        connection.execute(
            "CREATE TABLE services (service TEXT, name TEXT, vendor TEXT,"
            " vendor_name TEXT, category TEXT, trains TEXT, region TEXT, agreement TEXT)"
        )
        connection.execute("CREATE VIEW all_usage AS FROM usage")
        for name in ("rulings", "licensed"):
            connection.execute(named_sql("shadow_scan.store", name))
        result = "SELECT NULL AS vendor, 1 AS users, 1 AS events, 1 AS bytes_up, "
        result += "service, team, day, day AS first_time FROM usage"
        sql = f"SELECT * FROM ({result} WHERE {answer.rows['usage']}) WHERE {answer.result}"
        assert connection.execute(sql, answer.parameters or None).fetchall() == []


def test_a_number_is_compared_and_a_day_too() -> None:
    answer = compiled(parse("users:>=2 since:2026-09-01"), ("usage",), _COLUMNS)
    assert answer.result == 'true AND ("users" >= $filter_0)'
    assert answer.rows["usage"] == "true AND (day >= CAST($filter_1 AS DATE))"


@pytest.mark.parametrize("command", ["services", "users", "teams", "sources", "coverage"])
def test_every_listing_takes_a_filter(sample_cli: Cli, command: str) -> None:
    assert found(sample_cli, command, "no-such-word-anywhere") == []
