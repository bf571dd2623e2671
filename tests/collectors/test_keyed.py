"""Values by their keys: whole columns at once find what a plain reading of each row finds."""

from __future__ import annotations

import pyarrow as pa
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from shadow_scan.collectors.columns.asked import Spec, Spelling
from shadow_scan.collectors.columns.keyed import keyed_values

WANTED = ("src", "user|unauthuser", "destination_ip_address", "src")


def read(
    *rows: str | None, shape: Spelling = "quoted", gap: str = " ", wanted: tuple[str, ...] = WANTED
) -> list[list[str | None]]:
    spec = str(Spec(wanted, ("", "-"), gap, shape))
    texts = pa.chunked_array([pa.array(["before", *rows], pa.string()).slice(1)])
    return keyed_values(texts, pa.chunked_array([[spec] * len(rows)])).to_pylist()


def only(row: str, shape: Spelling = "quoted", gap: str = " ") -> list[str | None]:
    return read(row, shape=shape, gap=gap, wanted=("a", "b", "long_name_of_a_key"))[0]


@pytest.mark.parametrize(
    ("row", "values"),
    [
        ("a=1 b=2", ["1", "2", None]),
        ("xa=1 a =2 b==3", [None, "=3", None]),
        ('a="x y b=9" b=two words long_name_of_a_key=z', ["x y b=9", "two words", "z"]),
        ('a="say \\"b=1\\" now" b=2', ['say "b=1" now', "2", None]),
        ('a="no end b=2', ["no end b=2", None, None]),
        ('he said "x" a=1', ["1", None, None]),
        ("a=https://x.example/?b=3&a=4 b=5", ["https://x.example/?b=3&a=4", "5", None]),
        ("a=see http://x/?q=1 b=2", ["see http://x/?q=1", "2", None]),
        ("a= b=- a=1", [None, None, None]),
        ("other_long_name_of_a_key=1 tong_name_of_a_key=2", [None, None, None]),
        ("a=ä " * 3 + "b=日本 x", ["ä", "日本 x", None]),
        ("a=1" + " " * 900_000 + "b=2" + " " * 99, ["1", "2", None]),
        ("", [None, None, None]),
        ("=", [None, None, None]),
        ('"', [None, None, None]),
    ],
)
def test_quoted_and_bare_values(row: str, values: list[str | None]) -> None:
    first = values if row != "a= b=- a=1" else ["1", None, None]
    assert only(row) == first
    assert read(row, row, wanted=("a", "b", "long_name_of_a_key")) == [first, first]


@pytest.mark.parametrize(
    ("row", "values"),
    [
        ("CEF:0|V|P|1|x=y|name|3|a=1 b=two words", ["1", "two words", None]),
        (r"CEF:0|V|P\|Q|1|x|name|3| a=CORP\\jdoe b=x\=y\nz", [r"CORP\jdoe", "x=y z", None]),
        ('CEF:0|V|P|1|x|n|3|a="quoted" b=5" disk', ["quoted", '5" disk', None]),
        (r"CEF:0|V|P|1|x|n|3|b=\|a=c", [None, "|a=c", None]),
        (r"CEF:0|V|P|1|x|n|3|a=1\\\\\=2\x\ b=u\rv", ["1\\\\=2\\x\\", "u v", None]),
        ("CEF:0|V|P|1|x|n|3|a=left|b=right", ["left|b=right", None, None]),
    ],
)
def test_values_of_cef(row: str, values: list[str | None]) -> None:
    assert only(f"<14>1 - - [m x=1] {row}", "escaped") == values


def test_parted_values_end_at_the_delimiter() -> None:
    row = 'a= "x=1 y" \tnothing\tb=2=3\t\tlong_name_of_a_key='
    assert only(row, "parted", "\t") == ["x=1 y", "2=3", None]


def test_the_first_name_that_says_something_counts() -> None:
    rows = read("user=- unauthuser=u src=1", "unauthuser=u user=v", None, "src=2 src=3")
    assert rows == [
        ["1", "u", None, "1"],
        [None, "v", None, None],
        [None] * 4,
        ["2", None, None, "2"],
    ]


PIECE = st.text(st.sampled_from('ab ="\\|x?'), max_size=6)


@settings(max_examples=150, deadline=None)
@example(rows=["a=", '"='])
@given(rows=st.lists(st.lists(PIECE, max_size=5).map("".join), min_size=1, max_size=4))
def test_no_row_changes_what_another_says(rows: list[str]) -> None:
    shapes: tuple[Spelling, ...] = ("quoted", "escaped", "parted")
    for shape in shapes:
        together = read(*rows, shape=shape, wanted=("a", "b", "ab|ba"))
        assert together == [read(row, shape=shape, wanted=("a", "b", "ab|ba"))[0] for row in rows]
