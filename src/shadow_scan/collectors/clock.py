"""What a log does not say of its times: the zone, and the year."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta


@dataclass(frozen=True, slots=True)
class Clock:
    """How times without a zone or a year are read."""

    zone: str = "UTC"
    latest: datetime = field(default_factory=lambda: datetime.now(UTC) + timedelta(days=1))
    """The newest moment that a line without a year can mean: the file's own time and a day."""

    @classmethod
    def of(cls, zone: str | None, file_time: datetime | None, year: int | None) -> Clock:
        """As somebody said it (`--tz`, `--year`), else UTC and by the time of the file."""
        if year is not None:
            return cls(zone or "UTC", datetime(year, 12, 31, 23, 59, 59, tzinfo=UTC))
        return cls(zone or "UTC", (file_time or datetime.now(UTC)) + timedelta(days=1))
