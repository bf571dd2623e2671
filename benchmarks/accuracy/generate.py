"""A company with everything that it did: logs, people, and the file of labels."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from pathlib import Path

from .company import Company, company
from .logs import write
from .model import SECONDS_A_DAY, Label
from .noise import idle, machines, ordinary_day
from .sittings import work_day
from .strangers import FRIENDS, meet
from .wire import Wire


@dataclass(frozen=True, slots=True)
class Made:
    company: Company
    labels: list[Label]
    strangers: list[str]
    """Hosts of the planted AI services."""
    files: dict[str, list[Path]]
    people: Path
    leases: Path


def make(
    seed: str, folder: Path, size: float = 1.0, days: int = 12, friends: int = FRIENDS
) -> Made:
    """Writes `<folder>/<kind>/*.log`, people.csv, dhcpd.leases and labels.json."""
    firm = company(seed, size, days)
    wire = Wire(firm.organisation)
    for day in range(days):
        midnight = firm.monday + day * SECONDS_A_DAY
        if day % 7 < 5:
            for person in firm.people:
                ordinary_day(wire, firm, person, midnight)
                idle(wire, firm, person, work_day(wire, firm, person, midnight), midnight)
    machines(wire, firm)
    planted = meet(wire, firm, friends)
    files = write(firm, wire, folder)
    labels = sorted(wire.labels, key=lambda label: (label.person, label.begin))
    truth = {"strangers": planted, "labels": [asdict(label) for label in labels]}
    (folder / "labels.json").write_text(json.dumps(truth, indent=1), encoding="utf-8")
    return Made(firm, labels, planted, files, folder / "people.csv", folder / "dhcpd.leases")
