"""Lines that are made to cost: words that a format looks for, over and over, and not the last; and
lines that begin as its own do, and go on for ever.
"""

from __future__ import annotations

import re
import time
from collections.abc import Iterator

import pytest

from shadow_scan.collectors.registry import FORMATS

from ..collectors.test_formats import ALL_SAMPLES

_CHARACTERS, _HEAD = 16_384, 65_536
_CLASSES = re.compile(r"\\[A-Za-z]")
_WORDS = re.compile(r'[A-Za-z_"=:<>,;/{} -]{3,}')


def _lines(pattern: str) -> Iterator[str]:
    words = list(dict.fromkeys(_WORDS.findall(_CLASSES.sub("()", pattern))))
    for number, word in enumerate(words):
        for piece in (word, f"{word} ", "a ".join(words[: number + 1]) + "a "):
            yield (piece * _CHARACTERS)[:_CHARACTERS]


def _endless(sample: str) -> Iterator[str]:
    whole = max(sample.splitlines(), key=len)
    for eighth in range(1, 9):
        begin = whole[: len(whole) * eighth // 8]
        for piece in (begin[-12:], "=", "a ", "1 "):
            yield (begin + piece * _HEAD)[:_HEAD]


@pytest.mark.parametrize("name", FORMATS)
def test_no_line_takes_long_to_be_told(name: str) -> None:
    recognise = FORMATS[name].recognise
    for line in (*_lines(recognise.pattern), *_endless(ALL_SAMPLES.get(name, "-"))):
        began = time.process_time()
        recognise.match(line)
        assert time.process_time() - began < 1.0, line[:80]
