"""What all dialogs are: a box of fields, whose keys stand in the one table."""

from __future__ import annotations

from typing import Any, ClassVar

from textual.binding import BindingType
from textual.screen import ModalScreen, ScreenResultType
from textual.widgets import Input, Static

from shadow_scan_tui.keytable import DIALOG_KEYS, bindings
from shadow_scan_tui.look import Look

_LEAVE, _ENTER, _RECORD = DIALOG_KEYS


class Field(Input):
    """A line to type in."""

    BINDINGS: ClassVar[list[BindingType]] = [*bindings([_ENTER])]

    def __init__(self, value: str = "", **given: Any) -> None:
        super().__init__(value, compact=True, **given)


class Dialog(ModalScreen[ScreenResultType]):
    """Escape leaves it, and nothing is written."""

    BINDINGS: ClassVar[list[BindingType]] = [*bindings([_LEAVE, _RECORD])]
    look: Look

    def foot(self, keys: str) -> Static:
        """The last line, with the key's name for each `{id}` in it."""
        return Static(self.look.keys.told(keys), classes="muted", markup=False)

    def action_leave(self) -> None:
        self.dismiss(None)

    def action_record(self) -> None:
        """What only some dialogs have."""
