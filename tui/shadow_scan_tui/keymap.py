"""Every key of the screens, once: footer, help and the test that presses each come from here."""

from __future__ import annotations

from dataclasses import dataclass

from textual.binding import Binding


@dataclass(frozen=True, slots=True)
class Key:
    key: str
    action: str
    words: str
    id: str
    shown: bool = True

    @property
    def binding(self) -> Binding:
        return Binding(self.key, self.action, self.words, show=self.shown, id=self.id)


APP_KEYS = (
    Key("1", "switch_mode('discover')", "Discover", "mode-discover"),
    Key("2", "switch_mode('audit')", "Audit", "mode-audit"),
    Key("3", "switch_mode('decide')", "Decide", "mode-decide"),
    Key("question_mark", "help", "help", "help"),
    Key("q", "quit", "quit", "quit"),
)
TABLE_KEYS = (
    Key("slash", "filter", "filter", "filter"),
    Key("enter", "open", "open", "open"),
    Key("escape", "back", "back", "back", shown=False),
    Key("s", "sort", "sort", "sort"),
    Key("y", "copy", "copy row", "copy", shown=False),
    Key("r", "reload", "reload", "reload", shown=False),
    Key("j", "move(1)", "down", "down", shown=False),
    Key("k", "move(-1)", "up", "up", shown=False),
)


def bindings(keys: tuple[Key, ...]) -> list[Binding]:
    return [key.binding for key in keys]


def help_lines() -> list[str]:
    """A line for each key, as the help shows it."""
    names = {"question_mark": "?", "slash": "/", "escape": "esc"}
    keys = (*APP_KEYS, *TABLE_KEYS)
    return [f"{names.get(key.key, key.key):>6}   {key.words}" for key in keys]
