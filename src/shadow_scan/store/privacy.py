"""How names are written into the store: as keyed pseudonyms, or plain where settings say so."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass

from shadow_scan.console import note
from shadow_scan.identity.keyfile import load_or_create_key
from shadow_scan.identity.pseudonyms import Pseudonyms
from shadow_scan.settings import Settings
from shadow_scan.workspace import Workspace

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

    @classmethod
    def of(cls, place: Workspace, settings: Settings) -> NamePolicy:
        """As the settings say. Raises UsageError for a key that is lost, or not the workspace's."""
        if settings.plain_users:
            return cls.plain_names()
        return cls.pseudonymous(Pseudonyms(load_or_create_key(place.path, os.environ, warn=note)))
