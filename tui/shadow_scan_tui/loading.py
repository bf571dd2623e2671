"""Queries of the screens, each in a thread: the newest wins, a cancelled one says nothing."""

from __future__ import annotations

from dataclasses import dataclass

from textual.message import Message
from textual.screen import Screen
from textual.worker import get_current_worker

from shadow_scan.errors import ShadowScanError
from shadow_scan.listings.queries import listing
from shadow_scan.vocabulary import Activity, Listing, Table
from shadow_scan.workspace import Workspace


@dataclass(frozen=True, slots=True)
class Problem:
    """What a pane shows instead of rows: what is the matter, and what to do."""

    what: str
    remedy: str


class Loaded(Message):
    """The rows of a listing, or why there are none."""

    def __init__(self, what: Listing, table: Table | None, problem: Problem | None) -> None:
        super().__init__()
        self.what = what
        self.table = table
        self.problem = problem


def load(screen: Screen[None], place: Workspace, what: Listing) -> None:
    """Ask for a listing; the screen gets a `Loaded`. A later call for the same replaces it."""
    screen.run_worker(
        lambda: _query(screen, place, what),
        name=what.value,
        group=what.value,
        exclusive=True,
        thread=True,
    )


def _query(screen: Screen[None], place: Workspace, what: Listing) -> None:
    worker = get_current_worker()
    table, problem = None, None
    try:
        table = listing(place, what, Activity.PEOPLE)
    except ShadowScanError as error:
        problem = Problem(error.what, error.remedy)
    if not worker.is_cancelled:
        screen.post_message(Loaded(what, table, problem))
