"""Hosts that no catalogue names: twenty AI services of all kinds, and five hundred false friends.

Names are drawn anew for each company, half of the services under names that tell nothing; false
friends share names, paths, ports, streams and sizes with AI services, one or two of them at a time.
"""

# ruff: noqa: E501 - tables
from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from .company import Company
from .model import Call, Dice, Person, Span
from .wire import Wire

SERVICES, FRIENDS = 20, 500

_FIRST = ("amber", "birch", "cobalt", "dapple", "ember", "fallow", "gravel", "hazel", "indigo",
          "juniper", "kestrel", "linden", "marl", "nimbus", "ochre", "pewter", "quartz", "russet",
          "sable", "teal", "umber", "verdant", "willow", "yarrow")  # fmt: skip
_SECOND = ("arbor", "bridge", "cradle", "delta", "engine", "forge", "grove", "harbour", "inlet",
           "junction", "kiln", "loom", "meadow", "needle", "orchard", "pillar", "quarry", "ridge",
           "spindle", "tower", "union", "vale", "wharf", "yard")  # fmt: skip
_REPLY: Span = (5_000, 120_000)
_LONG: Span = (5, 70)
_TOKENS = {"up": (1_500, 20_000), "down": _REPLY, "seconds": _LONG}
_SDK = ("OpenAI/Python 1.109.1", "python-httpx/0.28.1", "node", "litellm/1.77.3", "axios/1.12.2")


@dataclass(frozen=True, slots=True)
class Stranger:
    host: str
    calls: tuple[Call, ...]
    agent: str = ""
    port: int = 443
    users: int = 3
    visits: Span = (2, 18)
    turns: Span = (2, 12)
    rest: Span = (4, 120)


def _call(method: str, path: str, up: Span, down: Span, seconds: Span = (0.05, 0.8)) -> Call:
    return Call(method, path, up, down, seconds)


_PAGE = _call("GET", "/", (600, 2_000), (8_000, 200_000))


def _service(dice: Dice, number: int, name: str) -> Stranger:
    """The numberth of the twenty; every second one has a name that says what it is."""
    telling = number % 2 == 0
    sdk, lan = dice.choice(_SDK), f"{dice.choice(('gpu', 'lab', 'ws'))}-{number:02}.corp.example"
    api = _call("POST", "/v1/chat/completions", (2_000, 40_000), (1_500, 60_000), (1, 40))
    return (
        lambda: Stranger(f"{'llm' if telling else 'gw'}.{name}.example", (api,), sdk, users=2),
        lambda: Stranger(f"api.{name}.example", (api,), sdk, users=2),
        lambda: Stranger(f"{'inference' if telling else 'api'}.{name}.example",
                         (_call("POST", "/v1/messages", **_TOKENS),), dice.choice(("node", sdk))),
        lambda: Stranger(f"eu.{name}.example", (
            _call("POST", "/v1/embeddings", (3_000, 12_000), (20_000, 90_000)), api), sdk, users=1),
        lambda: Stranger(f"{'voice-ai' if telling else 'media'}.{name}.example", (
            _call("POST", "/v1/audio/transcriptions", (300_000, 9_000_000), (500, 9_000), (2, 30)),)),
        lambda: Stranger(f"render.{name}.example", (
            _call("POST", "/v1/images/generations", (900, 4_000), (700_000, 3_000_000), (5, 40)),)),
        lambda: Stranger(f"{'chat' if telling else 'app'}.{name}.example", (
            _call("POST", "/api/chat", **_TOKENS), _PAGE), users=6),
        lambda: Stranger(f"www.{name}.example", (
            _call("POST", "/api/conversation", **_TOKENS), _PAGE), users=5),
        lambda: Stranger(f"{'gpt' if telling else 'my'}.{name}.example", (
            _call("POST", "/backend-api/conversation", **_TOKENS), _PAGE), users=4),
        lambda: Stranger(f"desk.{name}.example", (
            _call("POST", "/api/generate", **_TOKENS), _PAGE), users=4),
        lambda: Stranger(f"{'assistant' if telling else 'portal'}.{name}.example", (
            _call("POST", "/api/v1/completion", **_TOKENS), _PAGE), users=5),
        lambda: Stranger(f"{name}.example", (
            _call("POST", "/chat/stream", **_TOKENS), _PAGE), users=3),
        lambda: Stranger(lan, (_call("POST", "/api/chat", **_TOKENS),), "ollama-python/0.6.0", 11_434),
        lambda: Stranger(lan, (
            _call("POST", "/v1/chat/completions", **_TOKENS),), sdk, 1_234, users=1),
        lambda: Stranger(lan, (
            _call("POST", "/v1/completions", **_TOKENS), _call("GET", "/v1/models", (300, 700),
             (400, 2_000))), sdk, 8_000),
        lambda: Stranger(f"mcp.{name}.example", (
            _call("POST", "/mcp", (600, 5_000), (700, 30_000), (0.1, 4)),), "node"),
        lambda: Stranger(f"agents.{name}.example", (
            _call("GET", "/.well-known/agent.json", (400, 900), (1_000, 6_000)),
            _call("POST", "/message/send", (2_000, 30_000), (1_000, 40_000), (2, 50))), sdk),
        lambda: Stranger(f"work.{name}.example", (
            _call("GET", "/.well-known/agent-card.json", (400, 900), (1_000, 6_000)),
            _call("POST", "/", (2_000, 30_000), (1_000, 40_000), (2, 50))), sdk, users=1),
        lambda: Stranger(f"{'models' if telling else 'mirror'}.{name}.example", (
            _call("GET", "/acme/llama-3-8b/resolve/main/model-00001-of-00004.safetensors",
                  (300, 900), (1_900_000_000, 4_900_000_000), (60, 600)),),
            "huggingface_hub/0.35", users=2, visits=(1, 3), turns=(2, 5)),
        lambda: Stranger(f"hub.{name}.example", (
            _call("GET", "/api/models/acme/mistral-7b", (300, 900), (900, 9_000)),
            _call("GET", "/acme/mistral-7b/resolve/main/model.gguf", (300, 900),
                  (2_900_000_000, 5_900_000_000), (60, 900))), "Wget/1.24", users=1, visits=(1, 3),
            turns=(2, 4)),
    )[number]()  # fmt: skip


