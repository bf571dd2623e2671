"""Turns a filter into conditions of SQL: over the rows that are counted, and over what comes out.

The text is made of names from our own tables only; every value is bound under a name of its own.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Any

from shadow_scan.errors import UsageError
from shadow_scan.filters.language import Condition, Filter
from shadow_scan.filters.terms import UNKNOWN, Term
from shadow_scan.filters.values import Ago, Value

NEWEST_DAY = "(SELECT max(day) FROM main.usage)"
_STRENGTH = "['resolved', 'connected', 'transacted'][strength]"
_ACTIVITY = "coalesce(activity, 'interactive')"
"""As listings say it: what nobody has classed counts as people's."""
_CATEGORY = "(SELECT category FROM services AS known WHERE known.service = {row}.service)"
_STATUS = (
    "coalesce((SELECT status FROM rulings WHERE rulings.service = {row}.service "
    "AND rulings.plan IS NULL AND rulings.team IS NULL), 'unreviewed')"
)
_OF_RULING = (
    "(SELECT arg_max({value}, weight) FROM rulings WHERE rulings.service = {row}.service "
    "AND (rulings.team IS NULL OR rulings.team = {row}.team) "
    "AND (rulings.plan IS NULL OR lower(rulings.plan) = lower({row}.plan)))"
)
_RULING = "coalesce(" + _OF_RULING.replace("{value}", "rulings.status") + ", 'unreviewed')"
_DECIDED = _OF_RULING.replace("{value}", "rulings.decided")
_COMPANY_PLAN = (
    "CASE WHEN {row}.service IN (SELECT service FROM rulings WHERE status = 'sanctioned') "
    "THEN 'yes' ELSE 'no' END"
)
_BYPASS = (
    f"CASE WHEN {_RULING} <> 'sanctioned' "
    "AND ({row}.identity, {row}.service) NOT IN (SELECT (identity, service) FROM has_tool "
    "WHERE licensed) AND (({row}.identity, "
    + _CATEGORY
    + ") IN (SELECT (identity, category) FROM has_tool) OR ({row}.identity, {row}.task) IN "
    "(SELECT (identity, task) FROM has_tool WHERE task NOTNULL)) THEN 'yes' ELSE 'no' END"
)
_ROW_COLUMNS: Mapping[str, Mapping[str, tuple[str, ...]]] = {
    relation: {
        "status": (_STATUS.format(row=relation),),
        "evidence": (_STRENGTH,),
        "ruling": (_RULING.format(row=relation),),
        "days_ruled": (f"date_diff('day', {_DECIDED.format(row=relation)}, {day})",),
        "company_plan": (_COMPANY_PLAN.format(row=relation),),
        "bypass": (_BYPASS.format(row=relation),),
        "user": ("identity",),
        "activity": (_ACTIVITY,),
        **{name: (name,) for name in ("team", "task", "user_kind", "account", "plan", "surface")},
        **dict.fromkeys(("day", "since", "until"), (day,)),
        **more,
    }
    for relation, day, more in (
        ("usage", "day", {}),
        (
            "sessions",
            "CAST(first_time AS DATE)",
            {name: (name,) for name in ("session", "tier", "confidence")},
        ),
    )
}
"""Relation -> term -> the expressions that hold its value."""
_SERVICE_COLUMNS: Mapping[str, tuple[str, ...]] = {
    "service": ("service", "name"),
    "vendor": ("vendor", "vendor_name"),
    **{name: (name,) for name in ("category", "trains", "region", "agreement")},
}
"""Term -> the columns of `services`, where every service of a row stands. The services that fit are
asked for once: a question for each row takes ten times as long to plan."""
_FITTING = "{row}.service IN (SELECT service FROM services WHERE {condition})"
_RESULT_DAYS = {
    "since": ("day", "last_time"),
    "until": ("day", "first_time"),
    "day": ("day",),
}


@dataclass(slots=True)
class Compiled:
    """`rows`: relation -> condition; `result`: a condition over the columns that come out."""

    rows: dict[str, str] = field(default_factory=dict)
    result: str = "true"
    parameters: dict[str, Any] = field(default_factory=dict)


