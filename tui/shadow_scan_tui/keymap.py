"""Every key of the screens, once: footer, help, docs and the test that presses each."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType

from textual.binding import Binding
from textual.keys import key_to_character

from shadow_scan.errors import UsageError

_NAMES = {
    "question_mark": "?", "slash": "/", "escape": "esc", "left_square_bracket": "[",
    "right_square_bracket": "]", "space": "space",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Key:
    key: str
    action: str
    words: str
    id: str
    shown: bool = False
    """Whether the footer has room for it."""
    about: str = ""
    """More than the footer says, for help and docs."""

    @property
    def binding(self) -> Binding:
        return Binding(self.key, self.action, self.words, show=self.shown, id=self.id,
                       key_display=self.name)  # fmt: skip

    @property
    def name(self) -> str:
        """As people write it: ?, ^d, D."""
        if self.key in _NAMES:
            return _NAMES[self.key]
        if self.key.startswith("ctrl+"):
            return "^" + self.key.removeprefix("ctrl+")
        return key_to_character(self.key) or self.key


APP_KEYS = (
    Key("1", "go('discover')", "Discover", "mode-discover", about="what nobody ruled on"),
    Key("2", "go('audit')", "Audit", "mode-audit", about="who, what, by what proof"),
    Key("3", "go('decide')", "Decide", "mode-decide", about="what to buy, join, stop"),
    Key("question_mark", "help", "help", "help", True),
    Key("q", "quit", "quit", "quit", True),
)
PAGE_KEYS = (
    Key("enter", "open", "open", "open", True, "into the row under the cursor"),
    Key("escape", "back", "back", "back", False, "out of it; never leaves the program"),
    Key("slash", "filter", "filter", "filter", True, "narrow all screens, as you type"),
    Key("left_square_bracket", "period(-1)", "longer", "period-longer", False, "a longer period"),
    Key("right_square_bracket", "period(1)", "shorter", "period-shorter", False,
        "a shorter period"),
    Key("v", "turn(1)", "view", "next-view", True, "the next view or tab"),
    Key("V", "turn(-1)", "view back", "previous-view", False, "the view before"),
    Key("j", "move(1)", "down", "down"),
    Key("k", "move(-1)", "up", "up"),
    Key("s", "sort(1)", "sort", "sort", False, "by the next column"),
    Key("S", "sort(-1)", "sort back", "sort-back", False, "by the column before"),
    Key("space", "mark", "mark", "mark", False, "several services for one ruling"),
    Key("d", "decide", "decide", "decide", True, "rule on the service, or on all marked"),
    Key("D", "decide_next", "decide, next", "decide-next", False, "rule, and go to the next"),
    Key("a", "accept", "accept", "accept", False,
        "a candidate as a service, a finding with a reason; and on to the next"),
    Key("w", "later", "later", "later", False, "the candidate waits a fortnight"),
    Key("u", "undo", "undo", "undo", False, "take the last ruling back, by a new line"),
    Key("x", "explain", "explain", "explain", False, "why: rule, task, team, file and line"),
    Key("c", "correct", "correct", "correct", False, "say what a session or a host really is"),
    Key("n", "no_service", "no AI", "no-service", False, "the host is no AI service"),
    Key("p", "replay", "what if", "replay", False,
        "what ruling out, licensing or joining would touch"),
    Key("e", "export", "export", "export", True, "what is on screen, to a file"),
    Key("y", "copy", "copy", "copy", False, "the row, or its source line"),
    Key("g", "see('portfolio')", "portfolio", "portfolio", False, "Decide, by task or service"),
    Key("t", "see('teams')", "team x service", "teams", False, "Audit, by service or task"),
    Key("l", "see('ledger')", "ledger", "ledger", False, "who ruled what, and why"),
    Key("b", "case", "business case", "case", False, "what buying it would mean"),
    Key("r", "reload", "reload", "reload", False, "ask again"),
)  # fmt: skip
ROW_KEYS = (
    Key("down", "by(1)", "down", "row-down"),
    Key("up", "by(-1)", "up", "row-up"),
    Key("right", "across(1)", "right", "column-right", False, "the next cell, or further right"),
    Key("left", "across(-1)", "left", "column-left", False, "the cell before, or further left"),
    Key("pagedown", "page(1)", "page down", "page-down"),
    Key("pageup", "page(-1)", "page up", "page-up"),
    Key("home", "end(-1)", "first", "first-row"),
    Key("end", "end(1)", "last", "last-row"),
)
PALETTE = Key("ctrl+p", "command_palette", "palette", "palette", True, "all that applies now")
"""The one key that is bound elsewhere: by the library that draws."""
FILTER_KEYS = (
    Key("escape", "back", "leave it", "filter-leave", False, "the words stay in place"),
    Key("ctrl+u", "clear", "clear", "filter-clear"),
    Key("right", "take", "take it", "filter-take", False, "the suggestion, at the end of the line"),
)
_TERMINAL = ("f1", *(f"ctrl+{letter}" for letter in "chijmqsz"))
_RESERVED = {
    "tab": "moves the focus", "shift+tab": "moves the focus", "ctrl+x": "cuts text",
    "ctrl+u": "clears the filter", "ctrl+p": "opens the palette",
    **dict.fromkeys(_TERMINAL, "belongs to the terminal"),
}  # fmt: skip
_SETTINGS = "[keys] of settings.toml"


class Keys:
    """The table as one user has it. `wanted`: id -> key, from the settings.

    Raises UsageError that names every unknown action, unknown key and clash at once.
    """

    def __init__(self, wanted: Mapping[str, str] = MappingProxyType({})) -> None:
        problems: list[str] = []
        named = {action: _named_key(action, key, problems) for action, key in wanted.items()}
        problems += _unknown(wanted)
        self.app = tuple(_moved(key, named) for key in APP_KEYS)
        self.page = tuple(_moved(key, named) for key in PAGE_KEYS)
        problems += _clashes((*self.app, *self.page))
        if problems:
            raise UsageError("the settings are wrong", where=_SETTINGS, details=problems)
        self.moved = {action: key for action, key in named.items() if key}
        """Id -> key, as the library that draws wants it."""
        known = (*self.app, *self.page, PALETTE, *FILTER_KEYS)
        self._names = {key.id: key.name for key in known}

    @property
    def areas(self) -> tuple[tuple[str, tuple[Key, ...]], ...]:
        return (
            ("Everywhere", self.app),
            ("On a page", self.page),
            ("While typing a filter", FILTER_KEYS),
        )

    def told(self, text: str) -> str:
        """A text of our own, with the key's name for each `{id}` in it."""
        return text.format_map(self._names)

    def help_lines(self) -> Iterator[str]:
        """All keys by area, a line each."""
        for title, keys in self.areas:
            yield title
            for key in keys:
                about = f": {key.about}" if key.about else ""
                yield f"  {key.name:>5}  {key.words}{about}"
            yield ""


