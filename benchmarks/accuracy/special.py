"""Services made for one kind of work, as a table: host of the application, host of its interface,
what it is used for. Their requests look like those of any web application."""

# ruff: noqa: E501 - a table
from __future__ import annotations

from .model import Call, Span
from .tools import DOCUMENT, PICTURE, STREAM, TEXT_DOWN, TEXT_UP, Tool

Shape = tuple[Span, Span, Span]

TEXT: Shape = (TEXT_UP, TEXT_DOWN, STREAM)
FORM: Shape = ((900, 9_000), (2_000, 60_000), (0.3, 6))
IMAGE: Shape = ((900, 6_000), PICTURE, (6, 50))
MOVIE: Shape = ((1_000, 20_000), (4_000_000, 60_000_000), (5, 80))
SOUND: Shape = ((150_000, 9_000_000), (4_000, 90_000), (3, 60))
PAPERS: Shape = (DOCUMENT, (3_000, 80_000), (1, 30))

_ROWS: tuple[tuple[str, str, str, str, Shape, dict[str, float]], ...] = (
    ("otter", "otter.ai", "otter.ai", "/forward/api/v1/speech", SOUND, {"meeting-notes": 1}),
    ("fireflies", "app.fireflies.ai", "api.fireflies.ai", "/graphql", FORM, {"meeting-notes": 1}),
    ("granola", "app.granola.ai", "api.granola.ai", "/v1/get-documents", FORM, {"meeting-notes": 1}),
    ("fathom", "fathom.video", "fathom.video", "/calls/{hex}", FORM, {"meeting-notes": 1}),
    ("read-ai", "app.read.ai", "api.read.ai", "/v1/meetings/{hex}", FORM, {"meeting-notes": 1}),
    ("tldv", "tldv.io", "gw.tldv.io", "/v1/meetings/{hex}", FORM, {"meeting-notes": 1}),
    ("gong", "app.gong.io", "app.gong.io", "/call/{hex}", FORM,
     {"meeting-notes": 0.8, "outbound-sales": 0.2}),
    ("midjourney", "www.midjourney.com", "www.midjourney.com", "/api/submit-jobs", IMAGE, {"image": 1}),
    ("ideogram", "ideogram.ai", "ideogram.ai", "/api/images/sample", IMAGE, {"image": 1}),
    ("krea", "www.krea.ai", "api.krea.ai", "/generate/image", IMAGE, {"image": 0.93, "video": 0.07}),
    ("recraft", "www.recraft.ai", "api.recraft.ai", "/queue/generate", IMAGE, {"image": 1}),
    ("adobe-firefly", "firefly.adobe.com", "firefly-api.adobe.io", "/v2/images/generate", IMAGE,
     {"image": 0.95, "video": 0.05}),
    ("runway", "app.runwayml.com", "api.runwayml.com", "/v1/tasks", MOVIE, {"video": 1}),
    ("heygen", "app.heygen.com", "api2.heygen.com", "/v1/video.generate", MOVIE, {"video": 1}),
    ("synthesia", "app.synthesia.io", "api.synthesia.io", "/v2/videos", MOVIE, {"video": 1}),
    ("descript", "web.descript.com", "web.descript.com", "/v2/projects/{hex}/media", MOVIE,
     {"video": 0.85, "speech": 0.15}),
    ("elevenlabs", "elevenlabs.io", "api.elevenlabs.io", "/v1/text-to-speech/{hex}", IMAGE,
     {"speech": 0.94, "video": 0.06}),
    ("murf", "murf.ai", "murf.ai", "/Prod/generate", IMAGE, {"speech": 1}),
    ("jasper", "app.jasper.ai", "api.jasper.ai", "/v1/command", TEXT,
     {"marketing-content": 0.9, "outbound-sales": 0.04, "writing": 0.06}),
    ("copy-ai", "app.copy.ai", "api.copy.ai", "/api/workflow/run", TEXT,
     {"marketing-content": 0.82, "outbound-sales": 0.12, "writing": 0.06}),
    ("writesonic", "app.writesonic.com", "api.writesonic.com", "/v2/business/content", TEXT,
     {"marketing-content": 0.92, "writing": 0.08}),
    ("surfer", "app.surferseo.com", "app.surferseo.com", "/api/v1/content_editors", FORM,
     {"marketing-content": 1}),
    ("frase", "app.frase.io", "api.frase.io", "/v1/documents", TEXT, {"marketing-content": 1}),
    ("clay", "app.clay.com", "api.clay.com", "/v3/tables/{hex}/run", FORM, {"outbound-sales": 1}),
    ("lavender", "app.lavender.ai", "api.lavender.ai", "/v1/score", FORM, {"outbound-sales": 1}),
    ("regie-ai", "app.regie.ai", "api.regie.ai", "/v1/sequences", TEXT, {"outbound-sales": 1}),
    ("autogenai", "app.autogenai.com", "api.autogenai.com", "/v1/drafts", PAPERS,
     {"outbound-sales": 0.85, "writing": 0.15}),
    ("harvey", "app.harvey.ai", "app.harvey.ai", "/api/assistant/query", PAPERS,
     {"contract-review": 0.84, "research": 0.09, "compliance": 0.07}),
    ("legora", "app.legora.com", "api.legora.com", "/v1/review", PAPERS,
     {"contract-review": 0.88, "research": 0.12}),
    ("spellbook", "app.spellbook.legal", "api.spellbook.legal", "/v1/redline", PAPERS,
     {"contract-review": 1}),
    ("luminance", "eu.luminance.com", "eu.luminance.com", "/api/documents", PAPERS,
     {"contract-review": 0.95, "compliance": 0.05}),
    ("gc-ai", "app.gc.ai", "app.gc.ai", "/api/chat", PAPERS,
     {"contract-review": 0.87, "compliance": 0.13}),
    ("vic-ai", "app.vic.ai", "api.us.vic.ai", "/v0/invoices", PAPERS, {"finance-analysis": 1}),
    ("appzen", "app.appzen.com", "app.appzen.com", "/api/audit", PAPERS, {"finance-analysis": 1}),
    ("rossum", "acme.rossum.app", "acme.rossum.app", "/api/v1/annotations", PAPERS,
     {"finance-analysis": 0.95, "supplier-analysis": 0.05}),
    ("alphasense", "research.alpha-sense.com", "research.alpha-sense.com", "/api/search", FORM,
     {"finance-analysis": 0.72, "research": 0.28}),
    ("fiscal-ai", "fiscal.ai", "api.fiscal.ai", "/v1/copilot", TEXT, {"finance-analysis": 1}),
    ("julius", "julius.ai", "api.julius.ai", "/api/chat/message", PAPERS,
     {"data-analysis": 0.88, "finance-analysis": 0.12}),
    ("elicit", "elicit.com", "elicit.com", "/api/tables", FORM, {"research": 1}),
    ("consensus", "consensus.app", "consensus.app", "/api/threads", TEXT, {"research": 1}),
    ("scispace", "scispace.com", "scispace.com", "/api/copilot/chat", TEXT,
     {"research": 0.88, "document-summary": 0.12}),
    ("notebooklm", "notebooklm.google.com", "notebooklm.google.com",
     "/_/LabsTailwindUi/data/batchexecute", PAPERS, {"document-summary": 0.7, "research": 0.3}),
    ("chatpdf", "www.chatpdf.com", "www.chatpdf.com", "/api/ask", PAPERS,
     {"document-summary": 0.9, "contract-review": 0.1}),
    ("humata", "app.humata.ai", "app.humata.ai", "/api/v1/ask", PAPERS, {"document-summary": 1}),
    ("gamma", "gamma.app", "api.gamma.app", "/graphql", FORM, {"presentation": 1}),
    ("beautiful-ai", "www.beautiful.ai", "www.beautiful.ai", "/api/slide", FORM, {"presentation": 1}),
    ("deepl", "www.deepl.com", "www2.deepl.com", "/jsonrpc", FORM,
     {"translation": 0.96, "writing": 0.04}),
    ("google-translate", "translate.google.com", "translate.google.com",
     "/_/TranslateWebserverUi/data/batchexecute", FORM, {"translation": 1}),
    ("textio", "app.textio.com", "api.textio.com", "/v1/score", FORM, {"recruiting": 0.94, "writing": 0.06}),
    ("metaview", "my.metaview.ai", "api.metaview.ai", "/conversations/{hex}", FORM,
     {"recruiting": 0.85, "meeting-notes": 0.15}),
    ("juicebox", "app.juicebox.work", "api.juicebox.work", "/search", FORM, {"recruiting": 1}),
    ("decagon", "app.decagon.ai", "api.decagon.ai", "/admin/conversations", FORM,
     {"customer-support": 1}),
    ("forethought", "dashboard.forethought.ai", "dashboard.forethought.ai", "/api/solve", FORM,
     {"customer-support": 1}),
    ("voiceflow", "creator.voiceflow.com", "creator.voiceflow.com", "/api/prototype", FORM,
     {"customer-support": 0.92, "automation": 0.08}),
    ("cresta", "app.cresta.com", "api.cresta.com", "/v1/assist", FORM, {"customer-support": 1}),
    ("n8n", "acme.app.n8n.cloud", "acme.app.n8n.cloud", "/rest/workflows/{hex}", FORM, {"automation": 1}),
    ("lindy", "chat.lindy.ai", "api.lindy.ai", "/v1/agents/{hex}", FORM, {"automation": 1}),
    ("gumloop", "www.gumloop.com", "api.gumloop.com", "/api/v1/save_pipeline", FORM,
     {"automation": 1}),
    ("zapier-ai", "agents.zapier.com", "agents.zapier.com", "/api/agents/{uuid}/run", FORM,
     {"automation": 1}),
    ("quillbot", "quillbot.com", "quillbot.com", "/api/paraphraser/single-paraphrase", FORM,
     {"writing": 1}),
    ("wordtune", "app.wordtune.com", "api.wordtune.com", "/rewrite", FORM, {"writing": 1}),
    ("lovable", "lovable.dev", "api.lovable.dev", "/projects/{uuid}/chat", TEXT, {"code": 1}),
    ("v0", "v0.app", "v0.app", "/chat/api/send", TEXT, {"code": 0.95, "image": 0.05}),
    ("replit", "replit.com", "replit.com", "/graphql", TEXT, {"code": 1}),
    ("google-ai-studio", "aistudio.google.com", "alkalimakersuite-pa.clients6.google.com",
     "/$rpc/google.internal.alkali.applications.makersuite.v1.MakerSuiteService/GenerateContent",
     TEXT, {"model-building": 0.85, "code": 0.15}),
    ("openai-platform", "platform.openai.com", "platform.openai.com", "/playground/chat", TEXT,
     {"model-building": 0.93, "code": 0.07}),
    ("langsmith", "smith.langchain.com", "api.smith.langchain.com", "/runs/query", FORM,
     {"model-building": 1}),
)  # fmt: skip

