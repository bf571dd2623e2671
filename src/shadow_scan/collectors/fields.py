"""Named fields out of lines: what the declarations of formats are written with.

Every function gives SQL that reads the relation `lines` and yields `line_number` and the wanted
fields as text, NULL where a line does not have them. A field is wanted as 'key', or 'key|other' for
names that the same thing has had over the years: the first that is there counts.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any

ABSENT = ("", "-")
"""What most logs write for nothing; a format with markers of its own says so."""


def keyed(
    wanted: Mapping[str, str],
    *,
    text: str = "line",
    sign: str = "=",
    between: str = " ",
    unescaped: str = "{}",
    absent: Sequence[str] = ABSENT,
    extra: Mapping[str, str] | None = None,
) -> str:
    """Fields of `key=value key="value"`; values may hold blanks with or without quotes.

    The text is split at the sign: a piece is a value and, behind its last blank, the next key.
    Where a value holds a sign itself, the text is split again with those signs out of the way.
    `unescaped` undoes what the log escapes, for a value {}. `extra`: more columns, over `line`.
    """
    sign, gap = _quoted(sign), _quoted(between)
    keys = sorted({key for names in wanted.values() for key in names.split("|")})
    pieces = ", ".join(
        f"pieces[list_position(names, {_quoted(key)}) + 1] AS piece{i}"
        for i, key in enumerate(keys)
    )
    steps = (f"keyed_value({{}}, {gap})", "restored_value({}, is_cut)", unescaped)
    read = "{0}"
    for step in steps if unescaped != "{}" else steps[:2]:
        columns = ", ".join(f"{step.format(f'piece{i}')} AS piece{i}" for i in range(len(keys)))
        read = f"SELECT line_number, line, is_cut, {columns} FROM ({read})"
    places = {key: i for i, key in enumerate(keys)}
    picked = _picked(wanted, lambda key: _unless(absent, f"piece{places[key]}"), extra)
    found = f"""SELECT line_number, line, is_cut, {pieces} FROM (
        SELECT *, list_transform(pieces, lambda piece: split_part(piece, {gap}, -1)) AS names FROM (
        SELECT line_number, line, is_cut, string_split(
            CASE WHEN is_cut THEN with_signs_put_away(text, {sign}, {gap}) ELSE text END, {sign})
            AS pieces FROM (
        SELECT *, is_cut_by_signs(text, {gap}) AS is_cut FROM (
        SELECT line_number, line, ({text}) || {gap} AS text FROM lines))))"""
    return f"SELECT line_number, line, {picked} FROM ({read.replace('{0}', found)})"


def pairs(
    wanted: Mapping[str, str],
    *,
    text: str = "line",
    delimiter: str = "chr(9)",
    absent: Sequence[str] = ABSENT,
    extra: Mapping[str, str] | None = None,
) -> str:
    """Fields of `key=value` parted by a delimiter that no value holds (an SQL expression)."""
    value = _named("values", 0)
    return f"""SELECT line_number, line, {_picked(wanted, value, extra)} FROM (
        SELECT line_number, line, list_transform(pieces, lambda piece: split_part(piece, '=', 1))
            AS names,
            list_transform(list_transform(pieces, lambda piece: paired_value(piece)),
                lambda value: {_unless(absent, "value")}) AS values
        FROM (SELECT line_number, line, string_split({text}, {delimiter}) AS pieces FROM lines))"""


def cef(
    wanted: Mapping[str, str],
    *,
    text: str = "cef_extension(line)",
    absent: Sequence[str] = ABSENT,
    extra: Mapping[str, str] | None = None,
) -> str:
    """Fields of the extension of a CEF record; `extra` may use `cef_header(line)[1..7]`."""
    return keyed(wanted, text=text, unescaped="cef_text({})", absent=absent, extra=extra)


def leef(
    wanted: Mapping[str, str],
    *,
    absent: Sequence[str] = ABSENT,
    extra: Mapping[str, str] | None = None,
) -> str:
    """Fields of a LEEF 1.0 or 2.0 record, whatever delimiter its header names."""
    return pairs(wanted, text="leef_attributes(line)", absent=absent, extra=extra)


def cells(
    wanted: Mapping[str, int],
    *,
    delimiter: str = ",",
    text: str = "line",
    absent: Sequence[str] = ABSENT,
    extra: Mapping[str, str] | None = None,
) -> str:
    """Cells of a delimited row by their place (from 1; 0: the row has none); quotes as RFC 4180.
    The column `cells` counts them."""
    sign = _quoted(delimiter)
    named = {name: f"cell[{place}]" if place else "NULL" for name, place in wanted.items()}
    return f"""SELECT line_number, line, len(cell) AS cells, {_listed(named, extra)} FROM (
        SELECT line_number, line, list_transform(list_transform(cell, lambda value:
            csv_cell(value, {sign})), lambda value: {_unless(absent, "value")}) AS cell
        FROM (SELECT line_number, line, csv_cells({text}, {sign}) AS cell FROM lines))"""


def members(
    wanted: Mapping[str, str],
    *,
    text: str = "line",
    absent: Sequence[str] = ABSENT,
    extra: Mapping[str, str] | None = None,
) -> str:
    """Members of a JSON object by their path ('event.user.name'); lists come as JSON text."""
    structure: dict[str, Any] = {}
    for path in (path for paths in wanted.values() for path in paths.split("|")):
        _planted(structure, steps(path))
    return f"""SELECT line_number, line, is_object,
        {_picked(wanted, lambda path: _unless(absent, "object." + _dotted(path)), extra)} FROM (
        SELECT *, object IS NOT NULL AS is_object FROM (
        SELECT line_number, line, from_json(CASE WHEN json_valid({text}) THEN {text} END,
            {_quoted(json.dumps(structure))}) AS object FROM lines))"""


def names_columns(line: str) -> bool:
    """A row of column names has no '=' in it: `key=value` may begin with a column's name too."""
    return line.startswith("#") or "=" not in line


