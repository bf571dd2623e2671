"""Every key of the screens, once: footer, help, docs and the test that presses each."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from textual.binding import Binding

_NAMES = {
    "question_mark": "?", "slash": "/", "escape": "esc", "left_square_bracket": "[",
    "right_square_bracket": "]", "ctrl+p": "^p", "ctrl+u": "^u", "upper_v": "V",
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
        return _NAMES.get(self.key, self.key)


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
PALETTE = Key("ctrl+p", "command_palette", "palette", "palette", True, "all that applies now")
"""The one key that is bound elsewhere: by the library that draws."""
FILTER_KEYS = (
    Key("escape", "back", "leave it", "filter-leave", False, "the words stay in place"),
    Key("ctrl+u", "clear", "clear", "filter-clear"),
    Key("right", "take", "take it", "filter-take", False, "the suggestion, at the end of the line"),
)
AREAS = (
    ("Everywhere", APP_KEYS),
    ("On a page", PAGE_KEYS),
    ("While typing a filter", FILTER_KEYS),
)


def bindings(keys: Iterable[Key]) -> list[Binding]:
    return [key.binding for key in keys]


def help_lines() -> Iterator[str]:
    """All keys by area, a line each."""
    for title, keys in AREAS:
        yield title
        for key in keys:
            about = f": {key.about}" if key.about else ""
            yield f"  {key.name:>5}  {key.words}{about}"
        yield ""


def documentation() -> str:
    """`docs/keys.md`; a test says when it is not what stands there."""
    lines = ["# Keys", "", "Made from the one table of keys. Each can be remapped by its id.", ""]
    for title, keys in AREAS:
        lines += [f"## {title}", "", "| Key | Does | Id |", "| --- | --- | --- |"]
        for key in keys:
            about = f": {key.about}" if key.about else ""
            lines.append(f"| `{key.name}` | {key.words}{about} | `{key.id}` |")
        lines.append("")
    return "\n".join(lines)
