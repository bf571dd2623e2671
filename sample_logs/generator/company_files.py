"""The files beside the logs: who is in which team, whose a subnet is, and the truth."""

from __future__ import annotations

import csv
import io
import json

from .company import SUBNETS, TEAM_OF_SUBNET, staff_rows
from .truth import Truth


def people_csv() -> str:
    """people.csv."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(("user", "email", "team", "function", "device", "site"))
    writer.writerows(staff_rows())
    return text.getvalue()


def settings_toml() -> str:
    """settings.toml: the teams of subnets in which nobody signs in."""
    nobodys = ", ".join(subnet.cidr for subnet in SUBNETS if subnet.team is None)
    mapped = "\n".join(f'"{cidr}" = "{team}"' for cidr, team in sorted(TEAM_OF_SUBNET.items()))
    return (
        "# Where no log has a name, the subnet tells the team.\n"
        f"# Nobody's on purpose: {nobodys} (guests and visitors).\n"
        f"[subnets]\n{mapped}\n"
    )


def truth_json(truth: Truth) -> str:
    """truth.json, one value a line, so that a change reads well as a difference."""
    return json.dumps(truth, indent=1, ensure_ascii=True) + "\n"
