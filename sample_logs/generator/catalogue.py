"""The hosts of the story: real AI services, what surrounds them, and everything else.

Service ids are those of the product's catalogue. Every name that is not an AI vendor's ends in
``.example``, save one: gemini.com, which is no AI service and easily taken for one.
"""

from __future__ import annotations

from dataclasses import dataclass

from .model import Host, Page, Role


@dataclass(frozen=True, slots=True)
class Service:
    """An AI service: its doors, how much passes through them, and how it looks once opened.

    Sizes are bytes a visit, ``seconds`` is how long a connection stays open.
    """

    id: str
    doors: tuple[str, ...]
    up: tuple[int, int]
    down: tuple[int, int]
    seconds: tuple[int, int] = (3, 110)
    pages: tuple[Page, ...] = ()
    beside: tuple[str, ...] = ()
    """Its shared hosts: they carry uploads and static files and count only beside a door."""
    silent: tuple[str, ...] = ()
    """Its sign-in, telemetry, help and status hosts: never use."""


def _use(method: str, path: str, content_type: str = "application/json") -> Page:
    return Page(method, path, content_type, Role.COUNTED)


def _aside(path: str) -> Page:
    return Page("GET", path, "text/html", Role.SILENT)


_SERVICES = (
    Service(
        "chatgpt",
        ("chatgpt.com",),
        (4_000, 260_000),
        (9_000, 900_000),
        pages=(
            _use("POST", "/backend-api/conversation", "text/event-stream"),
            _use("POST", "/backend-api/conversation", "text/event-stream"),
            _use("POST", "/backend-api/files"),
            _use("GET", "/backend-api/gizmos/discovery"),
            _aside("/share/shared-by-somebody-else"),
        ),
        beside=("files.oaiusercontent.com", "cdn.oaistatic.com"),
        silent=("auth.openai.com", "ab.chatgpt.com", "help.openai.com", "status.openai.com"),
    ),
    Service("claude", ("claude.ai",), (6_000, 900_000), (8_000, 600_000), silent=("a.claude.ai",)),
    Service(
        "gemini",
        ("gemini.google.com",),
        (3_000, 180_000),
        (9_000, 500_000),
        pages=(
            _use(
                "POST",
                "/_/BardChatUi/data/assistant.lamda.BardFrontendService/StreamGenerate",
            ),
            _use("GET", "/app", "text/html"),
        ),
    ),
    Service("microsoft-copilot", ("copilot.microsoft.com",), (2_000, 90_000), (6_000, 400_000)),
    Service(
        "github-copilot",
        ("api.githubcopilot.com",),
        (9_000, 400_000),
        (4_000, 200_000),
        silent=("copilot-telemetry.githubusercontent.com",),
    ),
    Service("openai-api", ("api.openai.com",), (2_000, 60_000), (1_500, 90_000), (1, 20)),
    Service(
        "cursor",
        ("api2.cursor.sh",),
        (8_000, 700_000),
        (5_000, 300_000),
        silent=("authenticate.cursor.sh", "metrics.cursor.sh"),
    ),
    Service(
        "hugging-face",
        ("cdn-lfs.hf.co",),
        (900, 4_000),
        (200_000, 90_000_000),
        pages=(
            Page(
                "GET",
                "/northwind-lab/sensor-small/resolve/main/model.safetensors",
                "application/octet-stream",
                Role.COUNTED,
            ),
        ),
    ),
    Service("perplexity", ("www.perplexity.ai",), (2_000, 40_000), (9_000, 500_000)),
    Service(
        "deepl",
        ("www.deepl.com",),
        (1_500, 300_000),
        (3_000, 300_000),
        pages=(_use("POST", "/jsonrpc"), _use("GET", "/en/translator", "text/html")),
    ),
    Service(
        "grammarly", ("capi.grammarly.com", "app.grammarly.com"), (1_500, 50_000), (2_000, 60_000)
    ),
    Service("otter", ("otter.ai",), (900_000, 28_000_000), (30_000, 900_000)),
    Service("fireflies", ("app.fireflies.ai",), (9_000, 200_000), (40_000, 900_000)),
    Service("midjourney", ("www.midjourney.com",), (2_000, 60_000), (90_000, 6_000_000)),
    Service(
        "elevenlabs", ("elevenlabs.io", "api.elevenlabs.io"), (2_000, 90_000), (90_000, 4_000_000)
    ),
    Service("gamma", ("gamma.app",), (4_000, 300_000), (60_000, 3_000_000)),
    Service("runway", ("app.runwayml.com",), (90_000, 9_000_000), (200_000, 19_000_000)),
    Service("jasper", ("app.jasper.ai",), (3_000, 60_000), (9_000, 200_000)),
    Service(
        "notion-ai",
        ("www.notion.so",),
        (2_000, 60_000),
        (3_000, 90_000),
        pages=(
            _use("POST", "/api/v3/runInferenceTranscript", "application/x-ndjson"),
            _use("POST", "/api/v3/getCompletion", "application/x-ndjson"),
            Page("POST", "/api/v3/getRecordValues", "application/json", Role.SILENT),
        ),
    ),
    Service("suno", ("suno.com",), (2_000, 20_000), (90_000, 4_000_000)),
    Service("deepseek", ("chat.deepseek.com",), (2_000, 90_000), (6_000, 300_000)),
)
SERVICES = {service.id: service for service in _SERVICES}

