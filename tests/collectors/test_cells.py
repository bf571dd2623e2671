"""Cells by their places: whole columns at once find what a reader of CSV finds in each row."""

from __future__ import annotations

import csv
import io

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shadow_scan.collectors.columns.cells import Cells, cell_values

PLACES = (1, 3, 0, 2)


def read(*rows: str | None, delimiter: str = ",") -> list[list[str | None]]:
    spec = str(Cells(PLACES, ("", "-"), delimiter))
    texts = pa.chunked_array([pa.array(["before", *rows], pa.string()).slice(1)])
    return cell_values(texts, pa.chunked_array([[spec] * len(rows)])).to_pylist()


@pytest.mark.parametrize(
    ("row", "cells"),
    [
        ("a,b,c", ["a", "c", None, "b", "3"]),
        ('"a","b, still b","c"', ["a", "c", None, "b, still b", "3"]),
        ('"a", "b", "say ""c"", please"', ["a", 'say "c", please', None, "b", "3"]),
        (" a , - ,", ["a", None, None, None, "3"]),
        ('5" disk,b,c', ['5" disk', "c", None, "b", "3"]),
        ('a,"never closed, b', ["a", None, None, "never closed, b", "2"]),
        ("a", ["a", None, None, None, "1"]),
        ("", [None, None, None, None, "1"]),
        ('""', [None, None, None, None, "1"]),
        ("ä,日本,é", ["ä", "é", None, "日本", "3"]),
        (" " * 900_000 + "a" + " " * 900_000 + ",b,c", ["a", "c", None, "b", "3"]),
    ],
)
def test_cells(row: str, cells: list[str | None]) -> None:
    assert read(row) == [cells]
    assert read(row, row) == [cells, cells]


def test_other_delimiters() -> None:
    assert read('a "b c" d', delimiter=" ") == [["a", "d", None, "b c", "3"]]
    assert read("a\t\tc", delimiter="\t") == [["a", "c", None, None, "3"]]


CELL = st.text(st.sampled_from('ab ",x'), max_size=5).map(str.strip)


@settings(max_examples=100, deadline=None)
@given(st.lists(st.lists(CELL, min_size=2, max_size=5), min_size=1, max_size=4))
def test_what_a_writer_of_csv_writes(rows: list[list[str]]) -> None:
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows(rows)
    found = read(*text.getvalue().splitlines())
    said = [[cell or None for cell in row] + [None] for row in rows]
    assert [row[:2] + row[3:] for row in found] == [
        [row[0], row[2], row[1], str(len(row) - 1)] for row in said
    ]
