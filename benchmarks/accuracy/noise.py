"""What nobody sat at: open tabs, telemetry, widgets on other pages, programs, scheduled jobs."""

from __future__ import annotations

from collections.abc import Iterator

from .company import Company, everyday
from .model import AUTOMATED, BACKGROUND, Call, Dice, Label, Person
from .sittings import TOOLS
from .wire import Wire

_SITES = tuple(f"www.{name}.example" for name in (
    "daily-ledger", "harbour-weather", "railway-times", "kitchen-table", "city-library", "bikes",
    "garden-post", "football-week", "museum-hall", "tram-map", "old-maps", "choir-news",
))  # fmt: skip
_PYTHON = ("OpenAI/Python 1.109.1", "Anthropic/Python 0.68.0", "python-httpx/0.28.1",
           "python-requests/2.32.5")  # fmt: skip
_EMBEDDING = Call("POST", "/v1/embeddings", (9_000, 14_000), (60_000, 90_000), (0.3, 0.9))
_BATCH = Call("POST", "/v1/chat/completions", (3_000, 9_000), (1_500, 6_000), (1.5, 7))
_CLAUDE_BATCH = Call("POST", "/v1/messages", (4_000, 11_000), (1_500, 6_000), (1.5, 8))
_AGENT_TURN = Call("POST", "/v1/messages", (90_000, 1_100_000), (3_000, 70_000), (4, 60))
_TRANSLATE = Call("POST", "/v2/translate", (900, 1_400), (900, 1_600), (0.2, 0.6))
_TOOL_CALL = Call("POST", "/mcp", (500, 4_000), (600, 30_000), (0.1, 2))
_WIDGETS = (
    ("ada", "acme-retail.ada.cx", Call("GET", "/chat/config", (600, 1_200), (4_000, 60_000))),
    ("elevenlabs", "api.elevenlabs.io",
     Call("GET", "/v1/convai/agents/{hex}/widget", (600, 1_200), (2_000, 9_000))),
    ("microsoft-copilot", "copilot.microsoft.com",
     Call("GET", "/c/api/preload", (700, 1_500), (1_000, 20_000))),
)  # fmt: skip


def idle(
    wire: Wire, company: Company, person: Person, left_open: list[tuple[str, float]], midnight: int
) -> None:
    """Tabs and editors that go on asking by themselves until the evening, and the next morning."""
    dice = Dice(company.seed, person.name, midnight, "idle")
    for name, since in left_open:
        if TOOLS[name].idle:
            until = min(since + dice.span((900, 6 * 3_600)), midnight + 18.8 * 3_600)
            _poll(wire, dice, person, name, since, until)
    if left_open and dice.chance(0.4):
        name = dice.choice(left_open)[0]
        restored = midnight + 86_400 + dice.uniform(7.2, 8.6) * 3_600
        if TOOLS[name].idle:
            _poll(wire, dice, person, name, restored, restored + dice.span((600, 9 * 3_600)))


def _poll(wire: Wire, dice: Dice, person: Person, name: str, begin: float, end: float) -> None:
    tool, time, last = TOOLS[name], begin, begin
    step = dice.span(tool.idle_every)
    while (time := time + step * dice.uniform(0.96, 1.04)) < end:
        last = time
        for call in tool.idle:
            wire.send(
                dice, person, tool.host, call, time + dice.uniform(0, 1.5), agent=tool.agent,
                referrer="-" if tool.agent else f"https://{tool.host}/",
            )  # fmt: skip
    if last > begin:
        wire.labels.append(
            Label(person.name, tool.service, BACKGROUND, begin, last + 2, by_name=tool.by_name)
        )


def ordinary_day(wire: Wire, company: Company, person: Person, midnight: int) -> None:
    """Mail, news, the applications of the trade, and AI vendors' widgets on other pages."""
    dice = Dice(company.seed, person.name, midnight, "ordinary")
    morning, evening = midnight + 8 * 3_600, midnight + 17.5 * 3_600
    for app in everyday(Dice(company.seed, person.name, "everyday")):
        for _ in range(dice.randint(3, 9)):
            time = dice.uniform(morning, evening)
            wire.visit(dice, person, app.host, app.paths[0], time, dice.randint(1, 3))
    for _ in range(dice.randint(2, 8)):
        apps = company.licensed.get(dice.weighted(person.tastes), ())
        if apps:
            app = dice.choice(apps)
            wire.visit(dice, person, app.host, app.paths[0], dice.uniform(morning, evening))
    for _ in range(dice.randint(2, 7)):
        site, time = dice.choice(_SITES), dice.uniform(morning, evening)
        wire.visit(dice, person, site, "/story/{hex}", time)
        if dice.chance(0.05):
            _widget(wire, dice, person, site, time)


