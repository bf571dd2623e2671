"""What `scan`, `watch` and `findings` do about new findings: tell, and fail."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import typer

from shadow_scan.console import note
from shadow_scan.errors import EXIT_FINDINGS
from shadow_scan.vocabulary import Severity

if TYPE_CHECKING:
    from shadow_scan.report.alerts import Delivery
    from shadow_scan.workspace import Workspace


def tell(place: Workspace, webhook: str | None = None) -> None:
    """Post what is new to the webhook that was named, else to that of the settings, if any."""
    from shadow_scan.settings import load_settings

    settings = load_settings(place.settings)
    url = webhook or settings.webhook
    if url is None or not place.derived.exists():
        return
    from shadow_scan.report.alerts import post

    _say(post(place, url, settings.alert_severity))


def _say(delivery: Delivery) -> None:
    if delivery.error is not None:
        again = f" ({delivery.failures} times in a row)" if delivery.failures > 1 else ""
        note(
            f"note: the webhook could not be told{again}: {delivery.error}; {delivery.waiting} "
            "findings wait for the next time"
        )
    if delivery.told:
        note(f"{delivery.told} new findings were sent to the webhook")


def write_mail(place: Workspace) -> None:
    """The text of a mail with what no mail has told yet; nothing where there is nothing new."""
    from shadow_scan.report.alerts import MAIL, mail, new_findings, told_by_mail
    from shadow_scan.settings import load_settings

    records = new_findings(place, MAIL, load_settings(place.settings).alert_severity)
    if not records:
        note("no new findings: no mail")
        return
    sys.stdout.write(mail(records))
    sys.stdout.flush()
    told_by_mail(place, records)


def exit_on(place: Workspace, severity: Severity | None) -> None:
    """Exit 1 where an open finding is at least that severe."""
    if severity is None or not place.derived.exists():
        return
    from shadow_scan.listings.findings import SEVERITIES, findings

    enough = SEVERITIES[: SEVERITIES.index(severity) + 1]
    grave = [r for r in findings(place) if r["state"] == "open" and r["severity"] in enough]
    if grave:
        note(f"{len(grave)} open findings of severity {severity} or higher")
        raise typer.Exit(EXIT_FINDINGS)