_LOOKALIKES = ("chat", "gpt", "ai", "assistant", "copilot", "claude", "llama", "mistral", "gemini",
               "ask", "bot", "agent", "model", "neural", "prompt")  # fmt: skip
_TRADES = ("farm", "timber", "choir", "airfield", "fencing", "sailing", "bakery", "dental", "schools",
           "parents", "estates", "tours", "couriers", "fashion", "aquarium", "drama")  # fmt: skip

_KINDS: tuple[tuple[int, str, tuple[Call, ...], dict[str, object]], ...] = (
    (80, "name", (_PAGE,), {}),
    (30, "sms", (_call("POST", "/v1/messages", (400, 900), (200, 600)),), {"agent": "okhttp/4.12.0"}),
    (25, "support", (_PAGE, _call("POST", "/api/chat", (500, 1_500), (200, 900))), {}),
    (40, "ticker", (_call("GET", "/events", (500, 900), (9_000, 90_000), (60, 900)), _PAGE), {}),
    (30, "calls", (_call("POST", "/stream", (80_000, 900_000), (90_000, 900_000), (60, 900)),), {}),
    (40, "iso", (_call("GET", "/releases/download/v3/disk.iso", (300, 900),
                       (300_000_000, 4_500_000_000), (30, 900)),),
     {"visits": (1, 3), "turns": (1, 2), "agent": "Wget/1.24"}),
    (20, "layers", (_call("GET", "/v2/library/base/blobs/sha256:{hex}", (300, 900),
                          (3_000_000, 900_000_000), (1, 90)),), {"agent": "docker/28.4.0"}),
    (30, "backup", (_call("PUT", "/upload/{hex}", (2_000_000, 90_000_000), (200, 900), (2, 90)),), {}),
    (50, "telemetry", (_call("POST", "/v1/traces", (2_000, 40_000), (40, 200)),
                       _call("POST", "/v1/metrics", (2_000, 40_000), (40, 200))),
     {"agent": "OTel-OTLP-Exporter-Python/1.37.0", "turns": (10, 60)}),
    (15, "shop", (_call("GET", "/v1/models", (400, 900), (2_000, 60_000)), _PAGE), {}),
    (15, "invoices", (_call("POST", "/api/generate", (900, 9_000), (20_000, 200_000), (0.3, 2)),), {}),
    (15, "search", (_call("GET", "/search/completions", (400, 900), (200, 2_000)),),
     {"turns": (8, 40), "rest": (0.2, 2)}),
    (15, "port", (_PAGE, _call("GET", "/static/{hex}.js", (400, 900), (9_000, 90_000))), {"port": 8_000}),
    (10, "devport", (_PAGE,), {"port": 1_234}),
    (10, "push", (_call("GET", "/sse", (400, 900), (2_000, 20_000), (100, 900)),), {}),
    (10, "script", (_call("POST", "/v1/orders", (900, 9_000), (400, 4_000)),),
     {"agent": "python-httpx/0.28.1", "turns": (5, 40)}),
    (10, "discovery", (_call("GET", "/.well-known/openid-configuration", (400, 900), (900, 4_000)),
                       _call("POST", "/token", (900, 2_000), (900, 4_000))), {}),
    (55, "site", (_PAGE, _call("GET", "/news/{hex}", (600, 2_000), (9_000, 90_000))), {}),
)  # fmt: skip


