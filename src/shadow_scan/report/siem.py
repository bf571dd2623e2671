"""Findings for a SIEM: as OCSF Detection Findings, or as ECS alerts; one JSON object a line.

OCSF 1.3 (schema.ocsf.io, class 2004) and ECS 8 (the fields of `event`, `rule` and `observer`);
what neither has a field for stands under `unmapped`, or `shadow_scan`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

import msgspec

from shadow_scan import __version__

Record = Mapping[str, Any]

_SEVERITY = {"low": 2, "medium": 3, "high": 4, "critical": 5}
"""Of OCSF; ECS leaves the numbers to the source, so the same are used."""
_OURS = (
    *("policy", "service", "team", "host", "users", "sessions", "events", "blocked", "bytes_up"),
    *("bytes_down", "days", "recommendation", "coverage", "evidence", "state", "answer"),
)


def ocsf(finding: Record) -> dict[str, Any]:
    severity = _SEVERITY[finding["severity"]]
    answered = finding["state"] == "answered"
    return {
        "activity_id": 1,
        "activity_name": "Create",
        "category_uid": 2,
        "category_name": "Findings",
        "class_uid": 2004,
        "class_name": "Detection Finding",
        "type_uid": 200401,
        "time": _milliseconds(finding["last_time"]),
        "start_time": _milliseconds(finding["first_time"]),
        "end_time": _milliseconds(finding["last_time"]),
        "severity_id": severity,
        "severity": finding["severity"].capitalize(),
        "status_id": 4 if answered else 1,
        "status": "Resolved" if answered else "New",
        "message": _message(finding),
        "finding_info": {
            "uid": finding["finding"],
            "title": _title(finding),
            "desc": "; ".join(finding["reasons"]),
            "first_seen_time": _milliseconds(finding["first_time"]),
            "last_seen_time": _milliseconds(finding["last_time"]),
            "analytic": {"name": finding["policy"], "type_id": 1, "type": "Rule"},
            "types": ["shadow AI"],
        },
        "remediation": {"desc": finding["recommendation"]},
        "metadata": {
            "version": "1.3.0",
            "product": {
                "name": "shadow-scan",
                "vendor_name": "shadow-scan",
                "version": __version__,
            },
        },
        "unmapped": {name: finding[name] for name in _OURS},
    }


def ecs(finding: Record) -> dict[str, Any]:
    return {
        "@timestamp": finding["last_time"] or datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ"),
        "ecs": {"version": "8.11.0"},
        "message": _message(finding),
        "event": {
            "kind": "alert",
            "category": ["network"],
            "type": ["info"],
            "action": finding["policy"],
            "id": finding["finding"],
            "severity": _SEVERITY[finding["severity"]],
            "start": finding["first_time"],
            "end": finding["last_time"],
            "provider": "shadow-scan",
            "reason": "; ".join(finding["reasons"]),
        },
        "rule": {"name": finding["policy"], "category": "shadow AI"},
        "observer": {"product": "shadow-scan", "version": __version__, "type": "log analysis"},
        "service": {"name": finding["service"] or finding["host"]},
        "shadow_scan": {name: finding[name] for name in _OURS},
    }


SIEM: dict[str, Callable[[Record], dict[str, Any]]] = {"ocsf": ocsf, "ecs": ecs}


def lines(findings: Sequence[Record], target: str) -> Iterator[str]:
    for finding in findings:
        yield msgspec.json.encode(SIEM[target](finding)).decode() + "\n"


def _title(finding: Record) -> str:
    what = finding["name"] or finding["host"]
    return f"{finding['policy']}: {what}" + (f", {finding['team']}" if finding["team"] else "")


def _message(finding: Record) -> str:
    return f"{_title(finding)}: {'; '.join(finding['reasons'])}"


def _milliseconds(moment: str | None) -> int | None:
    return None if moment is None else round(datetime.fromisoformat(moment).timestamp() * 1000)
