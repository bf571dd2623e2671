"""Read a small CSV with a header whose words vary: delimiter, encoding and column names.

Must not know what the columns mean to the caller; it only finds them.
"""

from __future__ import annotations

import csv
import hashlib
import io
import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from shadow_scan.errors import UsageError
from shadow_scan.identity.decoding import encoding_of

LARGEST: Final = 64 << 20
"""Bytes of the largest table that is read; a directory of 500,000 people has about 50 MB."""

_DELIMITERS: Final = (",", ";", "\t")
_SEPARATOR_LINE: Final = re.compile(r"""["']?sep=([,;|\t])["']?\r?\n""", re.IGNORECASE)
_NOT_A_WORD: Final = re.compile(r"[\W_]+")

Columns = Mapping[str, tuple[int, ...]]


@dataclass(frozen=True, slots=True)
class Row:
    """One record: the line that it begins on, from 1, and its cells."""

    line: int
    cells: tuple[str, ...]

    @property
    def says_something(self) -> bool:
        return any(cell.strip() for cell in self.cells)


@dataclass(frozen=True, slots=True)
class Table:
    """A decoded file: `columns` maps each wanted name to its places in the header, best first."""

    path: Path
    digest: str
    encoding: str
    columns: Columns
    width: int
    _text: str
    _delimiter: str

    def rows(self) -> Iterator[Row]:
        """The records after the header, without the blank ones; UsageError for broken quotes."""
        return (row for row in self.lines() if row.says_something)

    def lines(self) -> Iterator[Row]:
        """The same with those that have cells, and nothing in them."""
        records = _records(self._text, self._delimiter, self.path)
        next(row for row in records if row.says_something)
        yield from records


def read_table(
    path: Path,
    synonyms: Mapping[str, Sequence[str]],
    required: Sequence[Sequence[str]],
    example: str = "user,team",
) -> Table:
    """Open a table that has, of every group in `required`, at least one column.

    `synonyms` maps a name to the header words for it, folded as `_folded` does, best first.
    The delimiter is the one under which all required columns are found. UsageError says which file
    and line is wrong and what to do: `example` is the first line that the table might have.
    """
    content = _content(path)
    encoding = encoding_of(content, whole=True)
    text = content.decode(encoding, "replace").replace("\0", "")
    announced = _SEPARATOR_LINE.match(text)
    delimiters = (announced[1], *_DELIMITERS) if announced else _DELIMITERS
    text = "\n" + text[announced.end() :] if announced else text
    delimiter, header = _header(text, delimiters, synonyms, required, path, example)
    columns = _columns(header.cells, synonyms)
    digest = hashlib.sha256(content).hexdigest()
    return Table(path, digest, encoding, columns, len(header.cells), text, delimiter)


def _content(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            content = file.read(LARGEST + 1)
    except OSError as error:
        raise UsageError(
            f"Cannot read the table: {error.strerror or error}.",
            where=str(path),
            remedy="Check the path and that you may read the file.",
        ) from error
    if len(content) > LARGEST:
        raise UsageError(
            f"The table is larger than {LARGEST >> 20} MiB.",
            where=str(path),
            remedy="Keep only the columns that are needed.",
        )
    return content


def _header(
    text: str,
    delimiters: Sequence[str],
    synonyms: Mapping[str, Sequence[str]],
    required: Sequence[Sequence[str]],
    path: Path,
    example: str,
) -> tuple[str, Row]:
    best: Row | None = None
    broken: UsageError | None = None
    for delimiter in delimiters:
        try:
            records = _records(text, delimiter, path)
            header = next((row for row in records if row.says_something), None)
        except UsageError as error:
            broken = error
            continue
        if header is not None and not _missing(header, synonyms, required):
            return delimiter, header
        if header is not None and (best is None or len(header.cells) > len(best.cells)):
            best = header
    if best is None and broken is not None:
        raise broken
    raise _no_columns(best, synonyms, required, path, example)


def _missing(
    header: Row, synonyms: Mapping[str, Sequence[str]], required: Sequence[Sequence[str]]
) -> list[str]:
    found = _columns(header.cells, synonyms)
    return [group[0] for group in required if not any(found[name] for name in group)]


def _no_columns(
    header: Row | None,
    synonyms: Mapping[str, Sequence[str]],
    required: Sequence[Sequence[str]],
    path: Path,
    example: str,
) -> UsageError:
    remedy = f"Begin the table with a line like: {example}"
    if header is None:
        return UsageError("The table is empty.", where=str(path), remedy=remedy)
    names = ", ".join(repr(cell.strip()[:40]) for cell in header.cells[:12])
    missing = " and ".join(f"'{name}'" for name in _missing(header, synonyms, required))
    return UsageError(
        f"The table has no column {missing}; its first line has {names}.",
        where=f"{path}:{header.line}",
        remedy=remedy,
    )


def _columns(cells: Sequence[str], synonyms: Mapping[str, Sequence[str]]) -> Columns:
    words = [_folded(cell) for cell in cells]
    return {
        name: tuple(at for known in accepted for at, word in enumerate(words) if word == known)
        for name, accepted in synonyms.items()
    }


def _folded(word: str) -> str:
    """Lower case without accents, blanks and punctuation: `Cost Centre` is `costcentre`."""
    apart = unicodedata.normalize("NFKD", word[:100])
    plain = "".join(letter for letter in apart if not unicodedata.combining(letter))
    return _NOT_A_WORD.sub("", plain.lower())


def _records(text: str, delimiter: str, path: Path) -> Iterator[Row]:
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    while True:
        line = reader.line_num + 1
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            raise UsageError(
                f"The table cannot be read on: {error}.",
                where=f"{path}:{line}",
                remedy="Look at the quotation marks of this line: each must be closed, and doubled "
                "within a cell.",
            ) from error
        if cells:
            yield Row(line, tuple(cells))
