"""A register of the AI systems in use, with the fields that ISO/IEC 42001, the NIST AI Risk
Management Framework and the EU AI Act ask of an inventory. What nobody knows says `unknown`; what
only people can say is `to be assessed`."""

from __future__ import annotations

from typing import Any

from shadow_scan.governance.opening import ledger_of
from shadow_scan.governance.rulings import Ruled, in_force
from shadow_scan.listings.queries import answered, reading
from shadow_scan.rules.ruleset import RuleSet, Service
from shadow_scan.store.database import named_sql, rows
from shadow_scan.vocabulary import Activity, Table
from shadow_scan.workspace import Workspace

_UNKNOWN = "unknown"
_ASSESS = "to be assessed"
_FACTS = ("training_default", "retention", "residency", "compliance", "single_sign_on")
COLUMNS = (
    *("system_id", "system", "provider", "purpose_category", "intended_use", "surfaces"),
    *("status", "scoped_status", "reason", "owner", "decided", "until", "review", "measure"),
    *("users", "teams", "sessions", "first_seen", "last_seen", "bytes_up", "evidence", "risk"),
    *("open_findings", *_FACTS, "plans", "rules"),
    *("iso_42001_a_9_4_intended_use", "iso_42001_a_10_3_supplier", "iso_42001_a_5_impact"),
    *("nist_govern_1_6_inventory", "nist_map_1_1_purpose", "nist_govern_6_1_third_party"),
    *("nist_manage_3_1_monitoring", "eu_ai_act_role", "eu_ai_act_risk_class"),
    *("eu_ai_act_art_4_literacy", "eu_ai_act_art_26_oversight", "eu_ai_act_art_50_transparency"),
)


def register(place: Workspace, rules: RuleSet) -> Table:
    """A row for each service that is in use or was ruled on."""
    rulings = in_force(ledger_of(place).read().entries)
    with reading(place) as connection:
        used = answered(connection, named_sql(__package__, "register"), Activity.ALL).records()
        tasks = {
            service: "; ".join(names)
            for service, names in rows(connection, named_sql(__package__, "register_tasks"))
        }
    seen = {record["service"]: record for record in used}
    names = sorted({*seen, *(one.decision.service for one in rulings)})
    lines = [
        _line(name, rules.services.get(name), seen.get(name, {}), tasks.get(name), rulings, rules)
        for name in names
    ]
    return Table(COLUMNS, lines)


def _line(
    name: str,
    service: Service | None,
    seen: dict[str, Any],
    tasks: str | None,
    rulings: list[Ruled],
    rules: RuleSet,
) -> tuple[Any, ...]:
    values = {
        **dict.fromkeys(COLUMNS, _UNKNOWN),
        **_of_service(name, service),
        **_of_use(seen, tasks),
        **_of_ruling(name, rulings),
        "rules": rules.digest,
    }
    values |= _of_frameworks(values)
    return tuple(values[column] for column in COLUMNS)


def _of_service(name: str, service: Service | None) -> dict[str, Any]:
    if service is None:
        return {"system_id": name, "system": name}
    facts: dict[str, Any] = {fact.name: fact.value for fact in service.facts if fact.name in _FACTS}
    plans = "; ".join(plan.name for plan in service.plans)
    return {
        "system_id": name,
        "system": service.name,
        "provider": service.vendor_name,
        "purpose_category": service.category,
        "surfaces": "; ".join(service.surfaces) or _UNKNOWN,
        "plans": plans or _UNKNOWN,
        **facts,
    }


def _of_use(seen: dict[str, Any], tasks: str | None) -> dict[str, Any]:
    if not seen:
        return {"users": 0, "teams": 0, "sessions": 0, "open_findings": 0}
    known = {name: value for name, value in seen.items() if name in COLUMNS and value is not None}
    return {**known, "intended_use": tasks or _UNKNOWN}


def _of_ruling(name: str, rulings: list[Ruled]) -> dict[str, Any]:
    mine = [one.decision for one in rulings if one.decision.service == name]
    whole = next((d for d in mine if d.team is None and d.plan is None), None)
    scoped = [
        f"{d.status} for {' and '.join(filter(None, (d.team, d.plan and f'plan {d.plan}')))}"
        for d in mine
        if d is not whole
    ]
    found: dict[str, Any] = {"status": "unreviewed", "scoped_status": "; ".join(scoped) or "none"}
    latest = whole or (mine[-1] if mine else None)
    if whole is not None:
        found["status"] = whole.status
    if latest is not None:
        told = {"reason": latest.reason, "owner": latest.owner, "decided": latest.time[:10],
                "until": latest.until, "review": latest.review,
                "measure": latest.measure}  # fmt: skip
        found |= {key: value for key, value in told.items() if value is not None}
    return found


def _of_frameworks(row: dict[str, Any]) -> dict[str, Any]:
    return {
        "iso_42001_a_9_4_intended_use": row["intended_use"],
        "iso_42001_a_10_3_supplier": row["provider"],
        "iso_42001_a_5_impact": _ASSESS,
        "nist_govern_1_6_inventory": row["system_id"],
        "nist_map_1_1_purpose": row["intended_use"],
        "nist_govern_6_1_third_party": row["compliance"],
        "nist_manage_3_1_monitoring": f"seen in logs until {row['last_seen']}",
        "eu_ai_act_role": "deployer",
        "eu_ai_act_risk_class": _ASSESS,
        "eu_ai_act_art_4_literacy": _ASSESS,
        "eu_ai_act_art_26_oversight": row["owner"],
        "eu_ai_act_art_50_transparency": _ASSESS,
    }
