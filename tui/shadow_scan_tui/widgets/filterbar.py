"""The line in which the shared filter is typed: checked at each keystroke, with completion."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Vertical
from textual.message import Message
from textual.suggester import Suggester
from textual.widgets import Input, Static

from shadow_scan.errors import UsageError
from shadow_scan.filters import TERMS, as_value, parse, suggestions
from shadow_scan_tui.keytable import FILTER_KEYS, bindings

Values = Mapping[str, Sequence[str]]
_HINT = (
    "team:legal  service:claude  status:unreviewed  bytes_up:>10MB  since:14d  -task:code  words"
)
_SHOWN = 8


class FilterLine(Input):
    """Its own keys come first: letters belong to the text."""

    BINDINGS: ClassVar[list[BindingType]] = [*bindings(FILTER_KEYS)]

    class Leaving(Message):
        """The words stay in place."""

    def action_leave(self) -> None:
        self.post_message(self.Leaving())

    def action_clear(self) -> None:
        self.value = ""

    def action_take(self) -> None:
        if self.cursor_at_end and self._suggestion:
            self.value = self._suggestion
            self.cursor_position = len(self.value)
        else:
            self.action_cursor_right()


class FilterBar(Vertical):
    """Posts `Changed` with each filter that can be read; a bad word leaves the last good list."""

    class Changed(Message):
        def __init__(self, words: str) -> None:
            super().__init__()
            self.words = words

    class Left(Message):
        """Back to the rows."""

    def __init__(self, values: Callable[[], Values], words: str) -> None:
        super().__init__()
        self._values = values
        self._words = words

    def compose(self) -> ComposeResult:
        suggester = FilterSuggester(self._values)
        yield FilterLine(self._words, suggester=suggester, compact=True, select_on_focus=False)
        yield Static(_HINT, id="hint", markup=False)

    @property
    def line(self) -> Input:
        return self.query_one(Input)

    def put(self, words: str) -> None:
        """Show words that were typed elsewhere, without asking again."""
        self._words = words
        with self.line.prevent(Input.Changed):
            self.line.value = words

    @on(Input.Changed)
    def typed(self, event: Input.Changed) -> None:
        event.stop()
        hint = self.query_one("#hint", Static)
        try:
            parse(event.value)
        except UsageError as error:
            hint.update(f"{error.what}; {error.remedy}" if error.remedy else error.what)
            hint.add_class("-wrong")
            return
        hint.update(hint_for(event.value, self._values()))
        hint.remove_class("-wrong")
        self._ask(settled(event.value))

    def _ask(self, words: str) -> None:
        if words != self._words:
            self._words = words
            self.post_message(self.Changed(words))

    @on(FilterLine.Leaving)
    def leaving(self, event: FilterLine.Leaving) -> None:
        event.stop()
        self.post_message(self.Left())

    @on(Input.Submitted)
    def submitted(self, event: Input.Submitted) -> None:
        event.stop()
        if not self.query_one("#hint").has_class("-wrong"):
            self._ask(event.value)
        self.post_message(self.Left())


class FilterSuggester(Suggester):
    """Completes the last word by a term, by a fixed value, or by one that the data has."""

    def __init__(self, values: Callable[[], Values]) -> None:
        super().__init__(use_cache=False, case_sensitive=True)
        self._values = values

    async def get_suggestion(self, value: str) -> str | None:
        word = last_word(value)
        for found in completions(word, self._values()) if word else ():
            if found != word:
                return value[: len(value) - len(word)] + found
        return None


def settled(text: str) -> str:
    """Without a last word that may still become a term: `sta` on its way to `status:` is not meant
    as a word to search for. Enter, or a blank behind it, says that it is."""
    word = last_word(text)
    unfinished = word and ":" not in word and suggestions(word)
    return text[: len(text) - len(word)] if unfinished else text


def last_word(text: str) -> str:
    quoted = text.count('"') % 2
    start = text.rfind('"') if quoted else text.rfind(" ") + 1
    return text[text.rfind(" ", 0, start) + 1 :] if quoted else text[start:]


def completions(word: str, values: Values) -> list[str]:
    """What the word may become; names with blanks come quoted."""
    sign, bare = ("-", word[1:]) if word.startswith("-") else ("", word)
    term, colon, begun = bare.partition(":")
    if not colon:
        return list(suggestions(word))
    wanted = begun.lstrip('"').lower()
    known = [v for v in values.get(term, ()) if v.lower().startswith(wanted)]
    return [f"{sign}{term}:{as_value(v)}" for v in known] or list(suggestions(word))


def hint_for(text: str, values: Values) -> str:
    """What the word that is being typed means, or may become."""
    word = last_word(text)
    term = TERMS.get(word.lstrip("-").partition(":")[0])
    found = completions(word, values)[:_SHOWN] if word else []
    if term is not None and ":" in word:
        values_words = "  ".join(one.partition(":")[2] for one in found)
        return f"{term.name}: {term.help}   {values_words}".strip()
    return "  ".join(found) or _HINT
