"""The report as Markdown: reads well as plain text; nothing in it is markup that a log wrote."""

from __future__ import annotations

from collections.abc import Iterator

from shadow_scan.console import visible
from shadow_scan.report.document import (
    Bars,
    Block,
    Columns,
    Document,
    Figures,
    Grid,
    Opening,
    Sentence,
)
from shadow_scan.report.outputs import without_markup
from shadow_scan.report.words import is_number, shown


def markdown(document: Document) -> str:
    lines = [f"# {_safe(document.title)}", "", _safe(document.subtitle), ""]
    for section in document.sections:
        lines += [f"## {_safe(section.title)}", ""]
        for block in section.blocks:
            lines += [*_block(block), ""]
    if document.assumptions:
        lines += [
            "## Assumptions",
            "",
            "| what | value | unit | whose |",
            "| --- | ---: | --- | --- |",
        ]
        lines += [
            f"| {_safe(a.name)} | {_safe(shown('', a.value))} | {a.unit} | "
            f"{'yours' if a.given else 'our default'} |"
            for a in document.assumptions
        ]
        lines.append("")
    lines += ["---", "", f"Rules `{document.rules}`  ", f"Digest `{document.digest}`"]
    return "\n".join(lines) + "\n"


def _safe(text: str) -> str:
    return without_markup(visible(text.replace("\n", " ")))


def _block(block: Block) -> Iterator[str]:
    if isinstance(block, Sentence):
        about = f"**{_safe(block.about.capitalize())}.** "
        yield ("" if block.about in ("", "note", "lead") else about) + _safe(block.text)
    elif isinstance(block, Figures):
        for figure in block.items:
            more = f" ({_safe(figure.note)})" if figure.note else ""
            yield f"- **{_safe(figure.value)}** {_safe(figure.label)}{more}"
    elif isinstance(block, Bars | Columns):
        yield from _drawn(block)
    elif isinstance(block, Opening):
        yield from (f"### {_safe(block.title)}", "", *(_safe(s.text) for s in block.sentences), "")
        yield from _table(block.inner)
    else:
        yield from _table(block)


def _drawn(block: Bars | Columns) -> Iterator[str]:
    if block.bars:
        yield from (f"**{_safe(block.title)}**", "")
        yield from (f"- {_safe(bar.label)}: {_safe(bar.shown)}" for bar in block.bars)


def _table(grid: Grid) -> Iterator[str]:
    if grid.title:
        yield from (f"**{_safe(grid.title)}**", "")
    numeric = [any(is_number(row[at]) for row in grid.rows) for at in range(len(grid.columns))]
    yield "| " + " | ".join(map(_safe, grid.shown)) + " |"
    yield "|" + "".join(" ---: |" if right else " --- |" for right in numeric)
    for row in grid.rows:
        cells = (_safe(shown(name, value)) for name, value in zip(grid.columns, row, strict=True))
        yield "| " + " | ".join(cells) + " |"
    if grid.left_out:
        yield from ("", f"{grid.left_out} more rows.")