def compiled(given: Filter, relations: Collection[str], columns: Collection[str]) -> Compiled:
    """The filter over a statement that reads `relations` (of `usage` and `sessions`) and yields
    `columns`. Raises UsageError for a term that nothing in it can answer."""
    answer = Compiled(dict.fromkeys(relations, "true"))
    for condition in given.conditions:
        if condition.term is None:
            _add(answer, _searched(condition, columns, answer.parameters))
        elif _asks_rows(condition.term, relations, columns):
            for relation in _answering(condition.term, relations):
                sql = _of_rows(condition, condition.term.name, relation, answer.parameters)
                answer.rows[relation] += f" AND {_turned(condition, sql)}"
        else:
            sql = _compared(condition, _of_result(condition.term, columns), answer.parameters)
            _add(answer, _turned(condition, sql))
    return answer


def _add(answer: Compiled, sql: str) -> None:
    answer.result += f" AND {sql}"


def _asks_rows(term: Term, relations: Collection[str], columns: Collection[str]) -> bool:
    if term.place == "result" or (term.place == "either" and term.name in columns):
        return False
    return bool(_answering(term, relations))


def _answering(term: Term, relations: Collection[str]) -> list[str]:
    """All relations that are read, or none: a half-narrowed line would add up to nothing."""
    answers = term.name in _SERVICE_COLUMNS or all(
        term.name in _ROW_COLUMNS[relation] for relation in relations
    )
    return list(relations) if answers else []


def _of_rows(condition: Condition, name: str, relation: str, parameters: dict[str, Any]) -> str:
    if columns := _SERVICE_COLUMNS.get(name):
        fitting = _compared(condition, columns, parameters)
        return _FITTING.format(row=relation, condition=fitting)
    return _compared(condition, _ROW_COLUMNS[relation][name], parameters)


def _of_result(term: Term, columns: Collection[str]) -> tuple[str, ...]:
    names = _RESULT_DAYS.get(term.name, (term.name,))
    found = [name for name in names if name in columns]
    if not found:
        remedy = f"it has {', '.join(columns)}"
        what = f"this listing cannot be filtered by '{term.name}'"
        raise UsageError(what, where="filter", remedy=remedy)
    named = "name" in columns and term.name == "service"
    quoted = [f'"{name}"' for name in [found[0], *(["name"] if named else [])]]
    return tuple(f"CAST({name} AS DATE)" if term.kind == "day" else name for name in quoted)


def _searched(condition: Condition, columns: Collection[str], parameters: dict[str, Any]) -> str:
    listed = ", ".join(f'CAST("{name}" AS VARCHAR)' for name in columns)
    name = _bound(parameters, condition.values[0])
    found = f"contains(lower(concat_ws(' ', {listed})), {name})"
    return f"NOT {found}" if condition.negated else found


def _compared(
    condition: Condition, expressions: tuple[str, ...], parameters: dict[str, Any]
) -> str:
    each = [
        _one(condition, expression, value, parameters)
        for expression in expressions
        for value in condition.values
    ]
    return f"({' OR '.join(each)})"


def _turned(condition: Condition, sql: str) -> str:
    # What is unknown is not known to fit: a term turned round keeps it.
    return f"({sql}) IS NOT TRUE" if condition.negated else sql


def _one(condition: Condition, sql: str, value: Value, parameters: dict[str, Any]) -> str:
    term = condition.term
    if value is None:
        return f"{sql} IS NULL"
    if term is not None and term.kind == "day":
        return f"{sql} {_day_operator(condition)} {_day(value, parameters)}"
    if isinstance(value, str):
        return _text(sql, value, parameters)
    return f"{sql} {condition.operator} {_bound(parameters, value)}"


def _text(sql: str, value: str, parameters: dict[str, Any]) -> str:
    comparison = "GLOB" if "*" in value else "="
    found = f"lower(CAST({sql} AS VARCHAR)) {comparison} {_bound(parameters, _glob(value))}"
    return f"({sql} IS NULL OR {found})" if value == UNKNOWN else found


def _glob(value: str) -> str:
    """Only `*` is a wildcard of ours; what else GLOB reads as one is meant as it stands."""
    if "*" not in value:
        return value
    return "".join(f"[{mark}]" if mark in "[?" else mark for mark in value)


def _day_operator(condition: Condition) -> str:
    name = condition.term.name if condition.term else ""
    return {"since": ">=", "until": "<="}.get(name, condition.operator)


def _day(value: Value, parameters: dict[str, Any]) -> str:
    if isinstance(value, Ago):
        return f"{NEWEST_DAY} - CAST({_bound(parameters, max(value.days - 1, 0))} AS INTEGER)"
    return f"CAST({_bound(parameters, value)} AS DATE)"


def _bound(parameters: dict[str, Any], value: Value) -> str:
    name = f"filter_{len(parameters)}"
    parameters[name] = value
    return f"${name}"
