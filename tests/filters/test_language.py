"""What a filter says: terms, values, turned-round terms, and what it answers to a bad word."""

from __future__ import annotations

import contextlib
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shadow_scan.errors import UsageError
from shadow_scan.filters import (
    TERMS,
    as_argument,
    help_text,
    parse,
    quoted,
    suggestions,
    words_of,
)
from shadow_scan.filters.values import Ago


def only(text: str) -> tuple[str | None, str, tuple[object, ...], bool]:
    (condition,) = parse(text).conditions
    name = condition.term.name if condition.term else None
    return name, condition.operator, condition.values, condition.negated


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("team:Legal", ("team", "=", ("legal",), False)),
        ("-team:legal,sales", ("team", "=", ("legal", "sales"), True)),
        ("!team:legal", ("team", "=", ("legal",), True)),
        ('team:"Customer Care",hr', ("team", "=", ("customer care", "hr"), False)),
        ("bytes_up:>1.5MB", ("bytes_up", ">", (1_500_000,), False)),
        ("bytes_down:<=1GiB", ("bytes_down", "<=", (1 << 30,), False)),
        ("users:5", ("users", "=", (5,), False)),
        ("confidence:>=0.6", ("confidence", ">=", (0.6,), False)),
        ("bytes_up:unknown", ("bytes_up", "=", (None,), False)),
        ("since:2026-09-01", ("since", "=", (date(2026, 9, 1),), False)),
        ("since:2w", ("since", "=", (Ago(14),), False)),
        ("deepl", (None, "=", ("deepl",), False)),
        ('"two words"', (None, "=", ("two words",), False)),
        ("status:under-review", ("status", "=", ("under-review",), False)),
    ],
)
def test_a_word_means(text: str, meant: tuple[object, ...]) -> None:
    assert only(text) == meant


@pytest.mark.parametrize(
    ("text", "what", "remedy"),
    [
        ("tem:legal", "no term 'tem'", "did you mean 'team'?"),
        ("status:sanctiond", "status is never 'sanctiond'", "did you mean 'sanctioned'?"),
        ("bytes_up:>many", "'many' is no size", "10MB"),
        ("users:several", "'several' is no number", ""),
        ("users:nan", "'nan' is no number", ""),
        ("since:yesterday", "'yesterday' is no day", "2026-09-01"),
        ("team:", "a value is missing", "team"),
        ("team:>legal", "'>' is for numbers", "team:legal"),
        ("users:>1,2", "too many values", "users"),
        ("x" * 3_000, "a filter of more than 2,000 characters", ""),
    ],
)
def test_a_bad_word_is_named_with_the_nearest(text: str, what: str, remedy: str) -> None:
    with pytest.raises(UsageError) as raised:
        parse(text)
    assert raised.value.what == what
    assert remedy in raised.value.remedy


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("ruling:sanctioned events:>0", None),
        ("ruling:sanctioned,unreviewed events:>0", "events:>0"),
        ("-ruling:sanctioned,tolerated", ""),
        ("-ruling:sanctioned,un*", "-ruling:sanctioned,un*"),
        ("-ruling:unreviewed,un*", None),
        ("ruling:un*", "ruling:un*"),
        ("bypass:yes", None),
        ("bypass:no", ""),
        ("-bypass:no", None),
        ("days_ruled:>=1", None),
        ("-days_ruled:>=1", ""),
        ("days_ruled:unknown", "days_ruled:unknown"),
        ("team:legal contract", "team:legal contract"),
    ],
)
def test_what_holds_of_everything_need_not_be_asked(text: str, left: str | None) -> None:
    common = {"ruling": "unreviewed", "bypass": "no", "days_ruled": ""}
    found = parse(text).where(common)
    asked = None if found is None else found.conditions
    assert asked == (None if left is None else parse(left).conditions)


def test_arguments_that_a_shell_unquoted_stay_whole() -> None:
    assert only('team:"Customer Care"') == (
        *("team", "=", ("customer care",)),
        False,
    )
    assert parse(["team:Customer Care"]).conditions == parse('team:"Customer Care"').conditions


def test_a_term_turned_round_is_no_option_of_the_command_line() -> None:
    assert as_argument("-team:legal") == "!team:legal"
    assert [as_argument(word) for word in ("-o", "--format", "-x:y", "-")] == [
        *("-o", "--format", "-x:y", "-")
    ]


def test_completion_offers_terms_then_their_values() -> None:
    assert suggestions("te") == ("team:",) or "team:" in suggestions("te")
    assert suggestions("-status:san") == ("-status:sanctioned",)
    assert suggestions("tier:observed,li") == ("tier:observed,likely",)
    assert suggestions("nonsense:a") == ()


def test_help_has_a_line_for_every_term() -> None:
    assert [line.split()[0] for line in help_text().splitlines()] == list(TERMS)


@given(st.text(max_size=60))
def test_any_text_is_a_filter_or_one_clear_error(text: str) -> None:
    with contextlib.suppress(UsageError):
        asked = parse(text)
        assert parse(asked.text).conditions == asked.conditions


@pytest.mark.parametrize(
    "name",
    ['Team "Q"; one, two', '"', '""', 'a"', "plain", " blanks  within ", "-x:y", "Köln, Süd"],
)
def test_a_value_of_any_signs_is_what_a_filter_of_it_holds(name: str) -> None:
    (condition,) = parse(f"team:{quoted(name)}").conditions
    assert condition.values == (name.lower(),)
    assert len(parse(f"team:legal,{quoted(name)} -task:code").conditions[0].values) == 2
    (word,) = words_of(f"team:{quoted(name)}")
    assert parse(word).conditions == (condition,)
