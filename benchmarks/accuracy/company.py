"""A company by its seed: its industry, teams, people, the tools that they took to, and its weeks.

Development and test companies come from different industries, with other mixtures of teams; and
each seed licenses other work applications.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from .applications import EVERYBODY, Application, applications
from .editors import COPILOT_OWN_KEY
from .model import Dice, Person
from .special import ANYBODY, FUNCTIONS

DEVELOPMENT = ("software-maker", "law-practice", "machine-works", "web-shop")
TEST = ("insurer", "clinic-group", "advertising-agency", "freight-line")
SEEDS = {"development": DEVELOPMENT, "test": TEST}

TEAMS: dict[str, dict[str, int]] = {
    "software-maker": {"engineering": 22, "sales": 8, "marketing": 6, "customer-service": 6,
                       "finance-procurement": 3, "legal": 2, "hr": 3, "design": 5, "general": 3},
    "law-practice": {"legal": 26, "research": 6, "finance-procurement": 4, "hr": 3, "marketing": 4,
                     "operations": 6, "general": 5, "engineering": 3},
    "machine-works": {"operations": 14, "engineering": 12, "finance-procurement": 8, "sales": 8,
                      "hr": 4, "legal": 3, "general": 5, "research": 4},
    "web-shop": {"marketing": 14, "customer-service": 14, "operations": 8, "engineering": 8,
                 "design": 5, "finance-procurement": 4, "general": 4, "hr": 2},
    "insurer": {"customer-service": 14, "legal": 8, "finance-procurement": 12, "engineering": 8,
                "operations": 8, "hr": 4, "sales": 7, "general": 4},
    "clinic-group": {"research": 14, "operations": 12, "hr": 5, "finance-procurement": 5,
                     "customer-service": 8, "legal": 4, "engineering": 4, "general": 6},
    "advertising-agency": {"marketing": 20, "design": 14, "sales": 8, "research": 5,
                           "finance-procurement": 3, "hr": 3, "engineering": 5, "general": 4},
    "freight-line": {"operations": 18, "sales": 10, "customer-service": 10, "engineering": 8,
                     "finance-procurement": 7, "legal": 4, "hr": 3, "general": 4},
}  # fmt: skip
"""Industry -> people by function. Nothing in a log says which industry it is."""

TASKS: dict[str, dict[str, float]] = {
    "engineering": {"code": 62, "research": 12, "data-analysis": 7, "writing": 9,
                    "document-summary": 6, "model-building": 4},
    "sales": {"outbound-sales": 46, "writing": 11, "research": 14, "meeting-notes": 6,
              "presentation": 9, "document-summary": 9, "data-analysis": 5},
    "marketing": {"marketing-content": 47, "social-listening": 9, "image": 12, "research": 11,
                  "writing": 8, "translation": 5, "presentation": 5, "video": 3},
    "customer-service": {"customer-support": 60, "translation": 13, "writing": 13,
                         "document-summary": 9, "research": 5},
    "finance-procurement": {"finance-analysis": 42, "supplier-analysis": 19, "data-analysis": 13,
                            "writing": 9, "document-summary": 10, "contract-review": 7},
    "legal": {"contract-review": 46, "compliance": 17, "research": 14, "writing": 10,
              "document-summary": 13},
    "hr": {"recruiting": 50, "writing": 22, "document-summary": 10, "compliance": 8,
           "translation": 5, "presentation": 5},
    "design": {"image": 46, "presentation": 14, "video": 9, "research": 12, "writing": 10,
               "code": 9},
    "research": {"research": 42, "document-summary": 24, "data-analysis": 18, "writing": 16},
    "operations": {"document-summary": 19, "writing": 19, "data-analysis": 17,
                   "supplier-analysis": 15, "automation": 12, "presentation": 9, "compliance": 9},
    "general": {"writing": 28, "presentation": 20, "document-summary": 22, "research": 18,
                "meeting-notes": 12},
}  # fmt: skip
"""Function -> what its people give to general assistants, in parts of their sittings."""

_ASSISTANTS = {"chatgpt": 44, "claude": 14, "gemini": 12, "microsoft-copilot": 6,
               "microsoft-365-copilot": 12, "perplexity": 7, "deepseek": 2, "mistral-le-chat": 2,
               "grok": 1}  # fmt: skip
_FIRST = ("anka", "bodil", "caspar", "delphine", "emeka", "farida", "gustav", "hana", "ilka",
          "joris", "kalani", "leocadia", "maarten", "nuria", "oskar", "petra", "quirin", "ravna",
          "sunniva", "tomasz", "ulla", "vesna", "wanda", "xenia", "yorick", "zofia")  # fmt: skip
_LAST = ("ashgrove", "birkhall", "cobbleby", "dunmarsh", "elverton", "farrowick", "greymont",
         "holbeck", "ivesley", "jessop-lane", "kirkwold", "larkmoor", "merrowby", "nettlecombe",
         "oxbarrow", "pinfold", "quarndon", "rushlake", "saltburn", "thornaby")  # fmt: skip
_BROWSERS = (
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) "
    "Chrome/141.0.0.0 Safari/537.36",
    "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) "
    "Version/18.5 Safari/605.1.15",
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:143.0) Gecko/20100101 Firefox/143.0",
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) "
    "Chrome/141.0.0.0 Safari/537.36 Edg/141.0.0.0",
)


@dataclass(frozen=True, slots=True)
class Company:
    seed: str
    people: tuple[Person, ...]
    servers: tuple[Person, ...]
    licensed: dict[str, tuple[Application, ...]]
    """Task -> the work applications for it that this company has."""
    monday: int
    """Midnight UTC of its first day."""
    days: int
    organisation: str

    @property
    def everybody(self) -> tuple[Person, ...]:
        return self.people + self.servers


def company(seed: str, size: float = 1.0, days: int = 12) -> Company:
    """`size` scales the number of people; `days` from a Monday on, weekends among them."""
    dice = Dice(seed, "company")
    people = [
        _person(Dice(seed, function, number), function, number, offset)
        for offset, (function, count) in enumerate(TEAMS[seed].items())
        for number in range(max(1, round(count * size)))
    ]
    licensed = {task: tuple(_licensed(dice, task)) for task in _all_tasks()}
    servers = tuple(_server(seed, number) for number in range(4))
    monday = 1_788_739_200 + 7 * 86_400 * (sorted(TEAMS).index(seed) % 6)
    return Company(seed, tuple(_distinct(people)), servers, licensed, monday, days, dice.uuid())


def _all_tasks() -> list[str]:
    return sorted({task for tasks in TASKS.values() for task in tasks})


def _licensed(dice: Dice, task: str) -> list[Application]:
    offered = applications(task)
    return dice.sample(offered, min(len(offered), dice.choice((2, 2, 3))))


def everyday(dice: Dice) -> tuple[Application, ...]:
    return tuple(dice.sample(EVERYBODY, 3))


def _person(dice: Dice, function: str, number: int, offset: int) -> Person:
    name = f"{dice.choice(_FIRST)}.{dice.choice(_LAST)}"
    tastes = {task: share * dice.span((0.4, 2.5)) for task, share in TASKS[function].items()}
    liked = dice.sample(list(_ASSISTANTS), 4)
    assistants = {
        tool: _ASSISTANTS[tool] * dice.span((0.3, 3)) for tool in sorted({"chatgpt", *liked})
    }
    return Person(
        name,
        function.replace("-", " ").title(),
        function,
        f"pc-{offset:02}{number:02}",
        f"10.{40 + offset}.{8 + number // 100}.{20 + number % 100}",
        dice.choice(_BROWSERS),
        tastes,
        assistants,
        tuple(_special(dice, function)),
        dice.span((0.7, 6.5)),
        dice.chance(0.04),
        {tool: "company" if dice.chance(0.35) else "personal" for tool in _ASSISTANTS},
    )


def _special(dice: Dice, function: str) -> list[str]:
    """The tools for one purpose that somebody took to: some of the team's, one of anybody's."""
    own = dice.sample(FUNCTIONS[function], dice.choice((0, 1, 1, 2)))
    if function == "engineering":
        own += [dice.choice(("github-copilot", "github-copilot", COPILOT_OWN_KEY, "cursor"))]
    return own + dice.sample(ANYBODY, dice.choice((0, 0, 1, 1, 2)))


def _server(seed: str, number: int) -> Person:
    device = f"srv-{('batch', 'etl', 'web', 'ci')[number]}-{number:02}"
    return Person(device, "", "server", device, f"10.90.4.{10 + number}", "-", unnamed=True)


def _distinct(people: list[Person]) -> list[Person]:
    """Namesakes get a number, as directories give them."""
    seen: dict[str, int] = {}
    named = []
    for person in people:
        seen[person.name] = seen.get(person.name, 0) + 1
        times = seen[person.name]
        named.append(replace(person, name=f"{person.name}{times}") if times > 1 else person)
    return named
