"""The words of the story: an identity makes a visit, a recorder writes lines about it.

Values only; nothing here decides what happens or how it is written.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum


class Recorder(Enum):
    """An appliance. Every identity passes exactly one, so that no visit is seen twice."""

    SQUID = "squid"
    PROXYSG = "proxysg"
    ZEEK = "zeek"
    ZEEK_DNS = "zeek-dns"
    BIND = "bind"
    DNSMASQ = "dnsmasq"


class Role(Enum):
    """What a host says about use."""

    COUNTED = "counted"
    """A door of the service: whoever goes there uses it."""
    SHARED = "shared"
    """Uploads and static files: adds to the counted service next to it, alone it is nothing."""
    SILENT = "silent"
    """Everything else: ordinary sites, sign-in, telemetry, help pages, lookalikes."""


class Channel(Enum):
    """How a visit travelled, which bounds what any recorder could know of it."""

    LOOKUP = "lookup"
    """One DNS question."""
    TUNNEL = "tunnel"
    """A TLS connection that nobody opened."""
    INSIDE = "inside"
    """One request within a TLS connection that the proxy opened."""
    PLAIN = "plain"
    """One unencrypted HTTP request."""


class Fate(Enum):
    """What became of a visit."""

    ALLOWED = "allowed"
    BLOCKED = "blocked"
    CHALLENGED = "challenged"
    """The proxy asked who is there (407) and knew nobody yet."""


@dataclass(frozen=True, slots=True)
class Identity:
    """Who asks: a person whose name the proxy knows, or an address and nothing more."""

    name: str
    """The user name as a reader should have it, or the address."""
    address: str
    team: str | None
    """None: in no people file and in no known subnet."""
    recorder: Recorder
    logged_name: str | None = None
    """The user name as the log spells it; None for an address."""

    @property
    def kind(self) -> str:
        """``person`` or ``address``."""
        return "address" if self.logged_name is None else "person"


@dataclass(frozen=True, slots=True)
class Host:
    """One name on the network, and what a visit there means."""

    name: str
    role: Role = Role.SILENT
    service: str | None = None


@dataclass(frozen=True, slots=True)
class Page:
    """What can be seen of a request once it is open."""

    method: str
    path: str
    content_type: str
    role: Role


@dataclass(frozen=True, slots=True)
class Visit:
    """One thing that somebody's machine did. Times and sizes are exact; recorders see less."""

    identity: Identity
    host: str
    channel: Channel
    begin: int
    duration: int
    bytes_up: int
    bytes_down: int
    role: Role = Role.SILENT
    service: str | None = None
    """The service that this visit uses, or helps if its role is shared; None: no use of AI."""
    fate: Fate = Fate.ALLOWED
    page: Page | None = None
    connection: str = ""
    """Requests inside one opened TLS connection share it."""
    query_type: str = "A"
    close_missed: bool = False
    """Zeek was gone when the connection ended: no conn row, so no sizes and no duration."""

    @property
    def end(self) -> int:
        """The moment at which it was over."""
        return self.begin + self.duration

    @property
    def is_use(self) -> bool:
        """It counts for a service, alone or beside a counted visit."""
        return self.service is not None and self.fate is Fate.ALLOWED
