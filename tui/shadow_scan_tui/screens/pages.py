"""The pages: three modes for three people, and what opens from them."""

from __future__ import annotations

from shadow_scan.filters import quoted
from shadow_scan_tui.screens.page import Page
from shadow_scan_tui.views import audit, cell, decide, discover, rules, service, team


class DiscoverPage(Page):
    """For the IT admin: what is in use that nobody has ruled on."""

    VIEWS = (*discover.VIEWS, *rules.VIEWS)


class AuditPage(Page):
    """For the auditor: who uses what, by what proof, who allowed it."""

    VIEWS = audit.VIEWS


class DecidePage(Page):
    """For procurement: what to buy, join, replace or stop."""

    VIEWS = decide.VIEWS


class ServicePage(Page):
    VIEWS = service.VIEWS

    @classmethod
    def of(cls, service: str, name: str, view: str = "") -> ServicePage:
        page = cls(name, f"service:{service}", view)
        page.service = service
        return page

    service: str = ""


class TeamPage(Page):
    VIEWS = team.VIEWS

    @classmethod
    def of(cls, name: str) -> TeamPage:
        return cls(name, f"team:{quoted(name)}")


class CellPage(Page):
    """A team and a service, or a team and a task: what stands behind one cell of a heat map."""

    VIEWS = cell.VIEWS


PAGES: dict[str, type[Page]] = {"discover": DiscoverPage, "audit": AuditPage, "decide": DecidePage}
"""Mode -> its own page."""
