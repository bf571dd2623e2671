"""The rules of a workspace, and whether its tables are of these. No command: what starts fast, as
the screens do, asks here, without the library of the command line."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from shadow_scan.rules.matcher import Matcher
    from shadow_scan.workspace import Workspace


def workspace_rules(place: Workspace) -> Matcher:
    """The shipped rules with the organisation's own laid over them. Raises RuleProblems."""
    from shadow_scan.bundled import bundled
    from shadow_scan.rules.compiled import load_compiled
    from shadow_scan.rules.files import digest_file
    from shadow_scan.workspace import common_cache

    shipped, common = bundled("rules"), common_cache()
    known = digest_file(shipped, place.rules, place.cache)
    if known.name not in _latest or not os.path.exists(known):
        matcher = load_compiled(shipped, place.rules, place.cache, common=common)
        _latest.clear()
        _latest[known.name] = matcher
    return _latest[known.name]


_latest: dict[str, Matcher] = {}
"""Those that this process read last: screens, and `watch`, ask for them again and again."""


def current_rules(place: Workspace) -> Matcher:
    """Today's rules; the derived tables are made to be of these, and of what a scan left behind."""
    from shadow_scan.console import note

    matcher = workspace_rules(place)
    if (reason := _why_anew(place, matcher.rule_set.digest)) is not None:
        from shadow_scan.analysis.derive import rebuild

        note(f"{reason}: deriving again from the stored facts")
        rebuild(place, matcher)
    return matcher


def _why_anew(place: Workspace, rule_digest: str) -> str | None:
    from shadow_scan.analysis.built import built, is_of

    if place.derived.exists() and not is_of(told := built(place), rule_digest):
        if not told:
            return "the derived tables are damaged"
        of_ours = told["rule_digest"] == rule_digest
        return "another version made the tables" if of_ours else "the rules have changed"
    return "more was stored than was derived" if is_left_behind(place) else None


def make_current(place: Workspace) -> Matcher | None:
    """The same for who needs the tables alone: rules are read, and given, only where those may be
    of others. To read them is a third of what a short listing takes."""
    if (place.derived.exists() and not are_current(place)) or is_left_behind(place):
        return current_rules(place)
    return None


def is_left_behind(place: Workspace) -> bool:
    """Whether facts are newer than the tables, and nobody is about to derive them.

    Who asks while a scan runs gets what was derived before it: readers never wait.
    """
    if not place.facts.exists() or place.scan_holder() is not None:
        return False
    if not place.derived.exists():
        return _is_begun(place)
    return place.facts_written > place.derived.stat().st_mtime_ns and not are_up_to_date(place)


def _is_begun(place: Workspace) -> bool:
    """Whether anything was read: a scan that refused its settings founds facts, and reads none."""
    from shadow_scan.store.database import opened, scalar

    with opened(place.facts, read_only=True) as connection:
        return bool(scalar(connection, "SELECT count(*) FROM sources"))


def are_current(place: Workspace) -> bool:
    """Whether the tables are known to be of today's rules, without reading those."""
    from shadow_scan.analysis.built import is_current

    digest = _known_digest(place)
    return digest is not None and is_current(place, digest)


def are_up_to_date(place: Workspace) -> bool:
    """Whether they are known to be of all facts, too."""
    from shadow_scan.analysis.built import is_up_to_date

    digest = _known_digest(place)
    return digest is not None and place.facts.exists() and is_up_to_date(place, digest)


def _known_digest(place: Workspace) -> str | None:
    from shadow_scan.bundled import bundled
    from shadow_scan.rules.files import digest_file

    try:
        return digest_file(bundled("rules"), place.rules, place.cache).read_text("ascii")
    except (OSError, ValueError):
        return None
