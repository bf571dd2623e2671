"""What becomes of a format's answer: types, begins for times, and one verdict a line."""

from __future__ import annotations

from collections.abc import Collection

from shadow_scan.collectors.format import COLUMNS, WORDS, Format

_ALWAYS = ("line_number", "skipped", "rejected", "event_time")
_BOUNDED = "CASE WHEN {1} BETWEEN 0 AND {2} THEN {0} END"
MOST = {"duration_ms": 366 * 86_400_000, "bytes_up": 1 << 44, "bytes_down": 1 << 44}
"""Past a year and sixteen tebibytes a number is a mistake or an attack: the value is unknown."""
FIRST_TIME, LATEST_TIME = 631_152_000_000_000, 4_102_444_800_000_000 - 1
"""1990 to 2099, in microseconds since 1970."""
_NAMES = {
    "flow": "CAST(md5_number_lower({}) >> 1 AS BIGINT)",
    "record": "-1 - CAST(md5_number_lower({}) >> 1 AS BIGINT)",
}
"""Of connections, and below zero of records."""
_VERDICT = """CASE WHEN {skipped} IS NOT NULL THEN NULL
    WHEN {rejected} IS NOT NULL THEN {rejected}
    WHEN {event_time} IS NULL THEN 'no time that can be read'
    WHEN {event_time} NOT BETWEEN make_timestamp({first}) AND make_timestamp({latest})
        THEN 'the time is out of range' END"""


def typed(name: str, value: str) -> str:
    """A column of an event made of a value. Few words as numbers: handed on as texts, each row's
    would be copied, and looked up again."""
    if name not in WORDS:
        return f"CAST({value} AS {COLUMNS[name]})"
    cases = " ".join(f"WHEN '{word}' THEN {at}" for at, word in enumerate(WORDS[name]))
    return f"CASE {value} {cases} END"


def judged(statement: str, given: Collection[str], declared: Format) -> str:
    """The statement with its types, begins for times, and verdicts in order of weight."""
    always = {name: f"NULL::{COLUMNS[name]}" for name in _ALWAYS}
    column = always | {name: typed(name, name) for name in COLUMNS if name in given}
    for name in MOST.keys() & column.keys():
        column[name] = _BOUNDED.format(column[name], name, MOST[name])
    column["rejected"] = _VERDICT.format(**column, first=FIRST_TIME, latest=LATEST_TIME)
    if declared.clock == "end" and "duration_ms" in column:
        column["event_time"] += f" - to_milliseconds(coalesce({column['duration_ms']}, 0))"
    named = [sign.format(name) for name, sign in _NAMES.items() if name in given]
    if named:
        column["flow"] = f"coalesce({', '.join(named)})"
    listed = ", ".join(f"{expression} AS {name}" for name, expression in column.items())
    return f"WITH given AS ({statement}) SELECT {listed} FROM given"
