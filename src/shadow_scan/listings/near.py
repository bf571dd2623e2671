"""What somebody may have meant whose filter fits nothing."""

from __future__ import annotations

import difflib

from shadow_scan.filters import Filter, quoted
from shadow_scan.listings.queries import listing
from shadow_scan.vocabulary import Activity, Listing
from shadow_scan.workspace import Workspace

_NAMED_BY = {"team": Listing.TEAMS, "service": Listing.SERVICES}


def near(place: Workspace, asked: Filter) -> str | None:
    """A team or a service that there is, spelled nearly as one that there is not."""
    for condition in asked.conditions:
        term = condition.term.name if condition.term else ""
        if term not in _NAMED_BY:
            continue
        records = listing(place, _NAMED_BY[term], Activity.ALL).records()
        known = {str(record[term]).lower(): str(record[term]) for record in records}
        strange = (str(value) for value in condition.values if str(value) not in known)
        for value in strange:
            if found := difflib.get_close_matches(value, known, n=1):
                name = known[found[0]]
                return f"{term}:{name if name.isalnum() else quoted(name)}"
    return None
