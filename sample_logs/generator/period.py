"""The two weeks, and the ways in which the appliances write a moment.

A moment is a whole number of microseconds since 1970-01-01 UTC; a span is microseconds too. No
floats: a time that was never rounded can be compared exactly. Month names are spelled out here,
because ``strftime`` would ask the locale.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

MILLISECOND = 1_000
SECOND = 1_000_000
MINUTE = 60 * SECOND
HOUR = 60 * MINUTE

FIRST_DAY = date(2026, 9, 14)
DAYS = 14
OFFICE_OPENS = 6 * HOUR
"""08:00 at the offices, which keep UTC+2."""

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def midnight(day: int) -> int:
    """The first moment (UTC) of day 0 to 13."""
    return ((FIRST_DAY - _EPOCH.date()).days + day) * 24 * HOUR


def day_of(moment: int) -> int:
    """The day, 0 to 13, in which a moment lies (UTC)."""
    return (moment - midnight(0)) // (24 * HOUR)


def is_weekend(day: int) -> bool:
    """Saturday or Sunday; day 0 is a Monday."""
    return day % 7 >= 5


def clock(moment: int) -> datetime:
    """The moment as a datetime in UTC, exact to the microsecond."""
    return _EPOCH + timedelta(microseconds=moment)


def iso(moment: int) -> str:
    """``2026-09-14T06:11:12.417519Z``, the form of the truth."""
    return clock(moment).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def decimal_seconds(span: int, digits: int) -> str:
    """Seconds with 3 or 6 digits behind the point, of a moment (epoch) or of a span."""
    whole, rest = divmod(span, SECOND)
    return f"{whole}.{rest:06d}"[: len(str(whole)) + 1 + digits]


def bind_stamp(moment: int) -> str:
    """``14-Sep-2026 06:11:12.417``."""
    at = clock(moment)
    return (
        f"{at.day:02d}-{_MONTHS[at.month - 1]}-{at.year} {at:%H:%M:%S}.{at.microsecond // 1000:03d}"
    )


def syslog_stamp(moment: int) -> str:
    """``Sep 14 06:11:12``: no year, no zone."""
    at = clock(moment)
    return f"{_MONTHS[at.month - 1]} {at.day:2d} {at:%H:%M:%S}"
