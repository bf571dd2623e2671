"""What somebody may have meant whose filter fits nothing."""

from __future__ import annotations

from shadow_scan.filters import Filter, spelled_nearly
from shadow_scan.listings.queries import listing
from shadow_scan.vocabulary import Activity, Listing
from shadow_scan.workspace import Workspace

_NAMED_BY = {"team": Listing.TEAMS, "service": Listing.SERVICES}


def near(place: Workspace, asked: Filter) -> str | None:
    """A team or a service that there is, spelled nearly as one that there is not."""
    values = {
        term: [str(row[term]) for row in listing(place, what, Activity.ALL).records()]
        for term, what in _NAMED_BY.items()
        if asked.names(term)
    }
    return spelled_nearly(asked, values)
