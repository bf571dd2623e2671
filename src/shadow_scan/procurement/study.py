"""The figures of the study behind this product, in one place, so that each is named as its own.

Source: MIT NANDA, "The GenAI Divide: State of AI in Business 2025", July 2025.
"""

from __future__ import annotations

from typing import Final

NAME: Final = "the study (MIT NANDA, July 2025)"
LIMITS: Final = (
    "52 organisations interviewed, 153 leaders surveyed, 300+ public initiatives reviewed; "
    "self-reported, small samples: a comparison, never a law"
)

GAP: Final = (
    "the study: about 40 % of companies had bought an official subscription, more than 90 % of "
    "employees said that they use personal AI tools for work: two different units, never subtract"
)
INVESTMENT: Final = (
    "the study: about 50 % of budgets in one place, about 70 % in another, go to sales and "
    "marketing; back-office work returned more"
)
PARTNERS: Final = (
    "the study: partnerships reached deployment about 67 % of the time, internal builds 33 % "
    "(a correlation); people used external tools about twice as much"
)
SAVINGS: Final = (
    "the study: savings came from replaced outsourcing (2 to 10 million dollars a year) and "
    "agency spend (30 % less), not from fewer staff"
)
FIT: Final = (
    "the study: quick tasks go to AI (70 %), complex ones to people (90 %); narrow scope and "
    "simple execution won"
)
CYCLES: Final = "the study: contract cycles of 2 to 18 months; switching costs grow as tools learn"
INCUMBENTS: Final = (
    "the study: buyers found vendors through existing partners (20 %), integrations (15 %) and "
    "peers (13 %)"
)
SURVEY: Final = "the study: 66 % want tools that learn, 63 % want tools that keep context"
SCALING: Final = (
    "the study: mid-size firms went from pilot to full use in about 90 days, large ones in nine "
    "months or more"
)

FUNNEL: Final = {
    "generic": "the study, organisations: 80 % looked at, 50 % piloted, 40 % in use",
    "task-specific": "the study, organisations: 60 % looked at, 20 % piloted, 5 % in use",
}
GENERIC: Final = ("chat", "chat-enterprise", "ai-browser")
"""Categories whose tools are general assistants; every other one is made for a task."""
