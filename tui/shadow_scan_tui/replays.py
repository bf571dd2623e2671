"""What a ruling would touch, as lines to read; nothing is decided by it."""

from __future__ import annotations

from shadow_scan.procurement.replay import Plan, replay
from shadow_scan_tui.loading import Asking
from shadow_scan_tui.words import written


def replay_lines(asking: Asking, services: tuple[str, ...]) -> list[str]:
    """As if these services were ruled out for everybody, over all days."""
    supplies = asking.supplies
    table, notes = asking.aside(lambda: replay(supplies, Plan(services=services)))
    lines = [f"If {', '.join(services)} were ruled out, nothing is decided by this.", ""]
    for record in table.records():
        told = [
            f"{key.replace('_', ' ')} {written(key, value)[0]}"
            for key, value in record.items()
            if value not in (None, "", []) and key != "kind"
        ]
        lines.append(f"{record['kind']:<9} {'   '.join(told)}")
    return [*lines, "", *(f"note: {note}" for note in notes)]
