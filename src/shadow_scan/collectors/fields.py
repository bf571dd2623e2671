"""Named fields out of lines: what the declarations of formats are written with.

Every function gives SQL that reads the relation `lines` and yields `line_number` and the wanted
fields as text, NULL where a line does not have them. A field is wanted as 'key', or 'key|other' for
names that the same thing has had over the years: the first that is there counts.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeVar

from shadow_scan.collectors.columns.asked import Spec, Spelling
from shadow_scan.collectors.columns.cells import Cells
from shadow_scan.collectors.columns.rows import first_cells
from shadow_scan.collectors.format import Header
from shadow_scan.collectors.narrowing import marked
from shadow_scan.collectors.variants import FIELDS, Variants

ENDED, ASKED = "ended", "asked"
"""What sources remember: that connections are told when they end, that questions of lookups are."""
ABSENT = ("", "-")
"""What most logs write for nothing; a format with markers of its own says so."""


def keyed(
    wanted: Mapping[str, str],
    *,
    text: str = "line",
    between: str = " ",
    absent: Sequence[str] = ABSENT,
    extra: Mapping[str, str] | None = None,
    shape: Spelling = "quoted",
) -> str:
    """Fields of `key=value key="value"`; values may hold blanks with or without quotes.

    `extra`: more columns, over `line`.
    """
    spec = Spec(tuple(wanted.values()), tuple(absent), between, shape)
    listed = _listed({name: f"found[{i}]" for i, name in enumerate(wanted, 1)}, extra)
    return f"""SELECT line_number, line, header, {listed} FROM (
        SELECT line_number, line, header, keyed_values({text}, {quoted(str(spec))}) AS found
        FROM lines)"""


def pairs(
    wanted: Mapping[str, str],
    *,
    text: str = "line",
    between: str = "\t",
    absent: Sequence[str] = ABSENT,
    extra: Mapping[str, str] | None = None,
) -> str:
    """Fields of `key=value` parted by a delimiter that no value holds."""
    return keyed(wanted, text=text, between=between, absent=absent, extra=extra, shape="parted")


def cef(
    wanted: Mapping[str, str],
    *,
    absent: Sequence[str] = ABSENT,
    extra: Mapping[str, str] | None = None,
) -> str:
    """Fields of the extension of a CEF record; `extra` may use `cef_header(line, 1..7)`."""
    return keyed(wanted, absent=absent, extra=extra, shape="escaped")


def leef(
    wanted: Mapping[str, str],
    *,
    absent: Sequence[str] = ABSENT,
    extra: Mapping[str, str] | None = None,
) -> str:
    """Fields of a LEEF 1.0 or 2.0 record, whatever delimiter its header names."""
    return pairs(wanted, text="leef_attributes(tabbed(line))", absent=absent, extra=extra)


def cells(
    wanted: Mapping[str, int | tuple[int, ...]],
    *,
    delimiter: str = ",",
    text: str = "line",
    absent: Sequence[str] = ABSENT,
    extra: Mapping[str, str] | None = None,
) -> str:
    """Cells of a delimited row by their place (from 1; 0: the row has none), or the first that says
    something of several; quotes as RFC 4180. The column `cells` counts them."""
    asked: list[int] = []
    named = {}
    for name, given in wanted.items():
        begin = len(asked) + 1
        asked += given if isinstance(given, tuple) else (given,)
        values = [f"found[{place}]" for place in range(begin, len(asked) + 1)]
        named[name] = values[0] if len(values) == 1 else f"coalesce({', '.join(values)})"
    spec = Cells(tuple(asked), tuple(absent), delimiter)
    return f"""SELECT line_number, line, header,
        CAST(found[{len(asked) + 1}] AS BIGINT) AS cells, {_listed(named, extra)}
        FROM (SELECT line_number, line, header, cell_values({text}, {quoted(str(spec))}) AS found
              FROM lines)"""


def members(
    wanted: Mapping[str, str],
    *,
    text: str = "line",
    mended: str = "NULL::VARCHAR",
    absent: Sequence[str] = ABSENT,
    extra: Mapping[str, str] | None = None,
) -> str:
    """Members of a JSON object by their path ('event.user.name'); lists and objects come as JSON
    text. Names that differ in case alone are different members.

    `mended`: what stands for a text that is no JSON, where that is some. A field that is wanted as
    '' is nothing.
    """
    structure, spare = _planned(
        [path for paths in wanted.values() for path in paths.split("|") if path]
    )
    again = f"json_extract_string({{document}}, {list(map(_pointer, spare))})" if spare else "NULL"

    def value(path: str) -> str:
        if not path:
            return "NULL::VARCHAR"
        place = spare.index(path) + 1 if path in spare else 0
        return _unless(absent, f"spare[{place}]" if place else f"object.{_dotted(path)}")

    document = f"""CASE WHEN json_valid({text}) THEN {text}
        WHEN json_valid({mended}) THEN {mended} END"""
    statement = f"""SELECT line_number, line, header, is_object,
        {_picked(wanted, value, extra)} FROM (
        SELECT *, object IS NOT NULL AS is_object, {again.format(document="document")} AS spare
        FROM (SELECT *, from_json(document, {quoted(json.dumps(structure))}) AS object
        FROM (SELECT line_number, line, header, {document} AS document FROM lines)))"""
    return marked(statement, document, wanted, text=text, mended=mended, absent=absent, extra=extra)


def firsts(statement: str, names: Sequence[str]) -> str:
    """The same fields; of those that may be JSON lists, what the list begins with."""
    listed = ", ".join(f'first_listed("{name}") AS "{name}"' for name in names)
    return f"SELECT * REPLACE ({listed}) FROM ({statement})" if names else statement


def stands_within(characters: int, word: str) -> str:
    """Whether a word stands in the first characters of a line. Not by cutting those off: whatever
    counts characters costs five times as much as looking for the word in all of them."""
    return f"strpos(line, {quoted(word)}) BETWEEN 1 AND {characters - len(word) + 1}"


def beginnings(*names: str) -> tuple[str, ...]:
    """How rows of names begin of which one of these is the first, in whatever letters."""
    spelled = (way for name in names for way in (name, name.lower(), name.upper()))
    return tuple(dict.fromkeys(start for n in spelled for start in (n[:4], f'"{n[:3]}')))


def names_columns(line: str) -> bool:
    """A row of column names has no '=' in it: `key=value` may begin with a column's name too."""
    return line.startswith("#") or "=" not in line


