"""What buyers ask of a tool: its place on the grid, and the six criteria; unknown is shown."""

from __future__ import annotations

from collections import Counter

from shadow_scan.report import pieces
from shadow_scan.report.document import Grid, Section, Sentence, grid, note
from shadow_scan.report.gathering import Gathered

_MOST = 10
_PLACE = [("service", "service"), ("users", "people"), ("customisation", "fits our work"),
          ("memory", "remembers and learns"), ("place", "so it is")]  # fmt: skip


def placed(known: Gathered) -> Section:
    """Customisation and memory of the services in use (S7)."""
    table = pieces.named(known, known.tables["grid"])
    open_ones = sum(row["place"].startswith("unknown") for row in table.records())
    text = f"{open_ones} of {len(table.rows)} services in use cannot be placed: ask their vendors."
    if not open_ones:
        text = "Every service in use can be placed."
    blocks = (Sentence(text), grid(table, "", _PLACE, _MOST))
    return Section("grid", "Which tools learn, and fit our work", blocks)


def scored(known: Gathered) -> Section:
    """The six criteria of the services that most people use (S8)."""
    records = known.tables["scorecard"].records()
    counted = Counter(row["known"] for row in records)
    text = (
        f"Of {len(records)} questions on the services in use, your people answered "
        f"{counted['answered']}, the catalogue or the logs give hints on {counted['hints']}, and "
        f"nobody knows {counted['unknown']}."
    )
    criteria = tuple(dict.fromkeys(row["criterion"] for row in records))
    cells = {(row["service"], row["criterion"]): _cell(row) for row in records}
    services = tuple(dict.fromkeys(row["service"] for row in records))
    rows = tuple(
        (known.name(service), *(cells[service, criterion] for criterion in criteria))
        for service in services[:_MOST]
    )
    columns = ("service", *criteria)
    table = Grid("", columns, columns, rows, max(len(services) - _MOST, 0))
    hint = note("hints: `shadow-scan scorecard` shows them with their sources; scorecard.csv holds "
                "what your people answer.")  # fmt: skip
    return Section("scorecard", "What buyers ask", (Sentence(text), table, hint))


def _cell(row: dict[str, object]) -> str:
    return str(row["answer"] if row["known"] == "answered" else row["known"])
