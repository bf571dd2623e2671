"""Assistants inside editors and for whole programming tasks."""

from __future__ import annotations

from .model import Call
from .tools import Tool, post, small

COPILOT_EDITOR = Tool(
    "github-copilot",
    "api.business.githubcopilot.com",
    "/models",
    Call("POST", "/chat/completions", (20_000, 240_000), (3_000, 60_000), (3, 40)),
    {"code": 1.0},
    chores=(
        Call(
            "POST",
            "/v1/engines/copilot-codex/completions",
            (4_000, 14_000),
            (600, 4_000),
            (0.2, 1.4),
            "proxy.business.githubcopilot.com",
        ),
    )
    * 9,
    idle=(
        small("GET", "/copilot_internal/v2/token", "api.github.com"),
        small("GET", "/models"),
    ),
    idle_every=(1_300, 1_700),
    agent="GitHubCopilotChat/0.31.2",
    messages=(2, 18),
    pause=(20, 240),
    company_only="company",
)
COPILOT_OWN = Tool(
    "github-copilot",
    "api.individual.githubcopilot.com",
    "/models",
    COPILOT_EDITOR.ask,
    {"code": 1.0},
    chores=(
        Call(
            "POST",
            "/v1/engines/copilot-codex/completions",
            (4_000, 14_000),
            (600, 4_000),
            (0.2, 1.4),
            "proxy.individual.githubcopilot.com",
        ),
    )
    * 9,
    idle=COPILOT_EDITOR.idle,
    idle_every=(1_300, 1_700),
    agent="GitHubCopilotChat/0.31.2",
    messages=(2, 18),
    pause=(20, 240),
    company_only="personal",
)
CURSOR = Tool(
    "cursor",
    "api2.cursor.sh",
    "/aiserver.v1.AiService/AvailableModels",
    Call(
        "POST",
        "/aiserver.v1.ChatService/StreamUnifiedChatWithTools",
        (80_000, 900_000),
        (6_000, 160_000),
        (8, 120),
    ),
    {"code": 0.97, "data-analysis": 0.03},
    chores=(
        Call("POST", "/aiserver.v1.AiService/StreamCpp", (5_000, 20_000), (500, 5_000), (0.2, 1.2)),
        Call(
            "POST",
            "/aiserver.v1.RepositoryService/FastUpdateFileV2",
            (2_000, 60_000),
            (200, 900),
            host="repo42.cursor.sh",
        ),
    )
    * 4,
    idle=(small("POST", "/aiserver.v1.DashboardService/GetUsageLimit"),),
    idle_every=(280, 620),
    agent="connect-es/1.6.1",
    messages=(2, 14),
)
CODEX = Tool(
    "openai-codex",
    "chatgpt.com",
    "/codex",
    post("/backend-api/codex/tasks", (4_000, 30_000), (2_000, 40_000), (1, 8)),
    {"code": 1.0},
    chores=(
        small("GET", "/backend-api/wham/tasks/list"),
        small("GET", "/backend-api/wham/usage"),
    ),
    by_name="chatgpt",
    messages=(1, 6),
)
COPILOT_OWN_KEY = "github-copilot on one's own account"
EDITORS = {
    "github-copilot": COPILOT_EDITOR,
    COPILOT_OWN_KEY: COPILOT_OWN,
    "cursor": CURSOR,
    "openai-codex": CODEX,
}
