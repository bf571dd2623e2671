"""Formats that an organisation declares itself, in small TOML files of its workspace."""

from __future__ import annotations

from shadow_scan.collectors.mapping.compiling import compiled
from shadow_scan.collectors.mapping.loading import own_formats, parsed_mapping
from shadow_scan.collectors.mapping.model import Mapping

__all__ = ["Mapping", "compiled", "own_formats", "parsed_mapping"]
