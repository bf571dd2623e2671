"""Where corrections meet the facts: whose team somebody set right, which session was which task."""

from __future__ import annotations

import duckdb

from shadow_scan.rules.lessons import Lesson
from shadow_scan.rules.ruleset import RuleSet


def write_taught_teams(connection: duckdb.DuckDBPyConnection, rules: RuleSet) -> None:
    """`taught_teams`: identity -> team, the latest correction of each."""
    connection.execute("CREATE TABLE taught_teams (who VARCHAR PRIMARY KEY, team VARCHAR)")
    taught = {ls.team.who: ls.team.team for ls in rules.lessons if ls.team is not None}
    if taught:
        connection.executemany("INSERT INTO taught_teams VALUES ($1, $2)", list(taught.items()))


def correct_sessions(connection: duckdb.DuckDBPyConnection, rules: RuleSet) -> None:
    """The sessions themselves that taught something are what they were said to be."""
    taught = {ls.task.session: (ls.task.task, ls) for ls in rules.lessons if ls.task is not None}
    for session, (task, lesson) in taught.items():
        connection.execute(
            "UPDATE sessions SET task = $task, confidence = 1, tier = 'observed', "
            "activity = 'interactive', reasons = [$reason] WHERE session = $session",
            {"session": session, "task": task, "reason": _reason(lesson)},
        )


def _reason(lesson: Lesson) -> str:
    return f"learned/{lesson.id}.toml: {lesson.by} corrected it"
