"""The shape of the rule files about work, strict: what a file leaves out is unknown, not none.

Paths are patterns over the path as it is stored (ids are `*` there), from its first `/`; `*` stands
for anything. Hosts are patterns as in the vendors' files, without paths.
"""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from shadow_scan.rules.models import Confidence, Day, HostPattern, Identifier, Surface, Words

Activity = Literal["interactive", "background", "automated"]
Strength = Literal["taught", "strong", "medium", "weak", "against"]
"""`taught`: somebody who knew has said so; it outweighs what is only likely."""
Evidence = Literal["resolved", "connected", "transacted"]
Size = Literal["upload", "large-upload", "large-download"]
RequestKind = Literal["act", "noise", "machine"]
"""What one request can be: something a person did, something that runs by itself, a program's."""
Tier = Literal["observed", "likely", "possible", "unknown"]

PathPattern = Annotated[str, Field(pattern=r"^[/*][^\x00-\x20\x7f-\x9f?#]*$", max_length=300)]
AgentPattern = Annotated[str, Field(min_length=2, max_length=300)]
Word = Annotated[str, Field(pattern=r"^[a-z0-9]+$", min_length=2, max_length=40)]
MAX_ENTRIES = 500
"""Of one list: a file that holds more is no rule, but a mistake."""


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True, frozen=True, defer_build=True)


class FunctionEntry(_Strict):
    """A business function, and the words by which a people file or a team's name tells it."""

    id: Identifier
    name: Words
    words: Annotated[list[Word], Field(max_length=MAX_ENTRIES)] = []


class TaskEntry(_Strict):
    id: Identifier
    name: Words
    functions: Annotated[list[Identifier], Field(min_length=1, max_length=MAX_ENTRIES)]


class VocabularyFile(_Strict):
    """`vocabulary.toml`: the tasks that there are, and the business functions that they serve."""

    recorded: Day
    functions: Annotated[list[FunctionEntry], Field(max_length=MAX_ENTRIES)] = []
    tasks: Annotated[list[TaskEntry], Field(max_length=MAX_ENTRIES)] = []


class Signal(_Strict):
    """One piece of evidence: every kind that it names must be there, with one of its values.

    `services`, `categories` and `purposes` are one kind (what the service is), and so are `paths`
    and `slugs` (what was asked of it).
    """

    id: Identifier
    strength: Strength
    weight: Annotated[float, Field(ge=-9, le=9)] | None = None
    """Fitted to labelled sessions, in the place of what its strength weighs elsewhere."""
    note: Words | None = None
    services: Annotated[list[Identifier], Field(max_length=MAX_ENTRIES)] = []
    categories: Annotated[list[Identifier], Field(max_length=MAX_ENTRIES)] = []
    purposes: Annotated[list[Words], Field(max_length=MAX_ENTRIES)] = []
    paths: Annotated[list[PathPattern], Field(max_length=MAX_ENTRIES)] = []
    slugs: Annotated[list[Word], Field(max_length=MAX_ENTRIES)] = []
    """Words in the readable name of a custom assistant."""
    clients: Annotated[list[Identifier], Field(max_length=MAX_ENTRIES)] = []
    context: Annotated[list[Identifier], Field(max_length=MAX_ENTRIES)] = []
    """Applications that the same person used shortly before."""
    referrers: Annotated[list[Identifier], Field(max_length=MAX_ENTRIES)] = []
    functions: Annotated[list[Identifier], Field(max_length=MAX_ENTRIES)] = []
    sizes: list[Size] = []
    evidence: list[Evidence] = []
    """Kinds of log that this is said of; empty: all."""


class TaskTest(_Strict):
    """What was seen in one session, and whether it is this file's task."""

    service: Identifier
    path: str | None = None
    client: Identifier | None = None
    context: list[Identifier] = []
    worked: list[Identifier] = []
    """Applications that were used for long, or two of the kind."""
    referrer: Identifier | None = None
    function: Identifier | None = None
    sizes: list[Size] = []
    evidence: Evidence = "transacted"
    answer: bool


class TaskFile(_Strict):
    """`tasks/<task>.toml`: how one task is known."""

    task: Identifier
    recorded: Day
    disabled: Annotated[list[Identifier], Field(max_length=MAX_ENTRIES)] = []
    """Signals of the shipped file that this organisation does not want."""
    signals: Annotated[list[Signal], Field(max_length=MAX_ENTRIES)] = []
    tests: Annotated[list[TaskTest], Field(max_length=MAX_ENTRIES)] = []


class Application(_Strict):
    """Work applications of one kind; their use close by says what somebody was doing. `hosts` may
    name a path, as docs.google.com/presentation*: where a log has paths, that decides."""

    id: Identifier
    name: Words
    hosts: Annotated[list[HostPattern], Field(max_length=MAX_ENTRIES)] = []
    labels: Annotated[list[Word], Field(max_length=MAX_ENTRIES)] = []
    """First labels (or parts of them between hyphens) of such applications on a company's hosts."""


class HostTest(_Strict):
    host: str
    path: str | None = None
    application: Identifier | Literal[""]


class ContextFile(_Strict):
    """`context.toml`."""

    recorded: Day
    before_minutes: Annotated[int, Field(ge=1, le=120)] = 10
    share: Annotated[float, Field(ge=0, le=1)] = 0.4
    """Before how much of a session's work an application must have been used."""
    long_moments: Annotated[int, Field(ge=1, le=120)] = 9
    """From how many moments of five seconds on an application was worked in."""
    applications: Annotated[list[Application], Field(max_length=MAX_ENTRIES)] = []
    tests: Annotated[list[HostTest], Field(max_length=MAX_ENTRIES)] = []


