"""The overview: what is in use, by whom, how far it came, and what to look at first."""

from __future__ import annotations

from shadow_scan.procurement import study
from shadow_scan.report import pieces
from shadow_scan.report.document import Block, Document, Section, Sentence, bars, grid, note
from shadow_scan.report.gathering import Gathered
from shadow_scan.report.vendors import placed, scored
from shadow_scan.vocabulary import Table, some

_SERVICES = [("service", "service"), ("vendor", "vendor"), ("users", "people"), ("teams", "teams"),
             ("sessions", "visits"), ("bytes_up", "sent"), ("status", "ruled"), ("risk", "risk"),
             ("evidence", "proof")]  # fmt: skip
_VALUE = [("service", "service"), ("team", "team"), ("task", "work"), ("users", "people"),
          ("regulars", "regular"), ("return_rate", "come back"),
          ("sessions_a_person", "visits each"), ("spread", "of the team"),
          ("champion", "champion")]  # fmt: skip
_FUNNEL = [("service", "service"), ("kind", "kind"), ("tried", "tried"), ("piloted", "piloted"),
           ("sustained", "in sustained use"), ("days_to_pilot", "days to pilot"),
           ("days_to_sustained", "days to sustained"), ("stage", "stage")]  # fmt: skip
EXPOSURE = [("service", "service"), ("plan", "plan"), ("account", "account"), ("users", "people"),
             ("bytes_up", "sent"), ("large_uploads", "large uploads"),
             ("unsized", "visits without sizes"), ("training_default", "trains on it"),
             ("as_of", "as of")]  # fmt: skip
_OFFICES = [("office", "office"), ("budget", "budget"), ("budget_percent", "of the budget %"),
            ("users", "people"), ("sessions", "visits"),
            ("use_percent", "of the use %")]  # fmt: skip
AGENTS = [("kind", "door"), ("service", "service"), ("host", "host"), ("team", "team"),
           ("events", "requests"), ("days", "days"), ("clients", "clients")]  # fmt: skip


def overview(known: Gathered) -> Document:
    """The document of `report overview`."""
    services = pieces.named(known, known.tables["services"])
    sections = [
        Section(
            "short",
            "In short",
            (pieces.totals(known), pieces.carried(known), pieces.weeks(known)),
        ),
        Section(
            "use",
            "What is in use",
            (
                bars(services, "People, by service", "service", "users", 10),
                grid(services, "Services", _SERVICES, 20),
            ),
        ),
        Section("gap", "The shadow gap", tuple(pieces.gap(known))),
        *_displacement(known),
        Section("value", "What use is worth", tuple(_value(known))),
        Section("funnel", "How far each tool came", tuple(_funnel(known))),
        Section("exposure", "What left, and under which terms", tuple(_exposure(known))),
        *_work(known),
        Section("agents", "Programs and agents", tuple(_agents(known))),
        Section("findings", "What to look at first", tuple(pieces.findings(known, 12))),
        Section("money", "Front office and back office", tuple(_money(known))),
        placed(known),
        scored(known),
        *_survey(known),
        Section("blind", "What these logs cannot show", tuple(pieces.blind_spots(known))),
        pieces.method(known),
    ]
    return pieces.document(known, "overview", "AI in use", sections)


def _displacement(known: Gathered) -> list[Section]:
    """Only where something is sanctioned or licensed, or was decided within the data."""
    table = known.tables["displacement"]
    if not table.rows:
        return []
    shown = [
        (kind, known.name(service), to_service and known.name(to_service), *rest)
        for kind, service, to_service, *rest in table.rows
    ]
    first = next((row for row in shown if row[0] == "bypass"), None)
    told = "nobody"
    if first:
        who = some(first[4], "person", "people")
        told = f"{who} of {first[3]} ({first[2]} is there, {first[1]} is used)"
    text = f"Who has the sanctioned tool and uses another for the same: {told}"
    columns = [("kind", "what they do"), ("service", "service"), ("to_service", "beside, or now"),
               ("team", "team"), ("users", "people"), ("decided", "decided on")]  # fmt: skip
    blocks = (
        Sentence(f"{text}, most of all." if first else f"{text}."),
        grid(Table(table.columns, shown), "", columns, 12),
        note("bypass: has the sanctioned one, by a licence or seen using it. After a decision, "
             "four weeks are compared with the four before."),
    )  # fmt: skip
    return [Section("displacement", "The sanctioned tool, and what is used beside it", blocks)]


def _value(known: Gathered) -> list[Block]:
    champions = known.tables["champions"].records()
    named = [f"{row['team']} with {known.name(row['service'])}" for row in champions[:3]]
    text = f"Ask these first: {'; '.join(named)}." if named else "No team uses a tool steadily yet."
    table = pieces.named(known, known.tables["value"])
    return [Sentence(text), grid(table, "", _VALUE, 12)]


def _funnel(known: Gathered) -> list[Block]:
    table = pieces.named(known, known.tables["funnel"])
    said = dict.fromkeys(row["limits"] for row in table.records() if row["limits"])
    lines = dict.fromkeys(row["study"] for row in table.records())
    beside = "; ".join([*lines, study.SCALING]) + "."
    limits = [note("; ".join(said) + ".")] if said else []
    return [grid(table, "", _FUNNEL, 12), *limits, note(beside[0].upper() + beside[1:])]


def _exposure(known: Gathered) -> list[Block]:
    table = pieces.named(known, known.tables["exposure"])
    unsized = sum(row["unsized"] for row in table.records())
    return [
        grid(table, "", EXPOSURE, 12),
        note(
            f"{some(unsized, 'visit')} left no size in the logs: what they sent is unknown. What a "
            "vendor does by default is a published statement, with its day; plans differ."
        ),
    ]


def _work(known: Gathered) -> list[Section]:
    table = known.tables["tasks"]
    if not [row for row in table.records() if row["task"] != "unknown"]:
        return []
    columns = [("task", "work"), ("users", "people"), ("teams", "teams"), ("sessions", "visits")]
    return [
        Section(
            "work",
            "What it is used for",
            (bars(table, "Visits, by work", "task", "sessions", 12), grid(table, "", columns)),
        )
    ]


def _agents(known: Gathered) -> list[Block]:
    table = known.tables["agents"]
    if not table.rows:
        return [Sentence("No traffic of agents, model APIs or their clients was seen.")]
    return [grid(pieces.named(known, table), "", AGENTS, 15)]


def _survey(known: Gathered) -> list[Section]:
    """Only where somebody was asked."""
    table = known.tables["survey"]
    if not any(row["answers"] for row in table.records()):
        return []
    columns = [("team", "team"), ("answers", "answers"), ("say_they_use", "say they use it"),
               ("users", "seen using it"), ("first_barrier", "first barrier"),
               ("want_learning_percent", "want it to learn %"),
               ("want_context_percent", "want it to keep context %"),
               ("seen_not_named", "seen, not named"),
               ("named_not_seen", "named, not seen")]  # fmt: skip
    blocks = (grid(table, "", columns), note(study.SURVEY[0].upper() + study.SURVEY[1:] + "."))
    return [Section("survey", "What people say, beside what was seen", blocks)]


def _money(known: Gathered) -> list[Block]:
    table = known.offices
    said = study.INVESTMENT[0].upper() + study.INVESTMENT[1:] + "."
    if all(row["budget"] is None for row in table.records()):
        text = "The budget is unknown: a budget.csv in the workspace adds it."
        return [Sentence(text), grid(table, "", [c for c in _OFFICES if "budget" not in c[0]]),
                note(said)]  # fmt: skip
    return [grid(table, "", _OFFICES), note(said)]
