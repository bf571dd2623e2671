"""The few words that policies ask of a service's terms, read out of what its facts say.

A fact is a sentence with a source; these words are its gist, and None where no fact says it.
"""

from __future__ import annotations

import re
from typing import Literal

from shadow_scan.rules.ruleset import Service

Training = Literal["yes", "opt-out", "opt-in", "depends", "no"]
"""`opt-out`: what consumers enter trains models unless they object. Company plans may differ."""

_TRAINING: tuple[tuple[str, Training], ...] = (
    ("opt-out", "opt-out"),
    ("opt-in", "opt-in"),
    ("yes", "yes"),
    ("depends", "depends"),
    ("no", "no"),
)
_REGIONS = {
    "cn": re.compile(r"\bchina\b", re.IGNORECASE),
    "ru": re.compile(r"\brussia", re.IGNORECASE),
    "ir": re.compile(r"\biran\b", re.IGNORECASE),
    "kp": re.compile(r"\bnorth korea\b", re.IGNORECASE),
}
_AGREEMENT = re.compile(r"\bDPA\b|data processing (agreement|addendum)", re.IGNORECASE)


def training(service: Service) -> Training | None:
    """Whether what people enter trains models by default, on the consumer plan."""
    said = _said(service, "training_default").lower()
    return next((word for begin, word in _TRAINING if re.match(rf"{begin}\b", said)), None)


def region(service: Service) -> str | None:
    """The country code of a place that many organisations restrict, where a fact puts the data or
    the vendor there."""
    said = f"{_said(service, 'residency')} {_said(service, 'training_default')}"
    return next((code for code, words in _REGIONS.items() if words.search(said)), None)


def agreement(service: Service) -> Literal["yes", "no"] | None:
    """Whether the vendor offers an agreement on data; `no` where it is known to offer nothing."""
    said = _said(service, "compliance")
    if _AGREEMENT.search(said):
        return "yes"
    return "no" if said.lower() in ("none", "none found") else None


def _said(service: Service, name: str) -> str:
    return next((fact.value for fact in service.facts if fact.name == name), "")
