"""Small teams fold together before anything is counted, so that no subtraction tells of one."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import duckdb

from shadow_scan.store.database import rows

SMALLEST: Final = 5
FOLDED: Final = "smaller teams"
_SIZES: Final = """
    SELECT team, coalesce(any_value(people), count(DISTINCT identity)) AS size
    FROM usage LEFT JOIN team_people USING (team)
    WHERE team <> 'unattributed' GROUP BY team
    UNION ALL
    SELECT team, people FROM team_people WHERE team NOT IN (SELECT team FROM usage)"""
_VIEWS: Final = ("usage", "sessions", "agent_use", "known_people")


def fold_small_teams(connection: duckdb.DuckDBPyConnection, smallest: int = SMALLEST) -> list[str]:
    """From now on, on this connection, every statement sees the folded teams; which, is returned.

    `usage`, `sessions` and the others are covered by temporary views of the same name.
    """
    folded = together(dict(rows(connection, _SIZES)), smallest)
    connection.execute("CREATE TEMP TABLE folded (team VARCHAR)")
    if folded:
        connection.executemany("INSERT INTO folded VALUES ($1)", [[team] for team in folded])
    place = connection.execute("SELECT current_database()").fetchall()[0][0]
    for name in _VIEWS:
        connection.execute(
            f"CREATE TEMP VIEW {name} AS SELECT t.* REPLACE "
            f"(CASE WHEN t.team IN (FROM folded) THEN '{FOLDED}' ELSE t.team END AS team) "
            f'FROM "{place}".main.{name} AS t'
        )
    connection.execute(
        "CREATE TEMP VIEW team_people AS SELECT "
        f"CASE WHEN team IN (FROM folded) THEN '{FOLDED}' ELSE team END AS team, "
        f'sum(people)::BIGINT AS people FROM "{place}".main.team_people GROUP BY ALL'
    )
    connection.execute(f"UPDATE findings SET team = '{FOLDED}' WHERE team IN (FROM folded)")
    return folded


def together(sizes: Mapping[str, int], smallest: int) -> list[str]:
    """The teams that fold: the small ones, and the next larger ones until all of them together
    are no small team either."""
    by_size = sorted(sizes, key=lambda team: (sizes[team], team))
    folded = [team for team in by_size if sizes[team] < smallest]
    rest = [team for team in by_size if sizes[team] >= smallest]
    while folded and rest and (sum(sizes[t] for t in folded) < smallest or len(folded) < 2):
        folded.append(rest.pop(0))
    return sorted(folded)
