"""`candidates`: hosts that behave like AI services and are in no rule."""

from __future__ import annotations

from shadow_scan.commands import options
from shadow_scan.commands.listing import place_of, show
from shadow_scan.vocabulary import Activity, Listing, OutputFormat


def candidates(
    words: options.FilterArgument = None,
    workspace: options.WorkspaceOption = None,
    output_format: options.FormatOption = OutputFormat.TABLE,
    output: options.OutputOption = None,
) -> None:
    """Which unknown hosts behave like AI services.

    From 0.5 on a host is more likely one than not; `shadow-scan correct` says what it is, or that
    it is none. Examples: `shadow-scan candidates "score:>0.5"`, `shadow-scan candidates "users:>3"`
    """
    show(Listing.CANDIDATES, place_of(workspace), Activity.ALL, output_format, output, words)
