"""Spellings by text: `golden/spellings.txt` has records, and below each what comes out of it."""

from __future__ import annotations

import json
from collections.abc import Iterator

from . import spellings_json
from .golden import FOLDER
from .spellings import Case


def _cases() -> Iterator[tuple[str, Case]]:
    blocks = (FOLDER / "spellings.txt").read_text("utf-8").split("## ")[1:]
    for number, block in enumerate(blocks, 1):
        title, *lines, told = block.rstrip("\n").split("\n")
        name, _, said = told.removeprefix("-> ").partition(" ")
        yield (
            f"{number} {name}: {title}",
            (name, "".join(f"{line}\n" for line in lines), json.loads(said)),
        )


MORE = spellings_json.MORE | dict(_cases())
