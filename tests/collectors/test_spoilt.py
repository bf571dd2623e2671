"""Lines cut anywhere, spoilt, and of neighbours: each is counted, and nothing crashes.

All of a format stand in one log, since a statement takes longer to plan than to read thousands of
lines. Another `SHADOW_SCAN_SEED` spoils them in other ways.
"""

from __future__ import annotations

import os
import random
from collections.abc import Iterator

import pytest

from .golden import golden_expected
from .reading import ALL_SHOWN, WHOLE, parsed, shown
from .test_formats import ALL_SAMPLES

EXPECTED = golden_expected()
_TIMES = 3
_SIGNS = (
    '"', "'", "\\", " ", "  ", "[", "{", "\t", "\0", "-1", "1e999", "\u202e", "::", "=", ",", "|",
    "#", "]: ", ";", "%", "\\u0000", "\x1b[2J", "\ufeff", "\U0001f600", "\u00fc", "\r",
)  # fmt: skip


def _spoilt(dice: random.Random, line: str) -> str:
    at = dice.randrange(len(line) + 1)
    more = "".join(
        dice.choice((dice.choice(_SIGNS), chr(dice.randrange(0x20, 0x2FFF))))
        for _ in range(dice.randrange(9))
    )
    left, right = line[:at], line[at + dice.choice((0, len(more) // 2, len(more))) :]
    return dice.choice((left + more + right, left + more, more + right))


def _cut(line: str) -> Iterator[str]:
    yield from (line[: len(line) * part // 7] for part in range(7))
    yield f"{line[: len(line) // 2]}\r{line[len(line) // 2 :]}"


def _neighbours(name: str) -> str:
    """The half of them that stands behind it, in a ring: of any two, one is read as the other."""
    texts, at = list(ALL_SAMPLES.values()), list(ALL_SAMPLES).index(name)
    behind = (texts * 2)[at + 1 : at + 1 + len(texts) // 2]
    return "".join(_ended(text) for text in behind)


def _ended(text: str) -> str:
    return text if text.endswith("\n") else f"{text}\n"


@pytest.mark.parametrize("name", ALL_SAMPLES)
def test_every_line_is_counted_and_takes_nothing_from_those_before(name: str) -> None:
    seed = os.environ.get("SHADOW_SCAN_SEED", "1")
    dice, lines = random.Random(f"{seed} {name}"), ALL_SAMPLES[name].splitlines()
    behind = [*lines, *(_spoilt(dice, line) for line in lines for _ in range(_TIMES))]
    behind += [cut for line in lines for cut in _cut(line)]
    dice.shuffle(behind)
    text = _ended(ALL_SAMPLES[name]) + "".join(f"{line}\n" for line in behind) + _neighbours(name)
    events, skipped, rejected = parsed(text.encode(), name, block_bytes=WHOLE)
    assert len(events) + sum(skipped.values()) + rejected == text.count("\n"), seed
    golden = EXPECTED[name].events if name in EXPECTED else []
    assert [shown(event, ALL_SHOWN) for event in events[: len(golden)]] == golden, seed
