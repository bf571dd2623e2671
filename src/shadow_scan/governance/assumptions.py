"""What nobody can read from logs: `procurement.toml` in the workspace, every key optional."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Annotated, Final

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from shadow_scan.errors import UsageError
from shadow_scan.workspace import Workspace

FILE: Final = "procurement.toml"
Share = Annotated[float, Field(ge=0, le=1)]
Amount = Annotated[float, Field(ge=0, allow_inf_nan=False)]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Files(_Strict):
    """Tables beside the logs; a relative path is meant from the workspace."""

    licences: str | None = None
    prices: str | None = None
    budget: str | None = None
    scorecard: str | None = None
    survey: str | None = None


class Assumptions(_Strict):
    """Numbers of the business case. What is left out stays unknown; the defaults are ours, and
    every report marks them as such."""

    currency: Annotated[str, Field(pattern=r"^[A-Z]{3}$")] = "USD"
    exchange: dict[str, Annotated[float, Field(gt=0)]] = Field(default_factory=dict)
    """Currency of a price -> how much of `currency` one of it is worth."""
    hour_cost: Amount = 50.0
    """What an hour of work costs the organisation, in `currency`."""
    hours_saved_a_week: Amount | None = None
    """For each regular user. Unknown by default: the case then says how much would pay."""
    external_spend_a_year: Amount | None = None
    """Agencies and outsourcing for the same work, in `currency`."""
    external_share_replaced: Share = 0.0
    contract_months: Annotated[int, Field(ge=1, le=120)] = 12
    exit_months: Annotated[int, Field(ge=0, le=60)] = 3
    """How long moving away would take: notice, export of data, teaching another tool."""
    seats_headroom: Share = 0.0
    """Seats bought beyond the upper end of the range, as a share of it."""


class Procurement(_Strict):
    files: Files = Files()
    assumptions: Assumptions = Assumptions()

    @property
    def given(self) -> frozenset[str]:
        """The assumptions that the organisation wrote itself."""
        return frozenset(self.assumptions.model_fields_set)


def load_procurement(place: Workspace) -> Procurement:
    """The file of a workspace, or the defaults without one. Raises UsageError."""
    path = place.path / FILE
    try:
        text = path.read_text("utf-8-sig")
        return Procurement.model_validate(tomllib.loads(text))
    except FileNotFoundError:
        return Procurement()
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(f"the assumptions cannot be read: {error}", where=str(path)) from None
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        raise UsageError(f"the assumptions are no TOML: {error}", where=str(path)) from None
    except ValidationError as error:
        details = [f"{'.'.join(map(str, e['loc']))}: {e['msg']}" for e in error.errors()]
        raise UsageError(
            "the assumptions are wrong",
            where=str(path),
            details=details,
            remedy="docs/procurement.md has every key with its meaning",
        ) from None


def supplied(place: Workspace, known: Procurement, name: str, named: Path | None) -> Path | None:
    """The table `name`: as the command names it, else the assumptions file, else
    `<name>.csv` in the workspace if there is one."""
    if named is not None:
        return named
    listed: str | None = getattr(known.files, name)
    if listed is not None:
        return place.path / Path(listed).expanduser()
    usual = place.path / f"{name}.csv"
    return usual if usual.exists() else None
