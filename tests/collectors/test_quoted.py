"""Words in quotes: all rows at once find what a pattern finds in each, or leave it alone."""

from __future__ import annotations

import re

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shadow_scan.collectors.columns.quoted import quoted_words

from .reading import parsed

_WORD = re.compile(r'"(?:[^"]|"")*"|[^ ]+')
"""What a statement asks for where a row is left alone."""


def read(*rows: str) -> list[list[str] | None]:
    texts = pa.chunked_array([pa.array(["before", *rows], pa.string()).slice(1)])
    return quoted_words(texts).to_pylist()


@pytest.mark.parametrize(
    ("row", "words"),
    [
        ('a "b c" d', ["a", "b c", "d"]),
        ('  "" x ""', ["", "x", ""]),
        ('"say ""so there"" now" b', ['say ""so there"" now', "b"]),
        ('ä  "日本 b"', ["ä", "日本 b"]),
        ("", []),
        ('a"b c" d', None),
        ('"a"b', None),
        ('a "never closed', None),
    ],
)
def test_words(row: str, words: list[str] | None) -> None:
    assert read(row) == [words]
    assert read(row, '"x"', row) == [words, ["x"], words]


@settings(max_examples=150, deadline=None)
@given(st.lists(st.text(st.sampled_from('ab "'), max_size=20), min_size=1, max_size=4))
def test_what_the_pattern_finds(rows: list[str]) -> None:
    for row, words in zip(rows, read(*rows), strict=True):
        assert words in (None, [word.strip('"') for word in _WORD.findall(row)])


def test_quotes_inside_of_words_cost_no_row() -> None:
    row = '2026-09-23 10:11:12 10.20.30.44 ada"x" GET chatgpt.com "a agent"\n'
    log = "#Fields: date time c-ip cs-username cs-method cs-host cs(User-Agent)\n" + row * 300
    events, _, rejected = parsed(log.encode(), "w3c")
    assert (len(events), rejected) == (300, 0)
    assert {event["host"] for event in events} == {"chatgpt.com"}
