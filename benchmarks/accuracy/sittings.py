"""People at work with AI: what they did before, what they ask, what they leave open."""

from __future__ import annotations

from dataclasses import replace

from .applications import Application
from .assistants import GENERAL
from .company import Company
from .editors import EDITORS
from .model import INTERACTIVE, Call, Dice, Label, Person
from .special import SPECIAL
from .tools import Tool
from .wire import Wire

TOOLS = {tool.service: tool for tool in GENERAL} | EDITORS | SPECIAL

_WITH_DOCUMENT = {
    "contract-review": 0.68, "document-summary": 0.74, "data-analysis": 0.58, "compliance": 0.4,
    "finance-analysis": 0.52, "supplier-analysis": 0.45, "recruiting": 0.38, "translation": 0.25,
    "meeting-notes": 0.5, "presentation": 0.25,
}  # fmt: skip
_ALWAYS = 0.06
"""How often a document goes along with any other task."""
_CONTEXT = {"writing": 0.55, "document-summary": 0.6, "research": 0.5, "image": 0.65}
_CONTEXT_ELSE = 0.78
"""How often the application that the work is in was used shortly before."""
_SLUGS = {
    "contract-review": ("contract-clause-checker", "nda-reviewer", "redline-helper"),
    "compliance": ("gdpr-adviser", "policy-checker", "audit-prep"),
    "code": ("code-copilot", "python-tutor", "sql-expert", "regex-builder"),
    "outbound-sales": ("cold-email-writer", "prospect-researcher", "pitch-coach"),
    "marketing-content": ("seo-blog-writer", "ad-copy-maker", "brand-voice"),
    "customer-support": ("support-reply-drafter", "ticket-triage"),
    "finance-analysis": ("financial-analyst", "month-end-helper", "invoice-reader"),
    "supplier-analysis": ("supplier-scorecard", "rfp-evaluator"),
    "recruiting": ("job-ad-writer", "cv-screener", "interview-questions"),
    "data-analysis": ("data-analyst", "excel-wizard"),
    "research": ("scholar-assistant", "market-research"),
    "translation": ("translator-pro", "german-proofreader"),
    "presentation": ("slide-maker", "deck-outline"),
    "writing": ("email-polisher", "grammar-fixer"),
    "image": ("logo-creator", "image-generator"),
    "social-listening": ("trend-watcher",),
    "document-summary": ("pdf-reader", "summarizer"),
    "meeting-notes": ("minutes-writer",),
}
_PLAIN_SLUGS = ("my-assistant", "team-helper", "bertha", "test", "acme-bot")


def work_day(
    wire: Wire, company: Company, person: Person, midnight: int
) -> list[tuple[str, float]]:
    """One day of one person. Returns the tools left open, and since when."""
    dice = Dice(company.seed, person.name, midnight)
    left_open: list[tuple[str, float]] = []
    begin = midnight + dice.uniform(7.3, 9.5) * 3_600
    end = begin + dice.uniform(7.5, 9.5) * 3_600
    for _ in range(_count(dice, person.appetite)):
        moment = dice.uniform(begin, end)
        name = _tool(dice, person)
        if name in EDITORS:
            moment = min(moment, end - 3_600)
        finished = sit(wire, dice, company, person, TOOLS[name], moment)
        if dice.chance(0.45):
            left_open.append((name, finished))
    return left_open


def _count(dice: Dice, mean: float) -> int:
    return min(12, int(dice.expovariate(1 / mean) + 0.5))


def _tool(dice: Dice, person: Person) -> str:
    if person.function == "engineering" and dice.chance(0.06):
        return "openai-codex"
    if person.special and dice.chance(0.42):
        return dice.choice(person.special)
    return dice.weighted(person.assistants)


def sit(
    wire: Wire, dice: Dice, company: Company, person: Person, tool: Tool, begin: float
) -> float:
    """One sitting. Its end."""
    task = _task(dice, person, tool)
    before(wire, dice, company, person, task, begin)
    messages = max(1, dice.size((tool.messages[0], tool.messages[1] + 0.99)))
    counts, time = {task: messages}, _opened(wire, dice, person, tool, task, begin)
    time = _ask(wire, dice, person, tool, task, messages, time)
    if tool in GENERAL and dice.chance(0.12):
        second = _task(dice, person, tool)
        more = max(1, dice.size((1, 6)))
        counts[second] = counts.get(second, 0) + more
        time = _ask(wire, dice, person, tool, second, more, time + dice.uniform(30, 500))
    account = tool.company_only or (person.accounts.get(tool.service) if tool in GENERAL else None)
    wire.labels.append(
        Label(person.name, tool.service, INTERACTIVE, begin, time, counts, account, tool.by_name)
    )
    return time


