"""Discover: what is used that nobody has ruled on, and what the logs can show of it."""

from __future__ import annotations

from collections import Counter
from typing import Any

from shadow_scan.listings.glance import queue
from shadow_scan.vocabulary import Activity, some
from shadow_scan_tui.loading import Asking
from shadow_scan_tui.pictures import bar
from shadow_scan_tui.shown import LARGE, MIDDLE, Column, Record, Shown, View
from shadow_scan_tui.words import cut, size, written

Records = list[dict[str, Any]]
_ONLY = {
    Activity.AUTOMATED: "by programs alone",
    Activity.ALL: "by programs or in the background alone",
}
SERVICE_COLUMNS = (
    Column("status", "Status", longest=16),
    Column("name", "Service", longest=22),
    Column("users", "Users"),
    Column("bytes_up", "Out"),
)


def ask_queue(asking: Asking) -> Shown:
    services = _services(asking, Activity.AUTOMATED)
    findings, reasons = _findings(asking, services)
    within = asking.span()
    waiting = queue(services, reasons, asking.by_day(within), within)
    for record in waiting:
        record["first_reason"] = record["why"][0]
    return Shown(
        (*_seen(asking), _figures(services, findings)),
        (
            *SERVICE_COLUMNS,
            Column("first_reason", "Why it is first", longest=30),
            Column("trend", "Trend", MIDDLE),
            Column("teams", "Teams", LARGE),
            Column("risk", "Risk", LARGE),
            Column("category", "Kind", LARGE),
        ),
        tuple(waiting),
        tuple(_tasks(asking)),
    )


def _services(asking: Asking, others: Activity) -> Records:
    """Those that people use and, behind them, those that are used otherwise alone."""
    found = asking.listed("services").records()
    known = {record["service"] for record in found}
    used = asking.listed("services", others).records()
    return [*found, *(r | {"only": _ONLY[others]} for r in used if r["service"] not in known)]


def _findings(asking: Asking, services: Records) -> tuple[Records, Records]:
    """Those of the filter, as their own page counts them; and with them, as reasons, those of the
    services shown that are of no team, or of any."""
    shown = {record["service"] for record in services}
    told = [f for f in asking.beside("findings").records() if f["service"] in shown]
    if (narrowed := asking.likewise("findings")) is None:
        return told, told
    listed = narrowed.records()
    known = {finding["finding"] for finding in listed}
    of_all = (f for f in told if f["team"] is None and f["finding"] not in known)
    return listed, [*listed, *of_all]


_UNREAD = {
    "unrecognised": "files of no known format",
    "unreadable": "files or folders that could not be opened",
}
"""Status of a source that gave nothing, and what is said of those."""


def _seen(asking: Asking) -> list[str]:
    """What the data was seen through, and what that is blind to."""
    sources = asking.beside("sources", Activity.ALL).records()
    formats = Counter(record["format"] for record in sources if record["format"])
    lines = sum(record["lines"] for record in sources)
    rejected = sum(record["rejected"] for record in sources)
    through = ", ".join(f"{name} {count}" for name, count in formats.most_common(5)) or "no log"
    told = Counter(record["status"] for record in sources)
    unread = [f"; {told[status]:,} {words}" for status, words in _UNREAD.items() if told[status]]
    return [
        f"Seen by   {through}; {lines:,} lines, {rejected:,} rejected{''.join(unread)}",
        f"Blind to  {_blind(asking)}",
    ]


def _blind(asking: Asking) -> str:
    words = blind_words(asking.beside("coverage", Activity.ALL).records())
    unattributed = next(
        (r["users"] for r in asking.beside("teams").records() if r["team"] == "unattributed"), 0
    )
    nobody = f"; {some(unattributed, 'user')} of no team" if unattributed else ""
    return ("; ".join(words) or "nothing that a source says of itself") + nobody


def blind_words(coverage: Records) -> list[str]:
    """What the sources miss on most days, three at most; of a source that misses it on some of its
    days alone, that is said."""
    days = Counter(word for record in coverage for word in record["blind"] or ())
    dated = [record for record in coverage if record["day"]]
    of = Counter(record["source_file"] for record in dated)

    def told(word: str) -> str:
        # the reason alone, as 'no paths' of 'what was done (no paths)': the coverage has it whole
        reason = word.partition("(")[2].rstrip(")") or word
        where = {record["source_file"] for record in dated if word in record["blind"]}
        whole = days[word] >= sum(of[file] for file in where)
        return reason if whole else f"{reason} on some days"

    return [told(word) for word, _ in days.most_common(3)]


def _figures(services: list[dict[str, Any]], findings: list[dict[str, Any]]) -> str:
    used = [record for record in services if record["events"]]
    waiting = sum(record["status"] in ("unreviewed", "under-review") for record in used)
    # what programs alone send is not in it, as in no other figure of people's use
    sent = [record["bytes_up"] for record in used if "only" not in record]
    out = sum(amount or 0 for amount in sent)
    unsized = sent.count(None)
    partial = f", {unsized} unsized" if unsized else ""
    grave = [f for f in findings if f["state"] == "open" and f["severity"] in ("critical", "high")]
    return (
        f"{some(len(used), 'service')}  {waiting} wait for a ruling  {size(out)} out{partial}  "
        f"{some(len(grave), 'grave finding')}"
    )


