"""Lines that are made to cost: words that a format looks for, over and over, and not the last."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator

import pytest

from shadow_scan.collectors.formats import FORMATS

_CHARACTERS = 16_384
_CLASSES = re.compile(r"\\[A-Za-z]")
_WORDS = re.compile(r'[A-Za-z_"=:<>,;/{} -]{3,}')


def _lines(pattern: str) -> Iterator[str]:
    words = list(dict.fromkeys(_WORDS.findall(_CLASSES.sub("()", pattern))))
    for number, word in enumerate(words):
        for piece in (word, f"{word} ", "a ".join(words[: number + 1]) + "a "):
            yield (piece * _CHARACTERS)[:_CHARACTERS]


@pytest.mark.parametrize("name", FORMATS)
def test_no_line_takes_long_to_be_told(name: str) -> None:
    recognise = FORMATS[name].recognise
    for line in _lines(recognise.pattern):
        began = time.process_time()
        recognise.match(line)
        assert time.process_time() - began < 1.0, line[:80]
