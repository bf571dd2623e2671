"""How names are written into the store: as keyed pseudonyms, or plain where settings say so."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from shadow_scan.identity.pseudonyms import Pseudonyms

Namer = Callable[[str], str]


@dataclass(frozen=True, slots=True)
class NamePolicy:
    """How names are written into the store."""

    user: Namer
    device: Namer
    address: Namer
    plain: bool

    @classmethod
    def pseudonymous(cls, pseudonyms: Pseudonyms) -> NamePolicy:
        return cls(pseudonyms.user, pseudonyms.device, pseudonyms.address, plain=False)

    @classmethod
    def plain_names(cls) -> NamePolicy:
        return cls(str, str, str, plain=True)
