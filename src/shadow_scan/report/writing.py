"""Writes a report in the form that its file's ending asks for."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import msgspec

from shadow_scan.errors import UsageError
from shadow_scan.procurement.given import Supplies
from shadow_scan.report.audit import audit
from shadow_scan.report.brief import brief
from shadow_scan.report.document import Document
from shadow_scan.report.gathering import Gathered, gathered
from shadow_scan.report.html import html
from shadow_scan.report.markdown import markdown
from shadow_scan.report.overview import overview
from shadow_scan.report.workbook import workbook

KINDS: dict[str, Callable[[Gathered], Document]] = {
    "overview": overview,
    "audit": audit,
    "procurement": brief,
}
_FORMS: dict[str, Callable[[Document], bytes]] = {
    ".html": lambda document: html(document).encode(),
    ".md": lambda document: markdown(document).encode(),
    ".xlsx": workbook,
    ".json": lambda document: _json(document),
}


def form_of(file: Path) -> Callable[[Document], bytes]:
    """Raises UsageError for an ending that no report has."""
    form = _FORMS.get(file.suffix.lower())
    if form is None:
        what = f"no report ends in '{file.suffix}'"
        raise UsageError(what, where=str(file), remedy=f"end it in {', '.join(_FORMS)}")
    return form


def report(supplies: Supplies, kind: str, file: Path) -> Document:
    """Write the report of that kind. Raises UsageError where the file cannot be written."""
    form = form_of(file)
    document = KINDS[kind](gathered(supplies))
    try:
        file.write_bytes(form(document))
    except OSError as error:
        remedy = "name a file that you may write"
        what = f"cannot be written: {error.strerror}"
        raise UsageError(what, where=str(file), remedy=remedy) from None
    return document


def _json(document: Document) -> bytes:
    fields = msgspec.to_builtins(document) | {"digest": document.digest}
    return msgspec.json.format(msgspec.json.encode(fields), indent=1) + b"\n"