def column_names(rows: Sequence[str], before: Header) -> Header:
    """Keeps the names of the last row, without the zone that Azure's portal puts behind a time, and
    the object that searches put before a name."""
    names = first_cells(rows[-1]) if rows else []
    bare = [name.partition(" [")[0].removeprefix("properties.") for name in names]
    return {**before, "fields": bare}


def named_columns(header: Header) -> list[str]:
    """What `column_names` kept; empty before any row of names."""
    named = header.get("fields")
    return list(map(str, named)) if isinstance(named, list) else []


def same_places(rows: Sequence[str], before: Header) -> Header:
    """A row of names above columns whose places are fixed: it is no record, and says nothing."""
    del rows
    return before


def places(fields: Sequence[str], wanted: Mapping[str, str]) -> dict[str, int | tuple[int, ...]]:
    """Places (from 1) of the wanted columns in a header, the better first, as one may be empty
    where another is not; 0 where it names none of a field's."""
    found = {name.strip().lower(): place for place, name in reversed(list(enumerate(fields, 1)))}
    every = {
        field: tuple(dict.fromkeys(found[n] for n in names.lower().split("|") if n in found))
        for field, names in wanted.items()
    }
    return {field: of or 0 for field, of in every.items()}


Fields = TypeVar("Fields", str, Variants)


def record(
    fields: Fields,
    *,
    skipped: Mapping[str, str] | None = None,
    rejected: Mapping[str, str] | None = None,
    let: Mapping[str, str] | None = None,
    **columns: str,
) -> Fields:
    """The statement of a format: its columns over its fields, and reason -> condition of verdicts.

    `let` are words that the columns share, each made from fields alone.
    """
    shared = "".join(f", {expression} AS {name}" for name, expression in (let or {}).items())
    verdicts = {"skipped": _verdict(skipped or {}), "rejected": _verdict(rejected or {})}
    listed = ", ".join(f"{given} AS {name}" for name, given in {**verdicts, **columns}.items())
    frame = f"""SELECT line_number, {listed} FROM (SELECT *{shared} FROM ({FIELDS}))"""
    if isinstance(fields, Variants):
        return fields.around(frame)
    return frame.replace(FIELDS, fields)


def remembering(name: str, statement: Fields) -> Callable[[Header], Fields]:
    """The statement, in which that name in braces stands for whether its source remembers it."""

    def told(header: Header) -> Fields:
        word, value = f"{{{name}}}", str(name in header)
        if isinstance(statement, Variants):
            return statement.given(word, value)
        return statement.replace(word, value)

    return told


def _verdict(reasons: Mapping[str, str]) -> str:
    if not reasons:
        return "NULL::VARCHAR"
    cases = " ".join(f"WHEN {when} THEN {quoted(reason)}" for reason, when in reasons.items())
    return f"CASE {cases} END"


def _picked(
    wanted: Mapping[str, str], value_of: Callable[[str], str], extra: Mapping[str, str] | None
) -> str:
    named = {}
    for name, keys in wanted.items():
        values = [value_of(key) for key in keys.split("|")]
        named[name] = values[0] if len(values) == 1 else f"coalesce({', '.join(values)})"
    return _listed(named, extra)


def _listed(named: Mapping[str, str], extra: Mapping[str, str] | None) -> str:
    return ", ".join(f'{given} AS "{name}"' for name, given in {**named, **(extra or {})}.items())


def _unless(absent: Sequence[str], value: str) -> str:
    """The value without the words that the log writes for nothing."""
    nothing = ", ".join(quoted(marker) for marker in absent)
    return f"CASE WHEN {value} NOT IN ({nothing}) THEN {value} END"


def quoted(text: str) -> str:
    """A text as SQL writes it."""
    return "'" + text.replace("'", "''") + "'"


def _planned(paths: Sequence[str]) -> tuple[dict[str, Any], list[str]]:
    """The structure of the paths, and those that have no place in it: where a name is that of an
    object too, or differs from another in case alone."""
    structure: dict[str, Any] = {}
    deepest_first = sorted(dict.fromkeys(paths), key=lambda path: -len(steps(path)))
    return structure, [path for path in deepest_first if not _planted(structure, steps(path))]


def _planted(structure: dict[str, Any], path: Sequence[str]) -> bool:
    *branches, leaf = path
    for branch in branches:
        if branch not in structure and branch.lower() in map(str.lower, structure):
            return False
        structure = structure.setdefault(branch, {})
    if leaf.lower() in map(str.lower, structure):
        return False
    structure[leaf] = "VARCHAR"
    return True


def _pointer(path: str) -> str:
    return "$." + _dotted(path)


def steps(path: str) -> list[str]:
    """The names along a path; a dot that belongs to a name is written as '\\.'."""
    return [name.replace("\\.", ".") for name in re.split(r"(?<!\\)\.", path)]


def _dotted(path: str) -> str:
    return ".".join('"' + name.replace('"', '""') + '"' for name in steps(path))