def strangers(seed: str) -> tuple[list[Stranger], list[Stranger]]:
    """The AI services, and the false friends."""
    dice = Dice(seed, "strangers")
    names = [f"{first}{second}" for first in _FIRST for second in _SECOND]
    dice.shuffle(names)
    services = [_service(dice, number, names.pop()) for number in range(SERVICES)]
    friends = []
    for count, kind, calls, details in _KINDS:
        for number in range(count):
            host = _friendly_name(dice, kind, names, number)
            friends.append(Stranger(host, calls, users=dice.randint(1, 6), **details))  # type: ignore[arg-type]
    return services, friends


def _friendly_name(dice: Dice, kind: str, names: list[str], number: int) -> str:
    """A name like that of an AI service for eighty of them, and for one in twelve of the others."""
    if kind == "name":
        word, trade = _LOOKALIKES[number % len(_LOOKALIKES)], dice.choice(_TRADES)
        style = number // len(_LOOKALIKES) % 3
        return (f"www.{word}-{trade}-{number}.example", f"{word}.{trade}{number}.example",
                f"{word}{trade}{number}.example")[style]  # fmt: skip
    if names and dice.chance(0.9):
        front = dice.choice(("www", "app", "api", "eu", "my", "portal", "hub"))
        if dice.chance(0.08):
            front = dice.choice(("chat", "assistant", "ai", "copilot"))
        return f"{front}.{names.pop()}-{kind}{number}.example"
    return f"{kind}{number}.corp.example"


def meet(wire: Wire, company: Company, friends_met: int = FRIENDS) -> list[str]:
    """The company uses all services and that many friends. The hosts that are AI services."""
    services, friends = strangers(company.seed)
    friends = friends[:: FRIENDS // friends_met]
    everybody = list(company.people)
    for stranger in (*services, *friends):
        dice = Dice(company.seed, stranger.host)
        people = dice.sample(everybody, min(len(everybody), stranger.users))
        for person in people:
            _used(wire, dice, company, person, stranger)
    return [service.host for service in services]


def _used(wire: Wire, dice: Dice, company: Company, person: Person, stranger: Stranger) -> None:
    for _ in range(max(1, round(dice.size(stranger.visits) * company.days / 12))):
        day = dice.choice([day for day in range(company.days) if day % 7 < 5])
        time = company.monday + day * 86_400 + dice.uniform(8.5, 17) * 3_600
        _turns(wire, dice, person, stranger, time)


def _turns(wire: Wire, dice: Dice, person: Person, stranger: Stranger, time: float) -> None:
    calls: Sequence[Call] = stranger.calls
    for _ in range(dice.size(stranger.turns)):
        for call in calls:
            sent = wire.send(
                dice, person, stranger.host, call, time, agent=stranger.agent, port=stranger.port,
                referrer="-" if stranger.agent else f"https://{stranger.host}/",
            )  # fmt: skip
            time = sent.end + dice.uniform(0.1, 2)
        time += dice.span(stranger.rest)
