"""Business functions: the words of people files for them, and which office each belongs to."""

from __future__ import annotations

from typing import Final

OFFICES: Final = {
    "sales-marketing": "front",
    "customer-service": "front",
    "operations": "back",
    "finance-procurement": "back",
    "legal": "back",
    "hr": "back",
    "engineering": "product",
    "design": "product",
    "research": "product",
    "general": "shared",
}
"""Function of the contract -> front office (faces customers), back office, product, or shared."""

_WORDS: Final = {
    "sales": "sales-marketing",
    "marketing": "sales-marketing",
    "salesmarketing": "sales-marketing",
    "support": "customer-service",
    "service": "customer-service",
    "customerservice": "customer-service",
    "customersupport": "customer-service",
    "customercare": "customer-service",
    "finance": "finance-procurement",
    "procurement": "finance-procurement",
    "purchasing": "finance-procurement",
    "accounting": "finance-procurement",
    "controlling": "finance-procurement",
    "financeprocurement": "finance-procurement",
    "humanresources": "hr",
    "people": "hr",
    "it": "operations",
    "logistics": "operations",
    "production": "operations",
    "development": "engineering",
    "software": "engineering",
    "rd": "research",
    "science": "research",
    "management": "general",
    **{name.replace("-", ""): name for name in OFFICES},
}


def function_of(words: str | None) -> str | None:
    """The business function that a people file or a budget means; None where nobody knows."""
    bare = "".join(letter for letter in (words or "").lower() if letter.isalnum())
    return _WORDS.get(bare)
