"""The rules as they are: what they hit, how old they are, what lint says, what was learned."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

from shadow_scan.vocabulary import Activity, some
from shadow_scan_tui.loading import Asking
from shadow_scan_tui.shown import LARGE, MIDDLE, Column, Shown, View


def ask_rules(asking: Asking) -> Shown:
    from shadow_scan.rules.lint import lint

    rules = asking.desk.matcher.rule_set
    problems = lint(rules)
    of_rule: dict[str, list[str]] = defaultdict(list)
    for problem in problems:
        of_rule[problem.rule].append(f"{problem.severity}: {problem.what}")
    hits = {r["service"]: r for r in asking.beside("services", Activity.ALL).records()}
    records: list[dict[str, Any]] = [
        {
            "service": one.id, "name": one.name, "vendor": one.vendor_name,
            "users": hits[one.id]["users"] if one.id in hits else 0,
            "events": hits[one.id]["events"] if one.id in hits else 0,
            "tests": len(rules.vendors[one.file].tests),
            "recorded": rules.vendors[one.file].recorded, "facts": len(one.facts),
            "plans": len(one.plans), "offer": max((p.as_of for p in one.plans), default=None),
            "problems": [*of_rule[f"{one.file}#{one.id}"], *of_rule[one.file]],
            "file": one.file, "category": one.category,
        }
        for one in rules.services.values()
    ]  # fmt: skip
    for record in records:
        record["lint"] = len(record["problems"])
    records.sort(key=lambda r: (-r["lint"], -r["events"], str(r["service"])))
    worst = [f"! {problem}" for problem in problems if problem.severity == "error"][:3]
    return Shown(
        (
            f"{some(len(records), 'service')}, {some(len(problems), 'lint problem')}; "
            f"rule set {rules.digest[:12]}, newest file of {rules.updated}",
            *worst,
        ),
        (
            Column("name", "Service", longest=22),
            Column("events", "Hits"),
            Column("users", "Users"),
            Column("recorded", "Recorded"),
            Column("offer", "Offer of"),
            Column("facts", "Facts"),
            Column("tests", "Tests"),
            Column("lint", "Lint", MIDDLE),
            Column("file", "File", MIDDLE, 30),
            Column("vendor", "Vendor", LARGE, 20),
        ),
        tuple(records),
        hint="enter shows the rule as it stands in its file; lint problems first, then by hits",
    )


def ask_lessons(asking: Asking) -> Shown:
    from shadow_scan.governance.lessons import lessons_of

    records = [
        {
            "lesson": one.id, "says": one.says, "by": one.by, "at": one.at,
            "changed": one.changed, "taught_by": one.taught_by, "reason": one.reason,
            "state": f"undone by {one.undone.by}" if one.undone else "in force",
        }
        for one in lessons_of(asking.desk.place)
    ]  # fmt: skip
    return Shown(
        (f"{some(len(records), 'lesson')}; `shadow-scan rules learned --undo` takes one back",),
        (
            Column("says", "Says", longest=50),
            Column("state", "State"),
            Column("by", "By", longest=20),
            Column("at", "When", MIDDLE),
            Column("changed", "Changed", MIDDLE, 30),
            Column("reason", "Reason", LARGE, 30),
        ),
        tuple(reversed(records)),
    )


VIEWS = (
    View("rules", "Rules", ask_rules, "There are no rules.", "rule",
         about="Every service that the rules know: hits in this data, when its file was recorded, "
         "of when its newest offer is, its tests and lint problems. enter shows its TOML."),
    View("learned", "Learned", ask_lessons,
         "Nothing learned yet. {correct} on a candidate, a session or a user teaches something.",
         "text",
         about="What was learned from corrections."),
)  # fmt: skip