OPENED_AT_OSLO = {
    "chatgpt": "chatgpt.com",
    "gemini": "gemini.google.com",
    "deepl": "www.deepl.com",
    "notion-ai": "www.notion.so",
    "hugging-face": "huggingface.co",
}
"""Services whose TLS the proxy in Oslo opens, and the host whose pages it then sees."""

AI_HOSTS = frozenset(
    [door for service in _SERVICES for door in (*service.doors, *service.beside)]
    + list(OPENED_AT_OSLO.values())
)
"""What the proxy's own categories call AI; it judges by the name of the host alone."""

TASTE = {
    "Engineering": {
        "github-copilot": 8, "cursor": 6, "chatgpt": 6, "claude": 7, "hugging-face": 5,
        "perplexity": 2, "gemini": 1, "openai-api": 1, "deepseek": 2,
    },
    "Sales": {
        "chatgpt": 7, "otter": 4, "gamma": 4, "perplexity": 3, "microsoft-copilot": 3,
        "fireflies": 2, "deepl": 2, "grammarly": 2,
    },
    "Marketing": {
        "chatgpt": 8, "midjourney": 5, "gemini": 4, "jasper": 3, "grammarly": 3, "gamma": 2,
        "deepl": 3, "elevenlabs": 2, "runway": 2, "notion-ai": 3,
    },
    "Finance": {
        "chatgpt": 5, "microsoft-copilot": 7, "claude": 3, "deepl": 2, "deepseek": 2,
    },
    "Legal": {"claude": 8, "chatgpt": 4, "deepl": 5, "otter": 1, "notion-ai": 2},
    "Support": {"chatgpt": 5, "deepl": 6, "grammarly": 5, "gemini": 2, "notion-ai": 3},
    "HR": {"chatgpt": 5, "grammarly": 4, "otter": 2, "microsoft-copilot": 3, "midjourney": 1},
    "Design": {
        "midjourney": 8, "runway": 4, "chatgpt": 4, "elevenlabs": 2, "gamma": 2, "gemini": 1,
    },
}  # fmt: skip
"""How much each team likes each service; a person keeps to a few of them."""

OUTSIDERS_TASTE = {"chatgpt": 6, "perplexity": 3, "suno": 3, "gemini": 3, "claude": 2, "otter": 1}
"""Contractors, guests and visitors."""

ORDINARY_HOSTS = (
    "intranet.northwind.example", "mail.northwind.example", "crm.saleswell.example",
    "git.forgeyard.example", "tickets.deskline.example", "news.dailyledger.example",
    "cdn.pixelcrate.example", "video.meetgrid.example", "maps.wayfold.example",
    "drive.paperstack.example", "ads.brightcast.example", "search.lookwell.example",
    "travel.railhub.example", "bank.tallyhouse.example", "wiki.northwind.example",
)  # fmt: skip
MACHINE_HOSTS = (
    "updates.deskos.example", "telemetry.deskos.example", "time.deskos.example",
    "definitions.shieldware.example", "push.pocketware.example", "sync.paperstack.example",
)  # fmt: skip
LOOKALIKES = (
    "chatgpt.com.evil.example", "notchatgpt.example", "gemini.example", "gemini.com",
    "claude.ai.login.example", "my-openai.example", "otter.example", "perplexity.example",
)  # fmt: skip


def door(name: str, service: str) -> Host:
    """A host that is use of ``service``."""
    return Host(name, Role.COUNTED, service)
