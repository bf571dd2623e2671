"""The spellings of one product's record: the lines of each are read by a statement of their own.

What no line of a block speaks is not planned (DuckDB plans a statement anew for each block), and no
line runs through the statement of another spelling.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

FIELDS = "{fields}"
"""Where the fields stand in a statement around them."""


@dataclass(frozen=True, slots=True)
class Variants:
    """Condition on `line` -> statement of the fields; the first condition that holds decides.

    The column `variant` says which it was, from 1; 0 is none, and such a line has no fields.
    """

    told_by: Mapping[str, str]
    frame: str = FIELDS

    def around(self, statement: str) -> Variants:
        """The fields inside of a statement that holds `{fields}`."""
        return Variants(self.told_by, statement.replace(FIELDS, self.frame))

    def given(self, word: str, value: str) -> Variants:
        """With the value of a word that stands in the statements."""
        told_by = {told: given.replace(word, value) for told, given in self.told_by.items()}
        return replace(self, told_by=told_by, frame=self.frame.replace(word, value))

    def among(self, others: Mapping[str, str]) -> Variants:
        """These, and then others that are whole statements already."""
        whole = {told: self.frame.replace(FIELDS, given) for told, given in self.told_by.items()}
        return Variants({**whole, **others})

    @property
    def texts(self) -> tuple[str, ...]:
        """All that is written in any of the statements."""
        return self.frame, *self.told_by, *self.told_by.values()

    @property
    def telling(self) -> str:
        """An expression over `line`: the variant's number."""
        numbered = enumerate(self.told_by, 1)
        cases = " ".join(f"WHEN {condition} THEN {number}" for number, condition in numbered)
        return f"CASE {cases} ELSE 0 END"

    def statement(self, variant: int, columns_of: Callable[[str], Mapping[str, str]]) -> str:
        """The statement for lines of one variant; `columns_of` gives a statement's columns and
        their types, so that all variants have the columns of each."""
        given = ["SELECT line_number, line, header FROM lines", *self.told_by.values()]
        all_columns = {name: kind for one in given for name, kind in columns_of(one).items()}
        own = columns_of(given[variant])
        missing = "".join(
            f', NULL::{kind} AS "{name}"' for name, kind in all_columns.items() if name not in own
        )
        fields = f"SELECT *, {variant} AS variant{missing} FROM ({given[variant]})"
        return self.frame.replace(FIELDS, fields)
