"""What stands behind a row, in lines: the trace down to the source line, rejects, the case."""

from __future__ import annotations

from collections.abc import Callable

from shadow_scan_tui.loading import Asking
from shadow_scan_tui.shown import Record, whole_record

Question = Callable[[Asking], list[str]]


def question(opens: str, record: Record) -> tuple[str, Question]:
    """The heading and the question for a row."""
    if opens == "rule":
        from shadow_scan_tui.rule_text import rule_lines

        return f"Rule of {record['name']}", lambda asking: rule_lines(asking, record)
    if opens == "source":
        return f"Rejects of {record['source_file']}", lambda asking: _rejects(asking, record)
    if "source_line" in record:
        file, line = str(record["source_file"]), int(record["source_line"])
        return f"Why: {file}:{line}", lambda asking: _event(asking, file, line)
    if "session" in record:
        session = str(record["session"])
        return f"Why: session {session}", lambda asking: _session(asking, session)
    if record.get("host"):
        host = str(record["host"])
        return f"Why: {host}", lambda asking: [
            *_host(asking, host),
            "",
            *whole_record(record),
        ]
    return "The whole row", lambda asking: whole_record(record)


def _host(asking: Asking, host: str) -> list[str]:
    from shadow_scan.commands.rulebook import host_trace

    return host_trace(asking.desk.place, asking.desk.matcher, host)


def _event(asking: Asking, file: str, line: int) -> list[str]:
    from shadow_scan.commands.rulebook import event_trace

    place, matcher = asking.desk.place, asking.desk.matcher
    return asking.aside(lambda: event_trace(place, matcher, file, line))


def _session(asking: Asking, session: str) -> list[str]:
    from shadow_scan.commands.rulebook import session_trace

    place = asking.desk.place
    return asking.aside(lambda: session_trace(place, session))


def _rejects(asking: Asking, record: Record) -> list[str]:
    from shadow_scan.listings.rejects import rejects

    place = asking.desk.place
    found = asking.aside(lambda: rejects(place)).records()
    own = [row for row in found if row["source_file"] == record["source_file"]]
    lines = [f"{key:<11} {value}" for key, value in record.items() if value is not None]
    lines += ["", "Nothing was rejected." if not own else "The first lines of each reason:"]
    for row in own:
        text = row["text"] if row["text"] is not None else "(the log is gone)"
        lines += [f"line {row['line']}: {row['reason']} ({row['alike']} alike)", f"    {text}"]
    return lines
