"""Questions of the screens, each in a thread: the newest wins, a cancelled one says nothing.

One connection stays open while the tables, the ledger and the settings are as they were; a scan
that puts new tables in place is seen at the next question.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from contextlib import ExitStack, suppress
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, TypeVar

import duckdb
from textual.message import Message
from textual.screen import Screen
from textual.worker import get_current_worker

from shadow_scan.console import in_words
from shadow_scan.errors import ShadowScanError, UsageError
from shadow_scan.filters import Filter
from shadow_scan.governance.opening import ledger_of
from shadow_scan.listings.glance import Span, asked_listing, newest_sessions, span, trends
from shadow_scan.listings.queries import reading
from shadow_scan.vocabulary import Activity, Table
from shadow_scan.workspace import Workspace
from shadow_scan_tui.scope import Scope

if TYPE_CHECKING:
    from shadow_scan.procurement.given import Supplies
    from shadow_scan.rules.matcher import Matcher

Answer = TypeVar("Answer")


@dataclass(frozen=True, slots=True)
class Problem:
    """What a pane shows instead of rows: what is the matter, and what to do."""

    what: str
    remedy: str


class Answered(Message):
    """What came of a question, or why nothing did."""

    def __init__(self, name: str, value: Any, problem: Problem | None) -> None:
        super().__init__()
        self.name, self.value, self.problem = name, value, problem


@dataclass(frozen=True, slots=True)
class Asking:
    """What a question may use while it runs."""

    desk: Desk
    connection: duckdb.DuckDBPyConnection
    scope: Scope
    more: str = ""
    """Words that the page adds to the filter, as `service:chatgpt`."""
    usual: Activity = Activity.PEOPLE
    """Whose use is meant where a question does not say it."""

    def of_whoever(self) -> Asking:
        """Of a service that no person uses: what programs do, and pages by themselves."""
        used = self.beside("services").rows
        return self if used else replace(self, usual=Activity.ALL)

    @property
    def asked(self) -> Filter:
        return self.scope.asked(self.more)

    @property
    def supplies(self) -> Supplies:
        from shadow_scan.procurement.given import Named, Supplies  # not for a first screen

        return Supplies.of(self.desk.place, self.desk.matcher.rule_set, Named())

    def listed(self, name: str, activity: Activity | None = None) -> Table:
        """A listing through filter and period. Raises UsageError for a term that it has not."""
        return asked_listing(self.connection, name, self.asked, activity or self.usual)

    def likewise(self, name: str, activity: Activity | None = None) -> Table | None:
        """The same of a listing that may not know all words of the filter; None where it does
        not."""
        try:
            return self.listed(name, activity)
        except UsageError:
            return None

    def sessions(self) -> tuple[Table, int]:
        """The newest ones, as many as anybody reads, and how many there are."""
        return newest_sessions(self.connection, self.asked, self.usual)

    def beside(self, name: str, activity: Activity = Activity.PEOPLE) -> Table:
        """A listing that stands beside the one that is filtered: only the page's words count, so
        that a keystroke in the filter need not ask for it again."""
        known = self.desk.beside
        key = (name, activity, self.scope.period, self.more)
        if key not in known:
            asked = Scope("", self.scope.period).asked(self.more)
            known[key] = asked_listing(self.connection, name, asked, activity)
        return known[key]

    def by_day(self, within: Span) -> dict[str, list[int]]:
        """Service -> users of each day, of those whose use the filter leaves."""
        asked = self.scope.of_rows().asked(self.more)
        return trends(asked_listing(self.connection, "trend", asked, self.usual), within)

    def lens(self, name: str, **given: Any) -> Table:
        from shadow_scan.procurement.lenses import Lens, looked_through

        what = Lens(name, asked=self.asked, given=given)
        return looked_through(self.connection, self.supplies, what)

    def named_lens(self, name: str, **given: Any) -> list[dict[str, Any]]:
        """Its rows, with the names of their services beside the ids."""
        names = {r["service"]: r["name"] for r in self.beside("services").records()}
        return [
            {**record, "name": names.get(record["service"], record["service"])}
            for record in self.lens(name, **given).records()
        ]

    def span(self) -> Span:
        return span(self.connection, self.asked)

    def aside(self, work: Callable[[], Answer]) -> Answer:
        """Do what opens the tables in a way of its own; the connection is gone after it."""
        return self.desk.closed_for(work)


class Desk:
    """Where questions are answered, one after the other."""

    def __init__(self, place: Workspace, matcher: Callable[[], Matcher]) -> None:
        self.place = place
        self._load_matcher = matcher
        self._matcher: Matcher | None = None
        self._lock = threading.Lock()
        self._opened = ExitStack()
        self._connection: duckdb.DuckDBPyConnection | None = None
        self._stamp: object = None
        self._running = ""
        self.beside: dict[object, Table] = {}
        """Answers that no filter changes, as long as the connection stays open."""

    @property
    def matcher(self) -> Matcher:
        if self._matcher is None:
            self._matcher = self._load_matcher()
        return self._matcher

    @matcher.setter
    def matcher(self, matcher: Matcher) -> None:
        self._matcher = matcher

    def ask(
        self, name: str, question: Callable[[Asking], Answer], scope: Scope, more: str,
        wanted: Callable[[], bool],
    ) -> Answer | None:  # fmt: skip
        """The answer; None when nobody wants it any more."""
        with self._lock:
            while wanted():
                self._running = name
                try:
                    return question(Asking(self, self._current(), scope, more))
                except duckdb.InterruptException:
                    # meant for one that has just ended, if this one is still wanted
                    continue
                finally:
                    self._running = ""
        return None

    def supersede(self, name: str) -> None:
        """Stop the question of this name, if it is the one that runs."""
        connection = self._connection
        if self._running == name and connection is not None:
            with suppress(duckdb.ConnectionException):  # closed just now: nothing runs in it
                connection.interrupt()

    def aside(self, work: Callable[[], Answer]) -> Answer:
        """Do what opens the tables in a way of its own: no connection stays open meanwhile."""
        with self._lock:
            return self.closed_for(work)

    def closed_for(self, work: Callable[[], Answer]) -> Answer:
        """The same for a question that is being answered: it holds the desk already."""
        self._close()
        return work()

    def close(self) -> None:
        with self._lock:
            self._close()

    def _current(self) -> duckdb.DuckDBPyConnection:
        stamp = self._now()
        if self._connection is None or stamp != self._stamp:
            self._close()
            self._connection = self._opened.enter_context(reading(self.place))
            self._stamp = stamp
        return self._connection

    def _close(self) -> None:
        self._opened.close()
        self._connection = None
        self.beside.clear()

    def _now(self) -> object:
        folder = ledger_of(self.place).folder
        ledger = folder.glob("*.jsonl") if folder.is_dir() else ()
        files = (self.place.derived, self.place.settings, *sorted(ledger))
        stats = [file.stat() for file in files if file.exists()]
        return [(stat.st_ino, stat.st_mtime_ns, stat.st_size) for stat in stats]


def ask(
    screen: Screen[Any], desk: Desk, name: str, question: Callable[[Asking], Any],
    scope: Scope, more: str = "",
) -> None:  # fmt: skip
    """Ask in a thread; the screen gets an `Answered`. A later question of this name replaces it."""
    group = f"{id(screen)} {name}"
    desk.supersede(group)

    def answer() -> None:
        worker = get_current_worker()
        value, problem = None, None
        try:
            value = desk.ask(group, question, scope, more, lambda: not worker.is_cancelled)
        except ShadowScanError as error:
            problem = Problem(error.what, error.remedy)
        except OSError as error:
            refused = in_words(error)
            problem = Problem(f"{refused.what}: {refused.where}", refused.remedy)
        except duckdb.Error as error:
            first = str(error).splitlines()[0]
            problem = Problem(
                f"the question failed: {first}",
                "should it fail again, `shadow-scan doctor` says what is wrong",
            )
        if not worker.is_cancelled:
            screen.post_message(Answered(name, value, problem))

    screen.run_worker(answer, group=group, exclusive=True, thread=True, exit_on_error=False)
