"""Every key of the screens, once: footer, help, docs and the test that presses each."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from textual.binding import Binding
from textual.keys import key_to_character

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
        """As people write it: ?, ^d, D; the first, where there are several."""
        return self.names[0]

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(map(_name, self.key.split(",")))


def _name(key: str) -> str:
    if key in _NAMES:
        return _NAMES[key]
    if key.startswith("ctrl+"):
        return "^" + key.removeprefix("ctrl+")
    return key_to_character(key) or key


APP_KEYS = (
    Key("1", "go('discover')", "Discover", "mode-discover", about="what nobody ruled on"),
    Key("2", "go('audit')", "Audit", "mode-audit", about="who, what, by what proof"),
    Key("3", "go('decide')", "Decide", "mode-decide", about="what to buy, join, stop"),
    Key("question_mark", "help", "help", "help", True),
    Key("q", "quit", "quit", "quit", True),
    Key("ctrl+p", "command_palette", "palette", "palette", True, "all that applies now"),
)
PAGE_KEYS = (
    Key("enter", "open", "open", "open", True, "into the row under the cursor"),
    Key("escape", "back", "back", "back", False, "out of it; never leaves the program"),
    Key("slash", "filter", "filter", "filter", True, "narrow all screens, as you type"),
    Key("left_square_bracket", "period(-1)", "longer", "period-longer", False, "a longer period"),
    Key("right_square_bracket", "period(1)", "shorter", "period-shorter", False,
        "a shorter period"),
    Key("ctrl+u", "clear", "clear", "clear", False, "the filter"),
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
FILTER_KEYS = (
    Key("escape", "leave", "leave it", "filter-leave", False, "the words stay in place"),
    Key("ctrl+u", "clear", "clear", "filter-clear"),
    Key("right", "take", "take it", "filter-take", False, "the suggestion, at the end of the line"),
)
DIALOG_KEYS = (
    Key(
        "escape",
        "leave",
        "cancel",
        "dialog-leave",
        False,
        "nothing is written; a ruling's draft is kept",
    ),
    Key(
        "enter",
        "submit",
        "go on",
        "dialog-enter",
        False,
        "the next field; in the last one, what the dialog is for",
    ),
    Key("ctrl+o,alt+enter", "record", "record", "dialog-record", False, "a ruling, from any field"),
)
CHOICE_KEYS = (
    Key("right,down,space", "choose(1)", "next", "choice-next"),
    Key("left,up", "choose(-1)", "back", "choice-back"),
    Key("enter", "submit", "this one", "choice-enter"),
)
READING_KEYS = (
    Key("escape,enter,q", "leave", "back", "reading-leave"),
    Key("y", "copy", "copy", "reading-copy", False, "the whole text"),
    Key("j,down", "down", "down", "reading-down"),
    Key("k,up", "up", "up", "reading-up"),
)
TOUR_KEYS = (
    Key("enter,space,right", "next", "next", "tour-next"),
    Key("left", "back", "back", "tour-back"),
    Key("escape,q", "leave", "skip", "tour-skip"),
)
AREAS: Mapping[str, tuple[Key, ...]] = {
    "Everywhere": APP_KEYS,
    "On a page": PAGE_KEYS,
    "In its rows": ROW_KEYS,
    "While typing a filter": FILTER_KEYS,
    "In a dialog": DIALOG_KEYS,
    "Where a dialog has words to choose from": CHOICE_KEYS,
    "While reading: help, a trace, a business case": READING_KEYS,
    "In the tour": TOUR_KEYS,
}
TOGETHER = (
    ("Everywhere", "On a page", "In its rows"),
    ("In a dialog",),
    ("Where a dialog has words to choose from",),
    ("While typing a filter",),
    ("While reading: help, a trace, a business case",),
    ("In the tour",),
)
"""Areas whose keys are pressed at the same place: there no key may stand for two things."""
TYPED = ("While typing a filter", "In a dialog")
"""Areas where letters belong to a text."""


def bindings(keys: Iterable[Key]) -> list[Binding]:
    return [key.binding for key in keys]
