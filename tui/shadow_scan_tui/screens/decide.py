"""Decide, for procurement: services grouped by what they are for, since one buys a capability."""

from __future__ import annotations

from shadow_scan.vocabulary import Listing, Table
from shadow_scan_tui.screens.listing import ListingScreen


class DecideScreen(ListingScreen):
    WHAT = Listing.SERVICES
    HEADING = "shadow-scan  1 Discover │ 2 Audit │ 3 Decide   what to buy, join or stop"
    COLUMNS = (
        ("category", "Kind"),
        ("name", "Service"),
        ("users", "Users"),
        ("sessions", "Sessions"),
        ("status", "Status"),
    )
    WIDE_COLUMNS = (("vendor", "Vendor"), ("teams", "Teams"), ("events", "Requests"))

    def refill(self) -> None:
        self.records.sort(key=lambda record: (str(record["category"]), -record["users"]))
        super().refill()

    def summary(self, table: Table) -> str:
        kinds = {record["category"] for record in table.records() if record["events"]}
        return f"{len(kinds)} kinds of service in use. Rulings, seats and prices are not built yet."