def _task(dice: Dice, person: Person, tool: Tool) -> str:
    own = dice.weighted(tool.tasks) if tool.tasks else ""
    return own or dice.weighted(person.tastes)


def before(
    wire: Wire, dice: Dice, company: Company, person: Person, task: str, begin: float
) -> None:
    """What was open in the minutes before: usually the work, now and then other work by habit."""
    if dice.chance(_CONTEXT.get(task, _CONTEXT_ELSE)):
        for app in _some(dice, company.licensed.get(task, ()), 2):
            _use(wire, dice, person, app, begin - dice.uniform(20, 540))
    if dice.chance(0.22):
        for app in _some(dice, company.licensed.get(dice.weighted(person.tastes), ()), 1):
            _use(wire, dice, person, app, begin - dice.uniform(60, 900))


def _some(dice: Dice, apps: tuple[Application, ...], most: int) -> list[Application]:
    return dice.sample(apps, min(len(apps), dice.randint(1, most)))


def _use(wire: Wire, dice: Dice, person: Person, app: Application, time: float) -> None:
    wire.visit(dice, person, app.host, app.paths[0], time, dice.randint(1, 5))


def _opened(wire: Wire, dice: Dice, person: Person, tool: Tool, task: str, time: float) -> float:
    """The page, and what it loads; by way of a custom assistant where somebody made one."""
    path, slug = tool.page, _words(dice, task)
    if tool.assistant_page and dice.chance(0.09):
        path = tool.assistant_page
        slug = dice.choice(_SLUGS.get(task, _PLAIN_SLUGS) if dice.chance(0.75) else _PLAIN_SLUGS)
    page = Call("GET", path, (700, 2_400), (20_000, 300_000), (0.2, 1.8))
    wire.send(dice, person, tool.host, page, time, agent=tool.agent, slug=slug)
    for host in tool.assets:
        asset = Call("GET", "/assets/{hex}.js", (500, 1_200), (30_000, 900_000))
        wire.send(
            dice, person, host, asset, time + dice.uniform(0.2, 2), referrer=f"https://{tool.host}/"
        )
    return time + dice.uniform(2, 30)


def _words(dice: Dice, task: str) -> str:
    """Searches that show in a page's address: never a word that tells the task."""
    return "-".join(dice.sample(("how", "best", "what", "north", "winter", "2026", "vs"), 3))


def _ask(
    wire: Wire, dice: Dice, person: Person, tool: Tool, task: str, messages: int, time: float
) -> float:
    share = _WITH_DOCUMENT.get(task, _ALWAYS)
    if tool.upload and dice.chance(share):
        time = _uploaded(wire, dice, person, tool, time)
    for _ in range(messages):
        time = _message(wire, dice, person, tool, task, time) + dice.span(tool.pause)
    return time


def _uploaded(wire: Wire, dice: Dice, person: Person, tool: Tool, time: float) -> float:
    for _ in range(dice.choice((1, 1, 1, 2, 3))):
        for call in tool.upload:
            sent = _send(wire, dice, person, tool, call, time)
            time = sent + dice.uniform(0.2, 3)
    return time + dice.uniform(3, 40)


def _message(wire: Wire, dice: Dice, person: Person, tool: Tool, task: str, time: float) -> float:
    for chore in tool.chores:
        _send(wire, dice, person, tool, chore, time + dice.uniform(-8, 12))
    ask = tool.ask
    if tool.documents and not dice.chance(0.35):
        ask = replace(ask, up=(1_500, 12_000))
    end = _send(wire, dice, person, tool, ask, time)
    feature = tool.features.get(task)
    if feature is not None and dice.chance(0.8):
        _send(wire, dice, person, tool, feature, end + dice.uniform(0.5, 6))
    return end


def _send(wire: Wire, dice: Dice, person: Person, tool: Tool, call: Call, time: float) -> float:
    page = "-" if tool.agent else f"https://{tool.host}/"
    sent = wire.send(
        dice, person, tool.host, call, time, agent=tool.agent, referrer=page,
        status=101 if call.seconds[1] > 300 else 200,
    )  # fmt: skip
    return sent.end
