"""A page: views over the same filter and period, a table with its detail, and every state of it.

Shows what it is given; asks `loading`, never a database. Focus moves only by a key.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from typing import Any, ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Horizontal
from textual.content import Content
from textual.screen import Screen
from textual.widgets import Static

from shadow_scan.filters import words_of
from shadow_scan_tui.keytable import PAGE_KEYS, bindings
from shadow_scan_tui.lines import in_order, order_of, values_of
from shadow_scan_tui.loading import Answered, ask
from shadow_scan_tui.scope import Scope
from shadow_scan_tui.screens.acts import Acts
from shadow_scan_tui.shown import Column, Record, Shown, View, fitted
from shadow_scan_tui.widgets.filterbar import FilterBar
from shadow_scan_tui.widgets.keyline import KeyLine
from shadow_scan_tui.widgets.rows import Rows

_SCROLLBAR = 2
_SLOW = 0.2
"""Seconds after which a pane says that it is being asked for."""
_SMALL = "This window is too small: 60 columns and 14 lines show a page, 80x24 are comfortable."


class Page(Acts, Screen[None]):
    """`VIEWS` are what one can look at; `more` is added to the filter, `subject` names it."""

    AUTO_FOCUS = "Rows"
    VIEWS: ClassVar[tuple[View, ...]] = ()
    BINDINGS: ClassVar[list[BindingType]] = [*bindings(PAGE_KEYS)]

    def __init__(self, subject: str = "", more: str = "", view: str = "") -> None:
        super().__init__()
        self.subject, self.more = subject, more
        names = [one.name for one in self.VIEWS]
        self.place = names.index(view) if view in names else 0
        self.shown = Shown()
        self.records: Sequence[Record] = ()
        self.sorted_by = -1
        self.marked: set[str] = set()
        self.seen_with: object = None
        self.waiting: Any = None
        self._fitted: tuple[Shown, int, tuple[Column, ...]] | None = None

    @property
    def view(self) -> View:
        return self.VIEWS[self.place]

    def compose(self) -> ComposeResult:
        yield Static(id="title", classes="line", markup=False)
        yield Static(id="views", classes="line", markup=False)
        yield FilterBar(self.app_values, self.look.scope.words)
        yield Static(_SMALL, id="small", markup=False)
        yield Static(id="summary", markup=False)
        yield Static(id="notice", markup=False)
        with Horizontal(id="body"):
            yield Rows()
            yield Static(id="detail", markup=False)
        yield Static(id="below", markup=False)
        yield KeyLine()

    def app_values(self) -> dict[str, tuple[str, ...]]:
        values: dict[str, tuple[str, ...]] = self.look.values
        return values

    def on_mount(self) -> None:
        self.rows.focus()
        self.draw_keys()

    def on_descendant_focus(self) -> None:
        self.draw_keys()

    def draw_keys(self) -> None:
        """The keys of the filter while it is typed, else those of the page."""
        known = self.look.keys
        if self.focused is self.filter_bar.line:
            keys = [("focused", key) for key in known.areas["While typing a filter"]]
        else:
            keys = [("screen", key) for key in known.shown("On a page")]
            keys += [("app", key) for key in known.shown("Everywhere")]
        self.query_one(KeyLine).show(keys)

    def on_screen_resume(self) -> None:
        """Back from elsewhere: the filter, the period or a ruling may have changed there."""
        self.filter_bar.put(self.look.scope.words)
        self._show_filter_bar()
        self.draw_heading()
        if self.seen_with != self._now():
            self.action_reload()

    @property
    def rows(self) -> Rows:
        return self.query_one(Rows)

    @property
    def filter_bar(self) -> FilterBar:
        return self.query_one(FilterBar)

    def _now(self) -> object:
        return (self.look.scope, self.place, self.look.written)

    def draw_heading(self) -> None:
        modes = (("discover", "1 Discover"), ("audit", "2 Audit"), ("decide", "3 Decide"))
        parts: list[Content] = [
            Content("shadow-scan  "),
            Content(f"{self.look.desk.place.path.name[:20]}  "),
        ]
        for at, (mode, label) in enumerate(modes):
            style = "bold $primary" if mode == self.app.current_mode else "$text-muted"
            click = Content.styled(label, style).stylize(f"@click=app.go('{mode}')")
            parts += [Content(" │ ") if at else Content(""), click]
        parts.append(Content(f"   {self.look.scope.period_words}"))
        self.query_one("#title", Static).update(Content.assemble(*parts))
        tabs: list[Content] = [Content.styled(f"{self.subject} › ", "bold")] if self.subject else []
        for at, view in enumerate(self.VIEWS):
            style = "bold reverse" if at == self.place else ""
            tab = Content.styled(f" {view.title} ", style).stylize(f"@click=screen.pick({at})")
            tabs.append(tab)
        self.query_one("#views", Static).update(Content.assemble(*tabs))

    def action_reload(self) -> None:
        self.seen_with = self._now()
        if self.waiting is None:
            self.waiting = self.set_timer(_SLOW, self._say_waiting)
        ask(self, self.look.desk, "view", self.view.ask, self.scope, self.more)

    @property
    def scope(self) -> Scope:
        """The shared filter and period, as they hold on this page."""
        return self.look.scope.at(self.more)

    def _say_waiting(self) -> None:
        self.rows.add_class("-waiting")
        if not self.records:
            self.notice("asking …")

    @on(Answered)
    def answered(self, message: Answered) -> None:
        if message.name == "undo":
            self.undone(message)
        if message.name == "later":
            self.put_off(message)
        if message.name == "values" and message.value is not None:
            self.look.values = message.value
        if message.name != "view":
            return
        if self.waiting is not None:
            self.waiting.stop()
            self.waiting = None
        self.rows.remove_class("-waiting")
        if message.problem is not None:
            more = "; {clear} clears the filter" if self.look.scope.words else ""
            again = self.look.keys.told("{reload} tries again" + more)
            self.notice(f"{message.problem.what}\n{message.problem.remedy}\n{again}")
        elif message.value is not None:
            self.show_answer(message.value)

    def show_answer(self, shown: Shown) -> None:
        self.shown = shown
        self.records = shown.records
        self.query_one("#summary", Static).update(self.safe("\n".join(self._said(shown))))
        below = self.query_one("#below", Static)
        below.update(self.safe("\n".join(shown.below)))
        below.display = bool(shown.below)
        self.notice(self._emptiness())
        self.refill()
        self.app.learn_values(self)

    def _said(self, shown: Shown) -> list[str]:
        left = set(words_of(self.look.scope.words)) - set(words_of(self.scope.words))
        note = f"{' '.join(sorted(left))} chose what to open, and does not narrow this page."
        hint = self.look.keys.told(shown.hint)
        return [line for line in (*shown.summary, hint, note if left else "") if line]

    def _emptiness(self) -> str:
        if self.records:
            return ""
        words = self.scope.words
        if words:
            near = self.look.nearest(words)
            hint = f" Did you mean {near}?" if near else ""
            clear = self.look.keys.told("{clear} clears the filter.")
            return f"Nothing matches {words}.{hint}\n{clear}"
        empty = self.look.keys.told(self.view.empty)
        if self.look.scope.period:
            longer = self.look.keys.told("{period-longer} asks for a longer period than the ")
            return f"{empty}\n{longer}{self.look.scope.period_words}."
        return empty

    def notice(self, text: str) -> None:
        notice = self.query_one("#notice", Static)
        notice.update(self.safe(text))
        notice.set_class(bool(text), "-shown")

    def columns(self) -> tuple[Column, ...]:
        """Those that have room; found once for each answer and width."""
        detail = self.query_one("#detail")
        beside = detail.styles.width.value if detail.display and detail.styles.width else 0
        room = int(self.app.size.width - beside) - _SCROLLBAR
        if self._fitted is None or self._fitted[0] is not self.shown or self._fitted[1] != room:
            self._fitted = (self.shown, room, fitted(self.shown.columns, self.records, room))
        return self._fitted[2]

    def refill(self) -> None:
        """The rows in their order, the cursor on the record where it was."""
        before = self.current()
        columns = self.columns()
        records = self.records
        if 0 <= self.sorted_by < len(columns):
            places = order_of(values_of(records, columns[self.sorted_by].name))
            records = in_order(records, places)
        at = place_of(before, records) if before else 0
        services = values_of(records, "service") if self.marked else []
        marked = {n for n, service in enumerate(services) if str(service) in self.marked}
        self.rows.colours = self.look.colours
        cells = bool(self.shown.crossing)
        self.rows.show(columns, records, frozenset(marked), at, cells)
        self.show_detail()

    def on_resize(self) -> None:
        if self.shown.columns and self.columns() != tuple(self.rows.columns):
            self.refill()

    def current(self) -> Record | None:
        at = self.rows.index
        return None if at is None else self.rows.records[at]

    def crossed(self) -> Record | None:
        """The cell under the cursor, where the columns are values of a term too: its row, and the
        value as a field of that term's name."""
        record, column = self.current(), self.rows.column
        if record is None or column is None or column.name in ("team", "total"):
            return None
        return {"team": record["team"], self.shown.crossing: column.name, "name": column.heading}

    @on(Rows.Moved)
    def show_detail(self) -> None:
        record = self.current()
        lines = self.view.detail(record) if record is not None else []
        self.query_one("#detail", Static).update(self.safe("\n".join(lines)))

    @on(Rows.Opened)
    def place_opened(self) -> None:
        self.action_open()

    @on(Rows.Sorted)
    def heading_clicked(self, message: Rows.Sorted) -> None:
        self.sorted_by = message.place
        self.refill()

    @on(FilterBar.Changed)
    def filter_changed(self, message: FilterBar.Changed) -> None:
        self.look.narrow(message.words, self.more)
        self.action_reload()

    @on(FilterBar.Left)
    def filter_left(self) -> None:
        self._show_filter_bar()
        self.rows.focus()

    def _show_filter_bar(self) -> None:
        self.filter_bar.set_class(bool(self.look.scope.words), "-shown")


def place_of(record: Record, records: Sequence[Record]) -> int:
    """Where the same row stands in another answer, by what names it; else the first place."""
    known = records[0] if records else {}
    names = [name for name in _NAMING if name in known] or list(known)[:1]
    if not names:
        return 0
    first, at = values_of(records, names[0]), -1
    with suppress(ValueError):
        while True:
            at = first.index(record.get(names[0]), at + 1)
            if all(records[at].get(name) == record.get(name) for name in names[1:]):
                return at
    return 0


_NAMING = (
    "session", "finding", "service", "host", "team", "task", "user", "criterion", "source_file",
    "source_line", "day", "time", "plan",
)  # fmt: skip