FUNCTIONS: dict[str, tuple[str, ...]] = {
    "engineering": ("lovable", "v0", "replit", "openai-platform", "langsmith", "google-ai-studio"),
    "sales": ("clay", "lavender", "regie-ai", "autogenai", "gong", "fathom", "copy-ai"),
    "marketing": ("jasper", "writesonic", "surfer", "frase", "midjourney", "ideogram", "heygen",
                  "krea", "copy-ai", "elevenlabs", "descript"),
    "customer-service": ("decagon", "forethought", "voiceflow", "cresta", "deepl"),
    "finance-procurement": ("vic-ai", "appzen", "rossum", "alphasense", "fiscal-ai", "julius"),
    "legal": ("harvey", "legora", "spellbook", "luminance", "gc-ai", "chatpdf"),
    "hr": ("textio", "metaview", "juicebox", "synthesia", "gamma"),
    "design": ("midjourney", "krea", "recraft", "adobe-firefly", "v0", "runway"),
    "research": ("elicit", "consensus", "scispace", "notebooklm", "humata", "julius"),
    "operations": ("n8n", "lindy", "gumloop", "zapier-ai", "otter", "notebooklm"),
    "general": ("gamma", "beautiful-ai", "read-ai", "fireflies", "notebooklm"),
}  # fmt: skip
ANYBODY = ("otter", "fireflies", "granola", "fathom", "read-ai", "tldv", "deepl",
           "google-translate", "gamma", "quillbot", "wordtune", "notebooklm", "chatpdf",
           "murf")  # fmt: skip


def _tool(
    service: str, host: str, api: str, path: str, shape: Shape, tasks: dict[str, float]
) -> Tool:
    up, down, seconds = shape
    other = api if api != host else ""
    return Tool(
        service,
        host,
        "/app/{hex}",
        Call("POST", path, up, down, seconds, other),
        tasks,
        chores=(
            Call("GET", "/api/me", (600, 2_000), (400, 6_000), host=other),
            Call("GET", "/api/workspaces/{hex}", (600, 2_000), (900, 30_000), host=other),
            Call("POST", "/api/events", (800, 6_000), (150, 500), (0.04, 0.2)),
        ),
        idle=(Call("GET", "/api/notifications", (600, 1_500), (150, 900), host=other),),
        idle_every=(45, 400),
        messages=(1, 7),
        documents=shape is PAPERS,
    )


SPECIAL = {row[0]: _tool(*row) for row in _ROWS}
