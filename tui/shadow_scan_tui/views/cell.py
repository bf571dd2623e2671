"""One cell of a heat map: the requests that it counts, their sessions, and the services used."""

from __future__ import annotations

from shadow_scan.vocabulary import some
from shadow_scan_tui.loading import Asking
from shadow_scan_tui.shown import MIDDLE, Column, Shown, View
from shadow_scan_tui.views.audit import ask_sessions
from shadow_scan_tui.views.discover import SERVICE_COLUMNS, service_detail
from shadow_scan_tui.views.evidence import ask_evidence


def ask_services(asking: Asking) -> Shown:
    records = asking.listed("services").records()
    return Shown(
        (f"{some(len(records), 'service')} of this cell",),
        (*SERVICE_COLUMNS, Column("events", "Requests"), Column("evidence", "Proof", MIDDLE)),
        tuple(records),
    )


VIEWS = (
    View("evidence", "Evidence", ask_evidence, "No request within this filter and period.", "trace",
         about="Every request that the cell counts, with the line of the log that proves it."),
    View("sessions", "Sessions", ask_sessions, "No session within this filter and period.",
         "session", about="Its visits: whose, which task, how sure."),
    View("services", "Services", ask_services, "No use within this filter and period.", "service",
         service_detail, about="The services that the cell is made of."),
)  # fmt: skip
