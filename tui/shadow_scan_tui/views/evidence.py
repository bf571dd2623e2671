"""The requests behind a figure, down to the line of the log, under the same filter and period."""

from __future__ import annotations

from shadow_scan.vocabulary import some
from shadow_scan_tui.lines import Lines
from shadow_scan_tui.loading import Asking
from shadow_scan_tui.shown import LARGE, MIDDLE, Column, Shown

_PARTS = {
    "own": "of its own hosts",
    "joined": "of shared hosts, as for uploads, that joined it",
    "blocked": "blocked, which count nowhere else",
}


def ask_evidence(asking: Asking) -> Shown:
    from shadow_scan.listings.evidence import evidence

    asking = asking.of_whoever()
    asked, place, whose = asking.asked, asking.desk.place, asking.usual
    found = asking.aside(lambda: evidence(place, asked, whose))
    parts = sorted(found.parts.items(), key=lambda part: list(_PARTS).index(part[0]))
    told = ", ".join(f"{count:,} {_PARTS[part]}" for part, count in parts)
    shown = len(found.table.rows)
    cut = f"; the newest {shown:,} are shown" if shown < found.total else ""
    return Shown(
        (f"{some(found.total, 'request')}: {told}{cut}" if told else "",
        ),
        (
            Column("event_time", "When", longest=19, least=19),
            Column("team", "Team", longest=12),
            Column("request", "Request", longest=34),
            Column("bytes_up", "Out"),
            Column("evidence", "Proof"),
            Column("source_file", "Source", MIDDLE, 24),
            Column("source_line", "Line", MIDDLE),
            Column("part", "Counts as", LARGE),
            Column("user", "Who", LARGE),
            Column("task", "Task", LARGE, 16),
        ),
        Lines(found.table),
        hint="The newest first; enter shows why, {copy} copies file and line.",
    )  # fmt: skip