def _tasks(asking: Asking) -> list[str]:
    listed = asking.likewise("tasks")
    tasks = [] if listed is None else [record for record in listed.records() if record["sessions"]]
    whole = sum(record["sessions"] for record in tasks)
    tasks.sort(key=lambda record: (record["task"] == "unknown", -record["sessions"]))
    shares = [(record["task"], record["sessions"] / whole) for record in tasks]
    told = [pair for pair in shares if pair[0] != "unknown"][:4]
    unknown = [pair for pair in shares if pair[0] == "unknown"]
    words = [f"{task} {bar(share, 8)} {share:.0%}" for task, share in (*told, *unknown)]
    return ["Tasks  " + "  ".join(words)] if words else []


def service_detail(record: Record) -> list[str]:
    """Beside the list: what it is, and every reason."""
    lines = [
        str(record["name"]),
        f"{record['vendor'] or 'vendor unknown'} · {record['category']}",
        "",
    ]
    for name, label in (
        ("users", "users"), ("sessions", "sessions"), ("events", "requests"),
        ("blocked", "blocked"),
        ("bytes_up", "sent"), ("bytes_down", "received"), ("evidence", "proof"),
        ("first_time", "first"), ("last_time", "last"), ("risk", "risk"), ("status", "status"),
    ):  # fmt: skip
        lines.append(f"{label:<9} {written(name, record.get(name))[0]}")
    scoped = record.get("scoped") or ()
    lines += (
        ["", "Reasons", *(f"+ {reason}" for reason in record.get("why", ()))]
        if record.get("why")
        else []
    )
    return [*lines, *(f"also {words}" for words in scoped)]


def ask_services(asking: Asking) -> Shown:
    records = _services(asking, Activity.ALL)
    within = asking.span()
    lines = asking.by_day(within)
    for record in records:
        record["trend"] = lines.get(record["service"], [])
    blocked = sum(not record["events"] for record in records)
    others = sum("only" in record for record in records)
    only = f", {blocked} only ever blocked" if blocked else ""
    only += f", {others} {_ONLY[Activity.ALL]}" if others else ""
    return Shown(
        (f"{some(len(records), 'service')}{only}",),
        (
            *SERVICE_COLUMNS,
            Column("teams", "Teams"),
            Column("evidence", "Proof"),
            Column("trend", "Trend", MIDDLE),
            Column("sessions", "Sessions", LARGE),
            Column("category", "Kind", LARGE),
            Column("last_time", "Last seen", LARGE),
        ),
        tuple(records),
    )


def ask_candidates(asking: Asking) -> Shown:
    from shadow_scan.governance.later import put_off

    waiting = put_off(asking.desk.place)
    records = asking.listed("candidates", Activity.ALL).records()
    for record in records:
        record["later"] = day.isoformat() if (day := waiting.get(record["host"])) else None
    records.sort(key=lambda record: record["later"] is not None)
    later = sum(record["later"] is not None for record in records)
    put_aside = f"; {later} put off, at the end" if later else ""
    return Shown(
        (
            f"{some(len(records), 'host')} of no rule; from 0.5 on it is more likely AI than not"
            f"{put_aside}",
        ),
        (
            Column("host", "Host", longest=34),
            Column("score", "Score"),
            *([Column("later", "Asked again")] if later else []),
            Column("users", "Users"),
            Column("events", "Requests"),
            Column("bytes_up", "Out"),
            Column("reasons", "What speaks for it", MIDDLE, 50),
        ),
        tuple(records),
        hint="{accept} accepts it as a service, {no-service} says that it is none, {later} asks "
        "again later",
    )


def candidate_detail(record: Record) -> list[str]:
    lines = [str(record["host"]), f"score {record['score']}", "", "What speaks for it"]
    return [*lines, *(f"+ {cut(str(reason), 300)}" for reason in record["reasons"] or ())]


VIEWS = (
    View("queue", "Queue", ask_queue,
         "Nothing in use waits for a ruling. {next-view} shows all services.",
         "service", service_detail,
         about="Services that people or programs use and that wait for a ruling. First: the worst "
         "open finding, then users and bytes sent. Trend: users by day. Out: sent, '-' where no "
         "log has sizes."),
    View("services", "Services", ask_services, "No AI service was seen.", "service", service_detail,
         about="Every service that was seen, with its ruling and strongest proof."),
    View("candidates", "Candidates", ask_candidates,
         "No unknown host behaves like an AI service.", "text", candidate_detail,
         about="Hosts of no rule that behave like AI services. {accept} accepts one as a service, "
         "{no-service} says that it is none, {later} puts it off for a fortnight; the cursor goes "
         "on to the next."),
)  # fmt: skip
