"""The last line: which keys there are where one is, each of them a place to click.

One widget for all of them: a first screen need not wait for one a key.
"""

from __future__ import annotations

from collections.abc import Iterable

from textual.content import Content
from textual.widgets import Static

from shadow_scan_tui.keytable import Key


class KeyLine(Static):
    DEFAULT_CSS = "KeyLine { dock: bottom; height: 1; background: $panel; }"

    def show(self, keys: Iterable[tuple[str, Key]]) -> None:
        """`keys`: whose action it is (app, screen), and the key."""
        parts: list[Content] = []
        for whose, key in keys:
            pressed = Content.styled(f" {key.name}", "bold $accent")
            words = Content(f" {key.words} ")
            click = f"@click={whose}.{key.action}"
            parts += [Content.assemble(pressed, words).stylize(click)]
        self.update(Content.assemble(*parts))
