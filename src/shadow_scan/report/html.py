"""One self-contained page: no script, no request, nothing that a log wrote can act in it."""

from __future__ import annotations

import base64
import hashlib
from functools import cache
from importlib import resources
from typing import Any

from jinja2 import DictLoader, Environment, StrictUndefined
from markupsafe import Markup

from shadow_scan.console import visible
from shadow_scan.report.document import Bar, Bars, Columns, Document, Grid
from shadow_scan.report.words import is_number, shown

_SHORT, _LONG = 20, 60
_MARKED = frozenset({"high", "critical", "unsanctioned", "sanctioned"})


def html(document: Document) -> str:
    style = _text("style.css")
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    template = _environment().get_template("report.html.jinja")
    return template.render(document=document, style=Markup(style), style_digest=digest) + "\n"  # noqa: S704 - our own file


@cache
def _text(name: str) -> str:
    return resources.files(__package__).joinpath("templates", name).read_text("utf-8")


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=DictLoader({"report.html.jinja": _text("report.html.jinja")}),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        finalize=lambda value: visible(value) if type(value) is str else value,
    )
    environment.globals |= {
        "kind": lambda block: type(block).__name__.lower(),
        "shown": shown, "numeric": _numeric, "cell_class": _cell_class,
        "scaled": _scaled, "span": _span, "marked": _marked,
    }  # fmt: skip
    return environment


def _numeric(grid: Grid, place: int) -> bool:
    values = [row[place] for row in grid.rows if row[place] is not None]
    return bool(values) and all(is_number(value) for value in values)


def _cell_class(grid: Grid, place: int, value: Any) -> Markup:
    if _numeric(grid, place):
        return Markup(' class="number"')
    if isinstance(value, str) and value in _MARKED:
        return Markup(' class="{}"').format(value)
    length = len(shown(grid.columns[place], value))
    if length <= _SHORT:
        return Markup(' class="short"')
    return Markup(' class="long"') if length > _LONG else Markup("")


def _scaled(block: Bars | Columns, value: float) -> float:
    greatest = max(bar.high if bar.high is not None else bar.value for bar in block.bars)
    return round(100 * value / greatest, 2) if greatest else 0.0


def _span(block: Bars, bar: Bar) -> float:
    width = _scaled(block, bar.high or 0.0) - _scaled(block, bar.low or 0.0)
    return round(max(width, 0.8), 2)


def _marked(block: Bars, value: float) -> float:
    return round(min(_scaled(block, value), 99.2), 2)
