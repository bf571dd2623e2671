"""What the work is: the listings tasks, matrix and sessions."""

from __future__ import annotations

from shadow_scan.commands import options
from shadow_scan.commands.listing import place_of, show
from shadow_scan.vocabulary import Activity, Listing, OutputFormat


def tasks(
    words: options.FilterArgument = None,
    workspace: options.WorkspaceOption = None,
    activity: options.ActivityOption = Activity.PEOPLE,
    output_format: options.FormatOption = OutputFormat.TABLE,
    output: options.OutputOption = None,
    share: options.ShareOption = False,
) -> None:
    """What people do with AI.

    'unknown' is work that no evidence names. Example: `shadow-scan tasks team:legal since:14d`
    """
    show(Listing.TASKS, place_of(workspace), activity, output_format, output, words)


def matrix(
    words: options.FilterArgument = None,
    workspace: options.WorkspaceOption = None,
    activity: options.ActivityOption = Activity.PEOPLE,
    output_format: options.FormatOption = OutputFormat.TABLE,
    output: options.OutputOption = None,
    share: options.ShareOption = False,
) -> None:
    """Which team does which task with which service.

    Example: `shadow-scan matrix task:contract-review status:unreviewed --format csv`
    """
    show(Listing.MATRIX, place_of(workspace), activity, output_format, output, words)


def sessions(
    words: options.FilterArgument = None,
    workspace: options.WorkspaceOption = None,
    activity: options.ActivityOption = Activity.PEOPLE,
    output_format: options.FormatOption = OutputFormat.TABLE,
    output: options.OutputOption = None,
    share: options.ShareOption = False,
) -> None:
    """Every session: who, when, which task, and how sure that is.

    A session is one user on one service without a gap of more than 30 minutes. Examples:
    `shadow-scan sessions tier:observed,likely -task:code`, `shadow-scan explain s-0123456789ab`
    """
    show(Listing.SESSIONS, place_of(workspace), activity, output_format, output, words)
