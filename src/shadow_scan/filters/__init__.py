"""One small language for search, policies and reports: `team:legal bytes_up:>1MB since:14d`.

Pure: it knows words and SQL text, and no database. Values are always bound.
"""

from shadow_scan.filters.language import (
    Condition,
    Filter,
    as_argument,
    as_value,
    parse,
    quoted,
    spelled_nearly,
    words_of,
)
from shadow_scan.filters.sql import Compiled, compiled
from shadow_scan.filters.terms import TERMS, Term, help_text, suggestions

__all__ = [
    "TERMS",
    "Compiled",
    "Condition",
    "Filter",
    "Term",
    "as_argument",
    "as_value",
    "compiled",
    "help_text",
    "parse",
    "quoted",
    "spelled_nearly",
    "suggestions",
    "words_of",
]
