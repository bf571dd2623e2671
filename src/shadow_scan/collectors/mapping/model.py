"""What a mapping file may say. Strict: a word that is not known is an error, never a guess."""

from __future__ import annotations

import re
from collections import Counter
from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

from shadow_scan.errors import UsageError
from shadow_scan.settings import checked_zone

Shape = Literal["csv", "json", "keyvalue", "cef", "leef"]
Key = Annotated[str, Field(min_length=1, max_length=200)]
Text = Annotated[str, Field(max_length=200)]

TEXT_FIELDS = (
    *("source_ip", "user_name", "device_name", "department", "host", "url", "path"),
    *("destination_ip", "method", "user_agent", "referrer"),
)
NUMBER_FIELDS = ("port", "status", "bytes_up", "bytes_down", "duration")
ZONES = ("utc", "local", "written")

BYTES = {"B": 1, "kB": 1_000, "KiB": 1_024, "MB": 1_000_000, "MiB": 1_048_576}
NUMBERS = {
    ".": (r"\d+(\.\d*)?|[1-9]\d{0,2}([, '\xa0]\d{3})+(\.\d*)?", r"[, '\xa0]"),
    ",": (r"\d+(,\d*)?|[1-9]\d{0,2}([. '\xa0]\d{3})+(,\d*)?", r"[. '\xa0]"),
}
"""Sign before a fraction -> the look of a number, and what may part its thousands."""
DIRECTIVE = re.compile(r"%-?[dHIjmMSy]|%[aAbBcfgGnpuUVwWxXYzZ%]")
"""What a pattern of times may hold: what the engine knows."""
DURATIONS = {"us": 0.001, "ms": 1.0, "s": 1_000.0, "min": 60_000.0}


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


class Time(_Strict):
    format: Text = "iso"
    """`iso`, `epoch` (seconds or finer, told by the digits), or a pattern as '%d/%m/%Y %H:%M'."""
    zone: str = "utc"
    """`utc`; `written` (the time says it itself); `local` (--tz says it); or an IANA name."""

    @field_validator("format")
    @classmethod
    def _known_format(cls, value: str) -> str:
        if value not in ("iso", "epoch") and "%" not in value:
            raise ValueError("say iso, epoch or a pattern such as %Y-%m-%d %H:%M:%S")
        if unknown := re.search("%-?.?", DIRECTIVE.sub("", value)):
            raise ValueError(f"'{unknown[0]}' stands for nothing; %Y, %m, %d, %H, %M, %S, %f do")
        if "%" in value and not re.search("%(?:-?y|[YGcx])", value):
            raise ValueError("the pattern names no year (%Y), and none is guessed")
        return value

    @field_validator("zone")
    @classmethod
    def _known_zone(cls, value: str) -> str:
        try:
            return value if value in ZONES else checked_zone(value, "zone")
        except UsageError as error:
            raise ValueError(f"{error.what}; {error.remedy}") from None


class Units(_Strict):
    bytes: Literal["B", "kB", "KiB", "MB", "MiB"] = "B"
    duration: Literal["us", "ms", "s", "min"] = "ms"
    decimal: Literal[".", ","] | None = None
    """What stands before the fraction of a number; thousands may then be parted by the other sign,
    a blank or an apostrophe. Without it a comma makes a value no number."""


class Fields(_Strict):
    """Our word -> the log's own: a column, a key, or a path such as `event.user.name` (a dot that
    belongs to a key is written `\\.`)."""

    event_time: Key | list[Key]
    """Several are put together with a blank between them, as a date and a time."""
    source_ip: Key | None = None
    user_name: Key | None = None
    device_name: Key | None = None
    department: Key | None = None
    host: Key | None = None
    """The name that was asked for, with or without a port."""
    url: Key | None = None
    """An address with or without a scheme: gives host, port and path."""
    path: Key | None = None
    destination_ip: Key | None = None
    port: Key | None = None
    method: Key | None = None
    status: Key | None = None
    bytes_up: Key | None = None
    """From the client to the server, whatever the log calls it."""
    bytes_down: Key | None = None
    duration: Key | None = None
    action: Key | None = None
    user_agent: Key | None = None
    referrer: Key | None = None

    def times(self) -> list[str]:
        return [self.event_time] if isinstance(self.event_time, str) else self.event_time

    def named(self) -> dict[str, str]:
        """Field -> key, but for the time."""
        given = self.model_dump(exclude={"event_time"})
        return {name: key for name, key in given.items() if key is not None}


class Actions(_Strict):
    """What the log calls it when a request was let through or stopped; case does not matter."""

    allowed: list[Text] = []
    blocked: list[Text] = []


class Only(_Strict):
    """Records of another kind are no requests: they are skipped and counted."""

    key: Key
    values: Annotated[list[Text], Field(min_length=1)]


class Mapping(_Strict):
    shape: Shape
    title: Text = ""
    kind: Literal["proxy", "dns", "firewall", "network sensor", "endpoint", "web server"] = "proxy"
    fields: Fields
    time: Time = Time()
    units: Units = Units()
    actions: Actions = Actions()
    only: Only | None = None
    clock: Literal["begin", "end"] = "begin"
    """What the log writes down: when a request began, or when it ended (less its duration)."""
    evidence: Literal["resolved", "connected", "transacted"] | None = None
    absent: list[Text] = ["", "-"]
    """What the log writes for nothing."""
    columns: list[Text] = []
    """csv: the columns in their order; the file's own header line, where it has one, decides."""
    header: bool = True
    """csv: the file begins with a line of column names."""
    delimiter: Annotated[str, Field(min_length=1, max_length=5)] | None = None
    """Between two cells (csv: a comma, unless said) or pairs (keyvalue: a blank)."""
    recognise: list[Key] = []
    """Texts that every record holds; without them: the columns, or the mapped keys."""

    @field_validator("delimiter")
    @classmethod
    def _parting(cls, value: str | None) -> str | None:
        if value and set(value) & set('"\r\n'):
            raise ValueError("a quote or the end of a line cannot be a delimiter")
        return value

    @model_validator(mode="after")
    def _whole(self) -> Self:
        for problem in (*self._columns_problems(), *self._recognise_problems()):
            raise ValueError(problem)
        return self

    def source_keys(self) -> list[str]:
        named = [*self.fields.times(), *self.fields.named().values()]
        return list(dict.fromkeys([*named, *([self.only.key] if self.only else [])]))

    def _columns_problems(self) -> list[str]:
        if self.shape != "csv":
            return ["only csv has columns"] if self.columns else []
        if not self.columns:
            return ["csv needs its columns, in their order"]
        met = Counter(column.strip().lower() for column in self.columns)
        found = {key: met[key.strip().lower()] for key in self.source_keys()}
        none = [f"'{key}' is none of the columns" for key, times in found.items() if not times]
        several = [f"'{key}' is several columns" for key, times in found.items() if times > 1]
        return none + several

    def _recognise_problems(self) -> list[str]:
        folded = {key.lower() for key in self.source_keys()}
        if self.shape == "json" and len(folded) < len(set(self.source_keys())):
            return ["two keys differ by their case alone"]
        needed = self.shape in ("cef", "leef") and not self.recognise
        return [f"{self.shape} needs recognise = ['Vendor|Product']"] if needed else []


NAME = re.compile(r"[a-z0-9][a-z0-9-]{0,39}")