def _named_key(action: str, key: str, problems: list[str]) -> str:
    """The key as the library that draws names it; '' and a problem where there is none such."""
    from textual.keys import Keys as Known
    from textual.keys import _character_to_key

    if len(key) == 1 and key.isprintable() and key != " ":
        return _character_to_key(key)
    name = key.strip().lower()
    bare = name.rpartition("+")[2]
    if name in _RESERVED:
        problems.append(f"{action}: '{name}' {_RESERVED[name]}; take another key")
    elif name in {known.value for known in Known} or (bare != name and len(bare) == 1):
        return name
    else:
        problems.append(f"{action}: no key '{key[:40]}'; write it as x, X, ctrl+d or f5")
    return ""


def _unknown(wanted: Iterable[str]) -> Iterator[str]:
    fixed = {key.id for key in (*FILTER_KEYS, PALETTE)}
    known = [key.id for key in (*APP_KEYS, *PAGE_KEYS)]
    for action in wanted:
        if action in fixed:
            yield f"{action}: this key stands fast"
        elif action not in known:
            near = difflib.get_close_matches(action, known, n=1)
            yield f"no action '{action[:40]}'" + (f"; did you mean '{near[0]}'?" if near else "")


def _moved(key: Key, named: Mapping[str, str]) -> Key:
    return replace(key, key=named[key.id]) if named.get(key.id) else key


def _clashes(keys: Iterable[Key]) -> Iterator[str]:
    holders: dict[str, list[str]] = {}
    for key in keys:
        holders.setdefault(key.key, []).append(key.id)
    for ids in holders.values():
        if len(ids) > 1:
            name = next(key.name for key in keys if key.id == ids[0])
            yield f"'{name}' would be the key of {' and of '.join(ids)}; give one another key"


def bindings(keys: Iterable[Key]) -> list[Binding]:
    return [key.binding for key in keys]


_HEAD = """\
# Keys

Made from the one table of keys. Those of the first two tables can be moved by their ids, in the
`settings.toml` of the workspace; footer, help and palette follow:

```toml
[keys]
decide = "ctrl+d"
explain = "w"
later = "x"
```
"""


def documentation() -> str:
    """`docs/keys.md`; a test says when it is not what stands there."""
    lines = [_HEAD]
    for title, keys in Keys().areas:
        lines += [f"## {title}", "", "| Key | Does | Id |", "| --- | --- | --- |"]
        for key in keys:
            about = f": {key.about}" if key.about else ""
            lines.append(f"| `{key.name}` | {key.words}{about} | `{key.id}` |")
        lines.append("")
    return "\n".join(lines)
