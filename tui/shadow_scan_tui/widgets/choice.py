"""One of a few words, told by its mark as well as by its colour; left and right choose."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from textual.binding import BindingType
from textual.content import Content
from textual.message import Message
from textual.widget import Widget

from shadow_scan_tui.keytable import CHOICE_KEYS, bindings


class Choice(Widget, can_focus=True):
    """`options`: value -> label; two of them stand in a line."""

    DEFAULT_CSS = """
    Choice { height: auto; width: 1fr; }
    Choice:focus { background: $primary-muted; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [*bindings(CHOICE_KEYS)]

    class Changed(Message):
        """Another one was chosen."""

    class Left(Message):
        """Enter, where a choice alone is enough: this one it is."""

    def __init__(self, options: Mapping[str, str], chosen: str, *, enough: bool = False) -> None:
        super().__init__()
        self.enough = enough
        self.options = options
        self.value = chosen if chosen in options else next(iter(options))

    def render(self) -> Content:
        parts: list[Content] = []
        for at, (value, label) in enumerate(self.options.items()):
            mark, style = ("(•)", "bold") if value == self.value else ("( )", "")
            click = Content.styled(f"{mark} {label}", style).stylize(f"@click=pick({at})")
            parts += [click, Content("\n" if at % 2 else "  ".ljust(22 - len(label)))]
        return Content.assemble(*parts[:-1])

    def action_pick(self, at: int) -> None:
        self.value = list(self.options)[at]
        self.refresh()
        self.post_message(self.Changed())

    def action_choose(self, by: int) -> None:
        values = list(self.options)
        self.action_pick((values.index(self.value) + by) % len(values))

    def action_submit(self) -> None:
        if self.enough:
            self.post_message(self.Left())
        else:
            self.screen.focus_next()
