"""Rejected lines to look at: their numbers are stored, their text is read from the log again.

What a log says of people is not stored because it could not be read; so the text is there only as
long as the log is.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from itertools import groupby

from shadow_scan.collectors.lines.blocks import LineReader
from shadow_scan.collectors.lines.unwrap import open_source
from shadow_scan.errors import InputError
from shadow_scan.filenames import as_path
from shadow_scan.listings.queries import answered, reading
from shadow_scan.store.database import named_sql
from shadow_scan.vocabulary import Activity, Table
from shadow_scan.workspace import Workspace

SHOWN_CHARACTERS = 200
_LOOKED_AT = 4_096
_UNSAID = re.compile(r"(?<=//)[^/@\s\"']*(?=@)|(?<=\?)[^\s\"'<>|]+")
"""A user and a password before a host, and what follows a question mark."""
_COLUMNS = ("source_file", "line", "reason", "alike", "text")


def rejects(place: Workspace) -> Table:
    """The first lines of each reason: `alike` is how many were rejected for it, `text` the begin
    of the line as the log has it now, None where the log is gone or has no lines."""
    with reading(place) as connection:
        found = answered(connection, named_sql(__package__, "rejects"), Activity.ALL)
    rows = []
    for source_file, lines in groupby(found.rows, key=lambda row: row[0]):
        kept = list(lines)
        texts = _texts(source_file, {row[1] for row in kept})
        rows += [(*row[:4], texts.get(row[1])) for row in kept]
    return Table(_COLUMNS, rows)


def _texts(source_file: str, numbers: Collection[int]) -> dict[int, str]:
    try:
        with open_source(as_path(source_file)) as stream:
            return _read(LineReader(stream), set(numbers))
    except InputError:
        return {}


def _read(reader: LineReader, wanted: set[int]) -> dict[int, str]:
    texts: dict[int, str] = {}
    for block in reader.blocks():
        first = block.numbers[0] if len(block.numbers) else 0
        for number in sorted(wanted):
            at = int(block.numbers.searchsorted(number))
            if number >= first and at < len(block.numbers) and block.numbers[at] == number:
                told = _UNSAID.sub("*", block.lines[at].as_py()[:_LOOKED_AT])
                texts[number] = told[:SHOWN_CHARACTERS]
        if reader.next_line > max(wanted):
            break
    return texts