def places(fields: Sequence[str], wanted: Mapping[str, str]) -> dict[str, int]:
    """Places (from 1) of the wanted columns in a header; 0 where it names none of a field's."""
    found = {name.strip().lower(): place for place, name in reversed(list(enumerate(fields, 1)))}
    return {
        field: next((found[n] for n in names.lower().split("|") if n in found), 0)
        for field, names in wanted.items()
    }


def variants(told_by: Mapping[str, str]) -> str:
    """The fields of a format's variants in one relation: condition on `line` -> fields.

    The first condition that holds decides for a line; the column `variant` says which it was, from
    1; 0 is none, and such a line has no fields.
    """
    cases = " ".join(f"WHEN {when} THEN {place}" for place, when in enumerate(told_by, 1))
    parts = [
        f"(WITH lines AS (SELECT line_number, line FROM told WHERE variant = {place}) "
        f"SELECT *, {place} AS variant FROM ({fields}))"
        for place, fields in enumerate(told_by.values(), 1)
    ]
    parts.append("(SELECT line_number, line, 0 AS variant FROM told WHERE variant = 0)")
    together = " UNION ALL BY NAME ".join(parts)
    return f"""WITH told AS (
        SELECT line_number, line, CASE {cases} ELSE 0 END AS variant FROM lines) {together}"""


def record(
    fields: str,
    *,
    skipped: Mapping[str, str] | None = None,
    rejected: Mapping[str, str] | None = None,
    let: Mapping[str, str] | None = None,
    **columns: str,
) -> str:
    """The statement of a format: its columns over its fields, and reason -> condition of verdicts.

    `let` are words that the columns share, each made from fields alone.
    """
    shared = "".join(f", {expression} AS {name}" for name, expression in (let or {}).items())
    verdicts = {"skipped": _verdict(skipped or {}), "rejected": _verdict(rejected or {})}
    listed = ", ".join(f"{given} AS {name}" for name, given in {**verdicts, **columns}.items())
    return f"""SELECT line_number, {listed} FROM (SELECT *{shared} FROM ({fields}))"""


def _verdict(reasons: Mapping[str, str]) -> str:
    if not reasons:
        return "NULL::VARCHAR"
    cases = " ".join(f"WHEN {when} THEN {_quoted(reason)}" for reason, when in reasons.items())
    return f"CASE {cases} END"


def _named(values: str, behind: int) -> Callable[[str], str]:
    """The value of a key out of the lists `names` and `values`, which may stand further on."""
    return lambda key: f"{values}[list_position(names, {_quoted(key)}) + {behind}]"


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
    nothing = ", ".join(_quoted(marker) for marker in absent)
    return f"CASE WHEN {value} NOT IN ({nothing}) THEN {value} END"


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


def _planted(structure: dict[str, Any], path: Sequence[str]) -> None:
    """Grows the structure by one path; an object wins over a value of the same name, and the first
    of two names that differ in case alone."""
    *branches, leaf = path
    for branch in branches:
        if not isinstance(structure.get(branch), dict):
            structure[branch] = {}
        structure = structure[branch]
    if leaf.lower() not in map(str.lower, structure):
        structure[leaf] = "VARCHAR"


def steps(path: str) -> list[str]:
    """The names along a path; a dot that belongs to a name is written as '\\.'."""
    return [name.replace("\\.", ".") for name in re.split(r"(?<!\\)\.", path)]


def _dotted(path: str) -> str:
    return ".".join('"' + name.replace('"', '""') + '"' for name in steps(path))
