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
Unverified = Literal["hosts", "vendor", "task_hints", "notes"]
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

    ui: list[HostPattern] = Field(default_factory=list)
    api: list[HostPattern] = Field(default_factory=list)
    upload: list[HostPattern] = Field(default_factory=list)
    cdn: list[HostPattern] = Field(default_factory=list)
    shared: list[HostPattern] = Field(default_factory=list)
    signin: list[HostPattern] = Field(default_factory=list)
    telemetry: list[HostPattern] = Field(default_factory=list)
    docs: list[HostPattern] = Field(default_factory=list)
    status: list[HostPattern] = Field(default_factory=list)
    marketing: list[HostPattern] = Field(default_factory=list)
    excluded: list[HostPattern] = Field(default_factory=list)
    resolver: list[HostPattern] = Field(default_factory=list)
    veil: list[HostPattern] = Field(default_factory=list)

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
    surfaces: list[Surface] = Field(default_factory=list)
    hosts: Hosts = Field(default_factory=Hosts)
    host_confidence: Confidence = "medium"
    plan_hosts: dict[Identifier, list[HostPattern]] = Field(default_factory=dict)
    """Host patterns, of those above, that tell which plan is in use."""
    tenant_hosts: list[HostPattern] = Field(default_factory=list)
    """Host patterns, of those above, under which customers choose the labels: there `support.`
    is somebody's resource, not the vendor's help desk."""
    task_hints: list[Words] = Field(default_factory=list)
    user_agents: list[Words] = Field(default_factory=list)
    """Patterns of the client programs of this service."""
    facts: list[Fact] = Field(default_factory=list)
    plans: list[Plan] = Field(default_factory=list)
    unverified: list[Unverified] = Field(default_factory=list)
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
    hosts: Hosts = Field(default_factory=Hosts)
    """Hosts that all products of the vendor share."""
    products: list[Product]
    tests: list[RuleTest] = Field(default_factory=list)


class RulesFile(_Strict):
    """`rules.toml`, beside the vendors: what holds for all of them."""

    never: dict[Role, list[str]] = Field(default_factory=dict)
    """First labels that never count under a counted name, by the role that they have."""
    disabled: list[Identifier] = Field(default_factory=list)
    """Services of the shipped rules that this organisation does not want."""
    disabled_policies: list[Identifier] = Field(default_factory=list)
    """Policies of the shipped ones that this organisation does not want."""