def _widget(wire: Wire, dice: Dice, person: Person, site: str, time: float) -> None:
    service, host, call = dice.choice(_WIDGETS)
    sent = wire.send(dice, person, host, call, time + 1, referrer=f"https://{site}/")
    wire.labels.append(Label(person.name, service, BACKGROUND, sent.time, sent.end))


def machines(wire: Wire, company: Company) -> None:
    """Servers that call models day and night, and what people let run by itself."""
    for number, server in enumerate(company.servers):
        dice = Dice(company.seed, server.name)
        times = list(_every(company, dice, (7_200, 21_600, 86_400, 3_600)[number]))
        host, service, call, agent = (
            ("api.openai.com", "openai-api", _EMBEDDING, _PYTHON[0]),
            ("api.anthropic.com", "anthropic-api", _CLAUDE_BATCH, _PYTHON[1]),
            ("api.openai.com", "openai-api", _BATCH, _PYTHON[3]),
            ("api.deepl.com", "deepl", _TRANSLATE, _PYTHON[2]),
        )[number]
        _runs(wire, dice, server, (host, service), call, agent, times, (4, 30))
    for person in company.people:
        _own_programs(wire, company, person)


def _every(company: Company, dice: Dice, seconds: float) -> Iterator[float]:
    time = company.monday + dice.uniform(0, seconds)
    while time < company.monday + company.days * 86_400:
        yield time
        time += seconds + dice.uniform(-2, 2)


def _runs(
    wire: Wire, dice: Dice, person: Person, target: tuple[str, str], call: Call, agent: str,
    times: list[float], size: tuple[float, float],
) -> None:  # fmt: skip
    host, service = target
    for begin in times:
        time = begin
        for _ in range(dice.size(size)):
            time = wire.send(dice, person, host, call, time, agent=agent).end + 0.1
        wire.labels.append(Label(person.name, service, AUTOMATED, begin, time))


def _own_programs(wire: Wire, company: Company, person: Person) -> None:
    dice = Dice(company.seed, person.name, "programs")
    if person.function == "engineering" and dice.chance(0.4):
        _agent_days(wire, company, person, dice)
    if person.function == "engineering" and dice.chance(0.15):
        _runs(
            wire, dice, person, ("mcp.linear.app", "linear-mcp"), _TOOL_CALL, "node",
            _workday_moments(company, dice, 0.5), (3, 20),
        )  # fmt: skip
    if person.function in ("engineering", "operations", "research") and dice.chance(0.1):
        at = dice.uniform(0, 86_400)
        days = [
            company.monday + day * 86_400 + at + dice.uniform(0, 3) for day in range(company.days)
        ]
        call, agent = dice.choice(((_BATCH, _PYTHON[0]), (_BATCH, _PYTHON[2])))
        _runs(wire, dice, person, ("api.openai.com", "openai-api"), call, agent, days, (5, 40))
    if person.function in ("operations", "customer-service") and dice.chance(0.05):
        times = list(_every(company, dice, 1_800))
        _runs(wire, dice, person, ("api.deepl.com", "deepl"), _TRANSLATE, _PYTHON[3], times, (1, 3))


def _agent_days(wire: Wire, company: Company, person: Person, dice: Dice) -> None:
    """A coding agent on the command line: started by a person, and at work by itself."""
    for begin in _workday_moments(company, dice, 1.4):
        time = begin
        for _ in range(dice.size((5, 60))):
            sent = wire.send(
                dice, person, "api.anthropic.com", _AGENT_TURN, time,
                agent="claude-cli/2.0.14 (external, cli)",
            )  # fmt: skip
            time = sent.end + dice.span((0.5, 90))
        wire.labels.append(Label(person.name, "anthropic-api", AUTOMATED, begin, time, {"code": 1}))


def _workday_moments(company: Company, dice: Dice, each_day: float) -> list[float]:
    moments: list[float] = []
    for day in range(company.days):
        if day % 7 < 5:
            morning = company.monday + day * 86_400
            times = int(dice.expovariate(1 / each_day) + 0.5)
            moments += [morning + dice.uniform(9, 17) * 3_600 for _ in range(times)]
    return moments