class Client(_Strict):
    """A kind of program, known by its user agent."""

    id: Identifier
    name: Words
    kind: Literal["browser", "app", "program"]
    """`program`: no person at the keyboard can be taken for granted (SDK, CLI, agent, job)."""
    agents: Annotated[list[AgentPattern], Field(max_length=MAX_ENTRIES)]
    surface: Surface | None = None


class AgentTest(_Strict):
    agent: str
    client: Identifier | Literal[""]


class ClientsFile(_Strict):
    """`clients.toml`; the first that fits an agent is it."""

    recorded: Day
    clients: Annotated[list[Client], Field(max_length=MAX_ENTRIES)] = []
    tests: Annotated[list[AgentTest], Field(max_length=MAX_ENTRIES)] = []


class RequestRule(_Strict):
    """What a request is by itself; every kind that is named must fit."""

    id: Identifier
    kind: RequestKind
    services: Annotated[list[Identifier], Field(max_length=MAX_ENTRIES)] = []
    categories: Annotated[list[Identifier], Field(max_length=MAX_ENTRIES)] = []
    roles: list[Literal["ui", "api", "upload", "cdn", "shared"]] = []
    hosts: Annotated[list[HostPattern], Field(max_length=MAX_ENTRIES)] = []
    paths: Annotated[list[PathPattern], Field(max_length=MAX_ENTRIES)] = []
    methods: list[Annotated[str, Field(pattern=r"^[A-Z]+$")]] = []
    clients: Annotated[list[Identifier], Field(max_length=MAX_ENTRIES)] = []


Measure = Literal[
    "requests", "acts", "noise", "machine", "act_share", "noise_share", "machine_share",
    "minutes", "beats", "steady_share", "gap_seconds", "bytes_each", "byte_spread", "strength",
    "relative_bytes", "unsteady", "starts", "even_starts", "hosts", "usual_hosts", "away_minutes",
    "minute_bytes",
]  # fmt: skip
"""Of one session; `measures.sql` says what each is."""
Bound = Annotated[str, Field(pattern=r"^(<=|>=|<|>|=)\d{1,12}(\.\d{1,6})?$")]


class SessionRule(_Strict):
    """The first whose bounds all hold decides; a measure that is unknown holds no bound."""

    id: Identifier
    activity: Activity
    services: Annotated[list[Identifier], Field(max_length=MAX_ENTRIES)] = []
    when: Annotated[dict[Measure, Bound], Field(min_length=1)]
    note: Words | None = None


class RequestTest(_Strict):
    service: Identifier
    host: str
    path: str | None = None
    method: str | None = None
    client: Identifier | None = None
    kind: RequestKind | Literal[""]


class SessionTest(_Strict):
    service: Identifier | None = None
    measures: dict[Measure, float]
    activity: Activity


class ActivityFile(_Strict):
    """`activity.toml`: people apart from noise and machines."""

    recorded: Day
    requests: Annotated[list[RequestRule], Field(max_length=MAX_ENTRIES)] = []
    sessions: Annotated[list[SessionRule], Field(max_length=MAX_ENTRIES)] = []
    request_tests: Annotated[list[RequestTest], Field(max_length=MAX_ENTRIES)] = []
    session_tests: Annotated[list[SessionTest], Field(max_length=MAX_ENTRIES)] = []


class AccountRule(_Strict):
    """Where hosts or paths tell whose account it is; elsewhere nothing is guessed."""

    id: Identifier
    services: Annotated[list[Identifier], Field(min_length=1, max_length=MAX_ENTRIES)]
    hosts: Annotated[list[HostPattern], Field(max_length=MAX_ENTRIES)] = []
    paths: Annotated[list[PathPattern], Field(max_length=MAX_ENTRIES)] = []
    account: Literal["company", "personal"] | None = None
    plan: Identifier | None = None
    surface: Surface | None = None
    source: Words
    confidence: Confidence = "medium"


class AccountTest(_Strict):
    service: Identifier
    host: str
    path: str | None = None
    account: Literal["company", "personal", ""] = ""
    plan: str = ""
    surface: str = ""


class AccountsFile(_Strict):
    """`accounts.toml`."""

    recorded: Day
    accounts: Annotated[list[AccountRule], Field(max_length=MAX_ENTRIES)] = []
    tests: Annotated[list[AccountTest], Field(max_length=MAX_ENTRIES)] = []


class Point(_Strict):
    """What the sum of evidence says, and how often that was right."""

    sum: Annotated[float, Field(ge=0, le=1)]
    right: Annotated[float, Field(ge=0, le=1)]


class LogKind(_Strict):
    """What one kind of log can support; `points`, rising, turn the sum of evidence into a
    confidence that holds."""

    evidence: Evidence
    answer_from: Annotated[float, Field(ge=0, le=1)]
    """Below this confidence the task is unknown."""
    ceiling: Tier
    general_ceiling: Tier
    """The same for services that serve many tasks."""
    points: Annotated[list[Point], Field(min_length=2, max_length=50)]


class ConfidenceFile(_Strict):
    """`confidence.toml`: how much each strength weighs, and how sure the sum is."""

    recorded: Day
    weights: dict[Strength, Annotated[float, Field(ge=-9, le=9)]]
    worked: Annotated[float, Field(ge=1, le=3)] = 1.0
    """How much more context weighs that somebody worked in for long, or in two of its kind."""
    prior: Annotated[float, Field(ge=-9, le=9)]
    """Of every task, against none of them."""
    general_categories: list[Identifier] = []
    """Services of these serve many tasks."""
    open_categories: list[Identifier] = []
    """Services of these are made for one task, and used for others too: what was open before
    counts for every task."""
    log_kinds: Annotated[list[LogKind], Field(max_length=3)] = []
