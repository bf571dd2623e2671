"""The report as XLSX: a sheet a section, the assumptions as cells, and costs as formulas of ours.

Every text is written as a text: what looks like a formula in a log stays what it looks like.
"""

from __future__ import annotations

import io
from datetime import datetime
from typing import Any, Final

import xlsxwriter

from shadow_scan.console import visible
from shadow_scan.report.document import (
    Bars,
    Block,
    Columns,
    Document,
    Figures,
    Grid,
    Opening,
    Section,
    Sentence,
)
from shadow_scan.report.words import is_number

_OPTIONS: Final = {
    "in_memory": True, "strings_to_formulas": False, "strings_to_urls": False,
    "strings_to_numbers": False, "nan_inf_to_errors": True,
}  # fmt: skip
_EPOCH: Final = datetime(2000, 1, 1)
"""The same report has the same bytes, whenever it is made."""
_LONGEST: Final = 32_000
_NOT_IN_NAMES: Final = str.maketrans(dict.fromkeys("[]:*?/\\'", " "))
_FIRST_ROW: Final = 4


def workbook(document: Document) -> bytes:
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, _OPTIONS)
    book.set_properties({"title": document.title, "created": _EPOCH})
    writer = _Writer(book)
    for section in document.sections:
        writer.section(section)
    if document.assumptions:
        writer.assumptions(document)
        writer.costs(document)
    writer.last(document)
    book.close()
    return out.getvalue()


class _Writer:
    """A cursor over the sheets of one book."""

    def __init__(self, book: Any) -> None:
        self.book = book
        self.bold = book.add_format({"bold": True})
        self.head = book.add_format({"bold": True, "bottom": 1, "text_wrap": True})
        self.input = book.add_format({"bg_color": "#FFF6D5", "border": 1})
        self.money = book.add_format({"num_format": "#,##0.00"})
        self.title = book.add_format({"bold": True, "font_size": 14})
        self.used: set[str] = set()
        self.sheet: Any = None
        self.row = 0

    def opened(self, title: str) -> None:
        name = visible(title).translate(_NOT_IN_NAMES)[:28].strip() or "sheet"
        while name.lower() in self.used:
            name += "_"
        self.used.add(name.lower())
        self.sheet = self.book.add_worksheet(name)
        self.sheet.set_column(0, 0, 30)
        self.sheet.set_column(1, 12, 16)
        self.row = 0
        self.line((title,), self.title)
        self.row += 1

    def cell(self, column: int, value: Any, form: Any = None) -> None:
        if is_number(value):
            self.sheet.write_number(self.row, column, value, form)
        elif value is not None:
            text = "; ".join(map(str, value)) if isinstance(value, list | tuple) else str(value)
            self.sheet.write_string(self.row, column, visible(text)[:_LONGEST], form)

    def line(self, values: tuple[Any, ...], form: Any = None) -> None:
        for column, value in enumerate(values):
            self.cell(column, value, form)
        self.row += 1

    def section(self, section: Section) -> None:
        self.opened(section.title)
        for block in section.blocks:
            self.block(block)
            self.row += 1

    def block(self, block: Block) -> None:
        if isinstance(block, Sentence):
            self.line((f"{block.about.capitalize()}: {block.text}" if block.about not in
                       ("", "note", "lead") else block.text,))  # fmt: skip
        elif isinstance(block, Figures):
            for figure in block.items:
                self.line((figure.label, figure.value, figure.note))
        elif isinstance(block, Bars | Columns):
            self.line((block.title,), self.bold)
            for bar in block.bars:
                self.line((bar.label, bar.value, bar.low, bar.high))
        elif isinstance(block, Opening):
            self.line((block.title,), self.bold)
            for sentence in block.sentences:
                self.line((sentence.text,))
            self.table(block.inner)
        else:
            self.table(block)

    def table(self, grid: Grid) -> None:
        if grid.title:
            self.line((grid.title,), self.bold)
        self.line(grid.shown, self.head)
        for row in grid.rows:
            self.line(row)
        if grid.left_out:
            self.line((f"{grid.left_out} more rows",))

    def assumptions(self, document: Document) -> None:
        """Each assumption is a named cell, as `hour_cost`: the formulas of Cost follow it."""
        self.opened("Assumptions")
        self.line(("Change the yellow cells: the sheet Cost follows.",))
        self.line(("what", "value", "unit", "whose"), self.head)
        for assumption in document.assumptions:
            self.cell(0, assumption.name)
            if assumption.value is None:
                self.sheet.write_blank(self.row, 1, None, self.input)
            else:
                self.cell(1, assumption.value, self.input)
            self.cell(2, assumption.unit)
            self.cell(3, "yours" if assumption.given else "our default")
            self.book.define_name(
                f"assumed_{assumption.name}", f"='{self.sheet.get_name()}'!$B${self.row + 1}"
            )
            self.row += 1

    def costs(self, document: Document) -> None:
        """Seats, cost, gain and break-even of each candidate, as formulas over the assumptions."""
        self.opened("Cost")
        self.line(_COST_HEAD, self.head)
        for purchase in document.purchases:
            self.cost(purchase)
            self.row += 1

    def cost(self, p: dict[str, Any]) -> None:
        number = self.row + 1
        for column, name in enumerate(_COST_INPUTS):
            changeable = name in ("price", "rate", "minimum", "regulars")
            self.cell(column, p[name], self.input if changeable else None)
        if p["regulars"] is None:
            return
        self.sheet.write_formula(
            self.row,
            9,
            f"=ROUNDUP(ROUND(D{number}*(1+assumed_seats_headroom),6),0)",
            None,
            p["seats"],
        )
        times = {"seat-year": 1, "seat-quarter": 4}.get(p["unit"] or "", 12)
        if p["price"] is None or p["rate"] is None or not str(p["unit"]).startswith("seat"):
            return
        paid = f"MAX(J{number},I{number})"
        self.sheet.write_formula(
            self.row, 10, f"={paid}*F{number}*G{number}*{times}",
            self.money, p["yearly"],
        )  # fmt: skip
        gain = (
            '=IF(AND(ISBLANK(assumed_hours_saved_a_week),ISBLANK(assumed_external_spend_a_year)),"",'
            f"assumed_hours_saved_a_week*assumed_hour_cost*52*J{number}"
            "+assumed_external_spend_a_year*assumed_external_share_replaced)"
        )
        self.sheet.write_formula(self.row, 11, gain, self.money, "")
        price = f'=IF(OR(J{number}=0,L{number}=""),"",L{number}/{paid}/12)'
        self.sheet.write_formula(self.row, 12, price, self.money, "")
        minutes = (
            f'=IF(OR(J{number}=0,assumed_hour_cost=0),"",'
            f"K{number}/J{number}/52/assumed_hour_cost*60)"
        )
        self.sheet.write_formula(self.row, 13, minutes, self.money, p["minutes"] or "")

    def last(self, document: Document) -> None:
        self.opened("Digest")
        self.line(("rules", document.rules))
        self.line(("digest of this report", document.digest))
        self.line(("source file", "SHA-256"), self.head)
        for file, digest in document.inputs:
            self.line((file, digest or "nothing was read"))


_COST_INPUTS: Final = (
    "service", "plan", "low", "regulars", "high", "price", "rate", "as_of", "minimum",
)  # fmt: skip
_COST_HEAD: Final = (
    "service", "plan", "regular, at least", "regular, expected", "regular, at most",
    "price", "exchange rate", "price of", "minimum seats", "seats", "cost a year", "gain a year",
    "break-even price, seat and month", "pays at, minutes a week",
)  # fmt: skip
