"""General assistants, under their real hosts, with paths as public clients have shown them."""

from __future__ import annotations

from .model import Call
from .tools import PICTURE, Tool, post, put, small

CHATGPT = Tool(
    "chatgpt",
    "chatgpt.com",
    "/c/{uuid}",
    post("/backend-api/f/conversation", (2_000, 24_000)),
    chores=(
        small("POST", "/backend-api/sentinel/chat-requirements"),
        small("POST", "/backend-api/f/conversation/prepare"),
        Call("POST", "/ces/v1/t", (3_000, 40_000), (200, 500), (0.05, 0.3)),
        small("GET", "/backend-api/conversations"),
        small("GET", "/backend-api/gizmos/snorlax/sidebar"),
    ),
    assets=("cdn.oaistatic.com",),
    upload=(
        small("POST", "/backend-api/files"),
        put("/file-{hex}/raw", "files.oaiusercontent.com"),
        small("POST", "/backend-api/files/process_upload_stream"),
    ),
    features={
        "image": Call(
            "GET", "/file-{hex}/image", (700, 1_400), PICTURE, (0.5, 3), "files.oaiusercontent.com"
        ),
        "speech": Call(
            "POST", "/backend-api/transcribe", (90_000, 2_500_000), (400, 5_000), (1, 6)
        ),
    },
    idle=(
        small("GET", "/backend-api/me"),
        Call("POST", "/ces/v1/t", (1_500, 9_000), (200, 500), (0.05, 0.3)),
        small("GET", "/backend-api/conversations"),
    ),
    assistant_page="/g/g-{hex}-{slug}",
)
CLAUDE = Tool(
    "claude",
    "claude.ai",
    "/chat/{uuid}",
    post("/api/organizations/{org}/chat_conversations/{uuid}/completion", (1_500, 9_000)),
    chores=(
        small("GET", "/api/organizations/{org}/chat_conversations/{uuid}"),
        small("POST", "/api/organizations/{org}/chat_conversations/{uuid}/title"),
        small("POST", "/api/event_logging/batch"),
    ),
    assets=("assets-proxy.anthropic.com",),
    upload=(put("/api/organizations/{org}/conversations/{uuid}/wiggle/upload-file"),),
    features={
        "code": small("GET", "/api/organizations/{org}/artifacts/{uuid}/versions"),
    },
    idle=(
        small("GET", "/api/organizations/{org}/notification/status"),
        small("POST", "/api/event_logging/batch"),
    ),
    assistant_page="/project/{uuid}",
)
GEMINI = Tool(
    "gemini",
    "gemini.google.com",
    "/app/{hex}",
    post(
        "/u/0/_/BardChatUi/data/assistant.lamda.BardFrontendService/StreamGenerate",
        (3_000, 20_000),
        (20_000, 260_000),
        (5, 35),
    ),
    chores=(
        small("POST", "/u/0/_/BardChatUi/data/batchexecute"),
        small("GET", "/u/0/_/BardChatUi/browserinfo"),
    ),
    assets=("www.gstatic.com", "lh3.googleusercontent.com"),
    upload=(put("/upload/", "push.clients6.google.com"),),
    features={
        "image": Call(
            "GET", "/gg-dl/{hex}", (600, 1_500), PICTURE, (0.5, 3), "lh3.googleusercontent.com"
        )
    },
    idle=(small("POST", "/u/0/_/BardChatUi/data/batchexecute"),),
    assistant_page="/gem/{slug}",
)
COPILOT = Tool(
    "microsoft-copilot",
    "copilot.microsoft.com",
    "/chats/{hex}",
    Call("GET", "/c/api/chat", (4_000, 60_000), (9_000, 200_000), (60, 600)),
    chores=(small("GET", "/c/api/conversations"), small("POST", "/c/api/start")),
    upload=(put("/c/api/attachments"),),
    idle=(small("GET", "/c/api/user"), small("GET", "/c/api/conversations")),
    company_only="personal",
    messages=(1, 4),
)
M365 = Tool(
    "microsoft-365-copilot",
    "m365.cloud.microsoft",
    "/chat",
    Call(
        "GET",
        "/m365Copilot/Chathub/{uuid}@{org}",
        (5_000, 70_000),
        (12_000, 260_000),
        (40, 500),
        "substrate.office.com",
    ),
    chores=(small("GET", "/chat/conversation/{uuid}"),),
    upload=(put("/m365Copilot/UploadFile", "substrate.office.com"),),
    idle=(small("GET", "/api/heartbeat"),),
    company_only="company",
    messages=(1, 4),
)
PERPLEXITY = Tool(
    "perplexity",
    "www.perplexity.ai",
    "/search/{slug}-{hex}",
    post("/rest/sse/perplexity_ask", (1_500, 6_000), (25_000, 400_000), (6, 60)),
    tasks={"research": 0.82, "": 0.18},
    chores=(
        small("GET", "/rest/thread/list_recent"),
        small("POST", "/rest/event/analytics"),
    ),
    assets=("pplx-res.cloudinary.com",),
    upload=(
        small("POST", "/rest/uploads/create_upload_url"),
        put("/web/{uuid}", "ppl-ai-file-upload.s3.amazonaws.com"),
    ),
    idle=(small("GET", "/rest/user/settings"),),
)
DEEPSEEK = Tool(
    "deepseek",
    "chat.deepseek.com",
    "/a/chat/s/{uuid}",
    post("/api/v0/chat/completion"),
    chores=(
        small("POST", "/api/v0/chat/create_pow_challenge"),
        small("GET", "/api/v0/chat_session/fetch_page"),
    ),
    upload=(put("/api/v0/file/upload_file"),),
    idle=(small("GET", "/api/v0/users/current"),),
    company_only="personal",
)
MISTRAL = Tool(
    "mistral-le-chat",
    "chat.mistral.ai",
    "/chat/{uuid}",
    post("/api/chat"),
    chores=(small("GET", "/api/trpc/chat.list"),),
    upload=(put("/api/files"),),
    idle=(small("GET", "/api/trpc/user.session"),),
)
GROK = Tool(
    "grok",
    "grok.com",
    "/c/{uuid}",
    post("/rest/app-chat/conversations/{uuid}/responses"),
    chores=(small("GET", "/rest/app-chat/conversations"), small("POST", "/rest/log")),
    upload=(put("/rest/app-chat/upload-file"),),
    features={
        "image": Call("POST", "/rest/media/post/create", (1_000, 4_000), PICTURE, (3, 15)),
    },
    idle=(small("GET", "/rest/rate-limits"),),
)
GENERAL = (CHATGPT, CLAUDE, GEMINI, COPILOT, M365, PERPLEXITY, DEEPSEEK, MISTRAL, GROK)
