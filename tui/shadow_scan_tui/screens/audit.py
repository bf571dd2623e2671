"""Audit, for the security auditor: which teams, seen through which logs, and what was rejected."""

from __future__ import annotations

from textual import on
from textual.app import ComposeResult
from textual.widgets import DataTable

from shadow_scan.vocabulary import Listing, Table
from shadow_scan_tui.loading import Loaded, load
from shadow_scan_tui.screens.listing import ListingScreen, fill

_TEAM_COLUMNS = (
    ("team", "Team"),
    ("people", "People"),
    ("users", "Users"),
    ("services", "Services"),
    ("events", "Requests"),
    ("bytes_up", "Out"),
)


class AuditScreen(ListingScreen):
    """Sources on top, teams below them."""

    WHAT = Listing.SOURCES
    HEADING = "shadow-scan  1 Discover │ 2 Audit │ 3 Decide   what was read, who is seen"
    COLUMNS = (
        ("source_file", "Source"),
        ("format", "Format"),
        ("lines", "Lines"),
        ("events", "Events"),
        ("rejected", "Rejected"),
        ("skipped", "Skipped"),
    )
    WIDE_COLUMNS = (("first_time", "First"), ("last_time", "Last"), ("status", "State"))

    def compose(self) -> ComposeResult:
        yield from super().compose()
        yield DataTable(id="teams", classes="second", cursor_type="row")

    def action_reload(self) -> None:
        super().action_reload()
        load(self, self.app.place, Listing.TEAMS)  # type: ignore[attr-defined]

    def summary(self, table: Table) -> str:
        records = table.records()
        lines = sum(record["lines"] for record in records)
        rejected = sum(record["rejected"] for record in records)
        return f"{len(records)} sources   {lines:,} lines   {rejected:,} rejected"

    @on(Loaded)
    def show_teams(self, message: Loaded) -> None:
        if message.what is not Listing.TEAMS or message.table is None:
            return
        fill(self.query_one("#teams", DataTable), _TEAM_COLUMNS, message.table.records())
