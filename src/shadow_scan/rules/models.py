"""The shape of a rule file, strict. One vendor a file; what a file leaves out is unknown, not none.

Host patterns, in every list of hosts:

    chat.example          that name and every name under it
    =chat.example         that name alone
    chat-*.example        '*' stands for one or more characters of any label
    re:^chat\\d+\\.example$  a pattern over the whole name
    chat.example/app*     only with such a path; the name before the '/' stands alone or has a '*'
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Literal, get_args

from pydantic import BaseModel, ConfigDict, Field

Role = Literal[
    "ui", "api", "upload", "cdn", "shared",
    "signin", "telemetry", "docs", "status", "marketing", "excluded", "resolver", "veil",
]  # fmt: skip
COUNTED: frozenset[str] = frozenset({"ui", "api"})
BESIDE: frozenset[str] = frozenset({"upload", "cdn", "shared"})
"""Counts only beside a counted service of the same vendor; every other role never counts.

`excluded` is what must not count, where no source says what it is for. `resolver` and `veil` tell
what the logs cannot show: encrypted DNS, and names that stand for others (ECH, private relays).
"""

Surface = Literal["web", "api", "ide", "desktop", "mobile", "cli", "embedded"]
Confidence = Literal["high", "medium", "low"]
Identifier = Annotated[str, Field(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$", max_length=60)]
Day = Annotated[str, Field(pattern=r"^\d{4}(-(0[1-9]|1[0-2])(-(0[1-9]|[12]\d|3[01]))?)?$")]
Text = Annotated[str, Field(pattern=r"^[^\x00-\x1f\x7f-\x9f]*$", max_length=2000)]
"""No control characters: what stands in a rule file ends up on terminals and in reports."""
Words = Annotated[str, Field(pattern=r"^[^\x00-\x1f\x7f-\x9f]+$", max_length=2000)]
HostPattern = Annotated[str, Field(min_length=3, max_length=300)]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True, frozen=True, defer_build=True)


class Hosts(_Strict):
    """Host patterns by role."""

    ui: list[HostPattern] = []
    api: list[HostPattern] = []
    upload: list[HostPattern] = []
    cdn: list[HostPattern] = []
    shared: list[HostPattern] = []
    signin: list[HostPattern] = []
    telemetry: list[HostPattern] = []
    docs: list[HostPattern] = []
    status: list[HostPattern] = []
    marketing: list[HostPattern] = []
    excluded: list[HostPattern] = []
    resolver: list[HostPattern] = []
    veil: list[HostPattern] = []

    def patterns(self) -> Iterator[tuple[Role, str]]:
        for role in get_args(Role):
            for pattern in getattr(self, role):
                yield role, pattern


class Fact(_Strict):
    """Something that somebody published about a service, and how far it can be trusted."""

    name: Literal[
        "training_default", "single_sign_on", "compliance", "enterprise_plans", "retention",
        "residency", "customisation", "memory",
    ]  # fmt: skip
    value: Words
    as_of: Day | None = None
    """When it held, as far as the source says; `recorded` of the file is when we wrote it down."""
    source: Words
    confidence: Confidence


class Plan(_Strict):
    name: Words
    price: Annotated[float, Field(ge=0, allow_inf_nan=False)] | None = None
    currency: Literal["USD", "EUR"] | None = None
    unit: Words | None = None
    """What the price is for, such as `seat-month`."""
    minimum_seats: Annotated[int, Field(ge=1)] | None = None
    billed: Literal["annual", "monthly"] | None = None
    """How long one is bound at this price."""
    sign_on: bool | None = None
    """Whether the organisation's own sign-on comes with it."""
    trains: bool | None = None
    """Whether what is sent trains models, unless told otherwise."""
    ends: Day | None = None
    """Since when it can no longer be bought."""
    personal: bool = False
    """For one person, not for an organisation."""
    text: Text = ""
    as_of: Day
    source: Words
    confidence: Confidence


class Product(_Strict):
    id: Identifier
    name: Words
    category: Identifier
    surfaces: list[Surface] = []
    hosts: Hosts = Hosts()
    host_confidence: Confidence = "medium"
    plan_hosts: dict[Identifier, list[HostPattern]] = {}
    """Host patterns, of those above, that tell which plan is in use."""
    tenant_hosts: list[HostPattern] = []
    """Host patterns, of those above, under which customers choose the labels: there `support.`
    is somebody's resource, not the vendor's help desk."""
    task_hints: list[Words] = []
    user_agents: list[Words] = []
    """Patterns of the client programs of this service."""
    facts: list[Fact] = []
    plans: list[Plan] = []
    unverified: list[Literal["hosts", "vendor", "task_hints", "notes"]] = []
    """Names of what stands here without a source that could be named: never print it as a fact."""
    notes: Text = ""


class RuleTest(_Strict):
    """One name that must be a service, or (service = '') must not count as any."""

    host: str
    path: str | None = None
    service: str


class VendorFile(_Strict):
    id: Identifier
    name: Words
    recorded: Day
    hosts: Hosts = Hosts()
    """Hosts that all products of the vendor share."""
    products: list[Product]
    tests: list[RuleTest] = []


class RulesFile(_Strict):
    """`rules.toml`, beside the vendors: what holds for all of them."""

    never: dict[Role, list[str]] = {}
    """First labels that never count under a counted name, by the role that they have."""
    disabled: list[Identifier] = []
    """Services of the shipped rules that this organisation does not want."""
    disabled_policies: list[Identifier] = []
    """Policies of the shipped ones that this organisation does not want."""
