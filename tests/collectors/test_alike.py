"""Rows that are read by the marks between their values say what each of them says by itself."""

from __future__ import annotations

import os
import random
from types import SimpleNamespace

import numpy as np
import pyarrow as pa
import pytest

from shadow_scan.collectors.columns import alike, keyed, shapes
from shadow_scan.collectors.columns.asked import Spec, Spelling

_ROWS: dict[Spelling, tuple[str, ...]] = {
    "quoted": (
        'date=2026-09-23 time=10:11:12 user="ada" url="https://x.example/?a=1&b=2" sent=12 rcvd=7',
        '<189>date=2026-09-23 time=10:11:12 url="https://x.example/" user="bo" note="" sent=3',
        '10.0.0.1 id=firewall sn=1 time="2026-09-23 10:11:12" msg=web hit user=N/A sent= rcvd=1',
    ),
    "escaped": (
        r"CEF:0|A|B|1.0|100|n|3|rt=Sep 23 2026 10:11:17 user=CORP\\ada url=https://x/?a\=1 sent=12",
        "<14>host CEF:0|A|B|1.0|100|n|3| user=ada note=two words url=/c sent=12 rcvd=4 user=bo",
        'CEF:0|A|B|1.0|100|n|3|user="ada" url=x.example/new sent=12 rcvd=4 note=a|b',
    ),
    "parted": (
        "time=10:11:12\tuser=ada\turl=https://x/?a=1&b=2\tsent=12\trcvd=\tnote=-",
        'Sep 23 10:11:12 host x\tuser="ada lovelace" \turl=x/y\tsent= 12\ttext\trcvd=4',
    ),
}
_SIGNS = (
    *('"', "=", " ", "  ", "\t", "|", "\\", '\\"', "\\=", "\\\\", "\\n", "-", "N/A", ""),
    *(' user="', " sent=", "\tuser=", '" ', '="', "=x ", "é", "user=", " x", '""', "||"),
)
_WANTED = ("user|note", "url", "sent", "rcvd|sent", "note", "time|rt", "user")


def _mutated(draw: random.Random, row: str) -> str:
    for _ in range(draw.choice((0, 0, 0, 1, 1, 2))):
        at, cut = draw.randrange(len(row) + 1), draw.choice((0, 0, 1, 2, 9))
        row = row[:at] + draw.choice(_SIGNS) + row[at + cut :]
    return row


def _varied(draw: random.Random, row: str) -> str:
    """Another client and another size, as lines of one log have."""
    return row.replace("ada", "a" * draw.randrange(20)).replace("12", str(draw.randrange(9_999)))


@pytest.mark.parametrize("spelling", list(_ROWS))
def test_rows_alike_say_what_each_says(spelling: Spelling, monkeypatch: pytest.MonkeyPatch) -> None:
    for limit, amount in {"FEWEST_ROWS": 1, "_MOST_KNOWN": 40}.items():
        monkeypatch.setattr(shapes, limit, amount)
    monkeypatch.setattr(shapes, "_Budget", lambda: SimpleNamespace(tries=400, new=40))
    gap = "\t" if spelling == "parted" else " "
    draw = random.Random(os.environ.get("SHADOW_SCAN_SEED", "") + spelling)
    put_alike, read = alike.put_alike, 0
    for _ in range(60):
        spec = pa.chunked_array([[str(Spec(_WANTED, ("", "-", "N/A"), gap, spelling))]])
        kinds = draw.sample(_ROWS[spelling], draw.randrange(1, len(_ROWS[spelling]) + 1))
        rows = [_mutated(draw, _varied(draw, draw.choice(kinds))) for _ in range(80)]
        column = pa.chunked_array([pa.array(rows)])

        def noted(*given: object) -> np.ndarray:
            nonlocal read
            put = put_alike(*given)  # type: ignore[arg-type]
            read += int(put.sum())
            return put

        monkeypatch.setattr(keyed, "put_alike", noted)
        found = keyed.keyed_values(column, spec).to_pylist()
        monkeypatch.setattr(keyed, "put_alike", lambda _, texts, __: np.zeros(texts.rows, bool))
        for row, one, other in zip(
            rows, found, keyed.keyed_values(column, spec).to_pylist(), strict=True
        ):
            assert one == other, row
    assert read > 60 * 80 // 3
