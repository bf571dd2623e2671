"""Discover, for the IT admin: what is in use that nobody has ruled on."""

from __future__ import annotations

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import BindingType
from textual.screen import ModalScreen
from textual.widgets import Static

from shadow_scan.vocabulary import Listing, Table
from shadow_scan_tui.screens.listing import ListingScreen, detail_lines
from shadow_scan_tui.words import short, size


class DiscoverScreen(ListingScreen):
    WHAT = Listing.SERVICES
    HEADING = "shadow-scan  1 Discover │ 2 Audit │ 3 Decide   what nobody ruled on"
    COLUMNS = (
        ("status", "Status"),
        ("name", "Service"),
        ("users", "Users"),
        ("teams", "Teams"),
        ("bytes_up", "Out"),
        ("evidence", "Proof"),
    )
    WIDE_COLUMNS = (("category", "Kind"), ("sessions", "Sessions"), ("last_time", "Last seen"))

    def summary(self, table: Table) -> str:
        records = table.records()
        used = [record for record in records if record["events"]]
        unreviewed = sum(record["status"] == "unreviewed" for record in used)
        out = sum(record["bytes_up"] or 0 for record in used)
        blind = sum(record["bytes_up"] is None for record in used)
        partial = f" (no upload sizes for {blind})" if blind else ""
        return f"{len(used)} services   {unreviewed} unreviewed   {size(out)} out{partial}"

    def action_open(self) -> None:
        if (record := self.current()) is not None:
            self.app.push_screen(ServicePage(str(record["name"]), detail_lines(record)))


class ServicePage(ModalScreen[None]):
    """All that the listing knows of one service."""

    BINDINGS: ClassVar[list[BindingType]] = [("escape,enter", "dismiss", "back")]

    def __init__(self, name: str, lines: str) -> None:
        super().__init__()
        self.service, self.lines = name, lines

    def compose(self) -> ComposeResult:
        yield Static(f"{short(self.service)} / Use      esc back", id="title", markup=False)
        yield Static(self.lines, id="page", markup=False)
