"""The settings of a workspace: `settings.toml`, strict, with every problem named at once."""

from __future__ import annotations

import difflib
import tomllib
import zoneinfo
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator
from pydantic_core import ErrorDetails

from shadow_scan.errors import UsageError


class Settings(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)

    plain_users: bool = False
    """Store names as the logs have them, instead of keyed pseudonyms."""
    time_zone: str | None = None
    """The zone of logs that write none, by its IANA name; UTC is assumed, and said, without it."""
    champions_as_people: bool = False
    """Let `value --champions people` name people, under their pseudonyms."""
    subnets: dict[str, str] = Field(default_factory=dict)
    """Network in CIDR notation -> team, for traffic that carries no name."""
    relays: list[str] = Field(default_factory=list)
    """Addresses and networks of your own proxies and gateways: they send for somebody else."""
    decisions: str | None = None
    """A folder for the ledger of decisions that several share; relative to the workspace."""
    webhook: str | None = None
    """Where `scan` and `watch` post new findings, as https://alerts.example/shadow-scan."""
    alert_severity: Literal["low", "medium", "high", "critical"] = "low"
    """Less severe findings are not alerted."""
    smallest_team: int = Field(default=5, ge=1, le=1000)
    """Teams of fewer people fold together in what leaves the machine: reports, alerts, --share."""

    @field_validator("time_zone")
    @classmethod
    def _known_zone(cls, value: str | None) -> str | None:
        try:
            return None if value is None else checked_zone(value, "time_zone")
        except UsageError as error:
            raise ValueError(f"{error.what}; {error.remedy}") from None


def checked_zone(name: str, where: str) -> str:
    """The zone's name, if there is such a zone. Raises UsageError with the nearest ones."""
    zones = zoneinfo.available_timezones()
    if name in zones:
        return name
    near = difflib.get_close_matches(name, zones, n=2)
    remedy = f"did you mean {' or '.join(near)}?" if near else "use an IANA name, as Europe/Berlin"
    raise UsageError(f"no time zone '{name[:60]}'", where=where, remedy=remedy)


def load_settings(path: Path) -> Settings:
    """Settings of a file, or the defaults when there is none. Raises UsageError."""
    try:
        text = path.read_text("utf-8")
    except FileNotFoundError:
        return Settings()
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(f"the settings cannot be read: {error}", where=str(path)) from None
    try:
        return Settings.model_validate(tomllib.loads(text))
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        raise UsageError(f"the settings are no TOML: {error}", where=str(path)) from None
    except ValidationError as error:
        problems = [_plain(problem) for problem in error.errors()]
        raise UsageError("the settings are wrong", where=str(path), details=problems) from None


def _plain(problem: ErrorDetails) -> str:
    key = ".".join(str(part) for part in problem["loc"])
    if problem["type"] != "extra_forbidden":
        return f"{key}: {problem['msg'].removeprefix('Value error, ')}"
    near = difflib.get_close_matches(key, Settings.model_fields, n=1)
    return f"unknown key '{key}'" + (f", did you mean '{near[0]}'?" if near else "")
