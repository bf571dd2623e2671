"""Inputs without lines: JSON documents, HAR, SQLite and Parquet, handed on one record a line.

A record becomes a line of JSON, numbered from 1, so that all that is known of lines (counting,
growth, copies, formats) holds for records too.
"""

from __future__ import annotations

from shadow_scan.collectors.records.envelopes import enveloped
from shadow_scan.collectors.records.opening import as_records, behind_known

__all__ = ["as_records", "behind_known", "enveloped"]
