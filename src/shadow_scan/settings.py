"""The settings of a workspace: `settings.toml`, strict, with every problem named at once.

Read at each start, before the first rows of a screen: checked without a library of models.
"""

from __future__ import annotations

import difflib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any

from shadow_scan.errors import UsageError

_SEVERITIES = ("low", "medium", "high", "critical")
_SMALLEST, _LARGEST = 1, 1000


@dataclass(frozen=True, slots=True)
class Settings:
    plain_users: bool = False
    """Store names as the logs have them, instead of keyed pseudonyms."""
    time_zone: str | None = None
    """The zone of logs that write none, by its IANA name; UTC is assumed, and said, without it."""
    champions_as_people: bool = False
    """Let `value --champions people` name people, under their pseudonyms."""
    subnets: Mapping[str, str] = field(default_factory=dict)
    """Network in CIDR notation -> team, for traffic that carries no name."""
    relays: list[str] = field(default_factory=list)
    """Addresses and networks of your own proxies and gateways: they send for somebody else."""
    decisions: str | None = None
    """A folder for the ledger of decisions that several share; relative to the workspace."""
    webhook: str | None = None
    """Where `scan` and `watch` post new findings, as https://alerts.example/shadow-scan."""
    alert_severity: str = "low"
    """Less severe findings are not alerted."""
    smallest_team: int = 5
    """Teams of fewer people fold together in what leaves the machine: reports, alerts, --share."""
    keys: Mapping[str, str] = field(default_factory=dict)
    """Action -> key of the screens, as `decide = "ctrl+d"`; docs/keys.md names the actions."""


def checked_zone(name: str, where: str) -> str:
    """The zone's name, if there is such a zone. Raises UsageError with the nearest ones."""
    import zoneinfo

    zones = zoneinfo.available_timezones()
    if name in zones:
        return name
    near = difflib.get_close_matches(name, zones, n=2)
    remedy = f"did you mean {' or '.join(near)}?" if near else "use an IANA name, as Europe/Berlin"
    raise UsageError(f"no time zone '{name[:60]}'", where=where, remedy=remedy)


def load_settings(path: Path) -> Settings:
    """Settings of a file, or the defaults when there is none. Raises UsageError."""
    import tomllib

    try:
        text = path.read_text("utf-8-sig")
    except FileNotFoundError:
        return Settings()
    except (OSError, UnicodeDecodeError) as error:
        what = f"the settings cannot be read: {getattr(error, 'strerror', None) or error}"
        remedy = "make it a text file in UTF-8 that you may read, or take it away"
        raise UsageError(what, where=str(path), remedy=remedy) from None
    try:
        written = tomllib.loads(text)
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        raise UsageError(f"the settings are no TOML: {error}", where=str(path)) from None
    problems = list(_problems(written))
    if problems:
        raise UsageError("the settings are wrong", where=str(path), details=problems)
    return Settings(**written)


def _problems(written: Mapping[str, Any]) -> Iterator[str]:
    for key, value in written.items():
        if key not in _CHECKS:
            near = difflib.get_close_matches(key, _CHECKS, n=1)
            yield f"unknown key '{key}'" + (f", did you mean '{near[0]}'?" if near else "")
        elif problem := _CHECKS[key](value):
            yield f"{key}: {problem}"


def _switch(value: Any) -> str:
    return "" if isinstance(value, bool) else "must be true or false"


def _text(value: Any) -> str:
    return "" if isinstance(value, str) else "must be a text between quotes"


def _folder(value: Any) -> str:
    return _text(value) or ("" if value.strip() else "must name a folder, or be left out")


def _texts(value: Any) -> str:
    whole = isinstance(value, list) and all(isinstance(one, str) for one in value)
    return "" if whole else 'must be a list of texts, as ["one", "two"]'


def _table(value: Any) -> str:
    whole = isinstance(value, dict) and all(isinstance(one, str) for one in value.values())
    return "" if whole else 'must be a table of texts, as name = "text"'


def _severity(value: Any) -> str:
    return "" if value in _SEVERITIES else f"must be one of {', '.join(_SEVERITIES)}"


def _people(value: Any) -> str:
    whole = isinstance(value, int) and not isinstance(value, bool)
    within = whole and _SMALLEST <= value <= _LARGEST
    return "" if within else f"must be a number from {_SMALLEST} to {_LARGEST}"


def _zone(value: Any) -> str:
    if problem := _text(value):
        return problem
    try:
        checked_zone(value, "time_zone")
    except UsageError as error:
        return f"{error.what}; {error.remedy}"
    return ""


_CHECKS: dict[str, Callable[[Any], str]] = {
    "plain_users": _switch, "time_zone": _zone, "champions_as_people": _switch,
    "subnets": _table, "relays": _texts, "decisions": _folder, "webhook": _text,
    "alert_severity": _severity, "smallest_team": _people, "keys": _table,
}  # fmt: skip
"""Key -> what is wrong with its value, or ''."""
if _CHECKS.keys() != {one.name for one in fields(Settings)}:
    raise TypeError("a setting has no check, or a check no setting")
