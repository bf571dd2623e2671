"""What a perfect reader of the logs would count, taken from the visits, never from a line.

The rules are the product's own (its contract, "What counts"): a visit is one event however many
lines witness it; a lookup is an event that proves no more than a lookup; challenges never count,
blocked visits count as blocked and nothing else; a shared host adds events and bytes to the service
beside it, never users or sessions. A size that no log shows is null, not zero.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

from . import proxysg, resolvers, squid, zeek
from .company import BUILD_HOST, TEAM_OF_SUBNET, team_sizes
from .dice import SEED
from .logfile import Line, LogFile, Outcome
from .model import Channel, Fate, Identity, Recorder, Role, Visit
from .period import DAYS, MINUTE, iso, midnight

Truth = dict[str, object]

SESSION_GAP = 30 * MINUTE
UNATTRIBUTED = "unattributed"

EVIDENCE = {
    Channel.LOOKUP: "resolved",
    Channel.TUNNEL: "connected",
    Channel.INSIDE: "transacted",
    Channel.PLAIN: "transacted",
}
"""A tunnel is a connection with a name, however many bytes it carried; a request has a path."""
STRENGTH = ("resolved", "connected", "transacted")

FILE_OF: dict[Recorder, Callable[[Visit], str]] = {
    recorder: module.file_of
    for module in (squid, proxysg, zeek, resolvers)
    for recorder in module.RECORDERS
}


def truth(visits: list[Visit], files: list[LogFile]) -> Truth:
    """The whole of truth.json."""
    used = [visit for visit in visits if visit.is_use]
    services = sorted({visit.service for visit in visits if visit.service})
    return {
        "about": _about(),
        "totals": {
            "lines": sum(len(file.lines) for file in files),
            **_outcomes(line for file in files for line in file.lines),
            "ai_events": len(used),
            "blocked": sum(_is_blocked(visit) for visit in visits),
            "services": len(services),
            "services_used": len({visit.service for visit in used}),
            "users": len(_users(used)),
            "sessions": _sessions(used),
        },
        "sources": [_source(file) for file in files],
        "services": {
            name: _service([visit for visit in visits if visit.service == name])
            for name in services
        },
        "teams": _teams(used),
    }


def _about() -> Truth:
    return {
        "seed": SEED,
        "from": iso(midnight(0)),
        "until": iso(midnight(DAYS)),
        "activity": "all",
        "automated": [BUILD_HOST.name],
        "session_gap_minutes": SESSION_GAP // MINUTE,
        "subnets": TEAM_OF_SUBNET,
        "local_clocks": "UTC",
        "year_of_logs_without_one": 2026,
    }


def _source(file: LogFile) -> Truth:
    begins = [line.begin for line in file.lines if line.begin is not None]
    return {
        "file": file.name,
        "format": file.format,
        "clock": file.clock,
        "lines": len(file.lines),
        **_outcomes(file.lines),
        "first_time": iso(min(begins)),
        "last_time": iso(max(begins)),
    }


def _outcomes(lines: Iterable[Line]) -> dict[str, int]:
    fates = [line.outcome for line in lines]
    return {outcome.value: fates.count(outcome) for outcome in Outcome}


def _service(visits: list[Visit]) -> Truth:
    """One service; under ``sources`` the same for each file that names its host."""
    used = [visit for visit in visits if visit.is_use]
    files = sorted({_file_of(visit) for visit in visits if visit.fate is not Fate.CHALLENGED})
    return {
        **_measures(visits),
        "sessions": _sessions(used),
        "teams": _people_by_team(used),
        "sources": {
            file: _measures([visit for visit in visits if _file_of(visit) == file])
            for file in files
        },
    }


def _measures(visits: list[Visit]) -> Truth:
    used = [visit for visit in visits if visit.is_use]
    begins = [visit.begin for visit in used]
    evidence = {EVIDENCE[visit.channel] for visit in used}
    return {
        "users": len(_users(used)),
        "events": len(used),
        "blocked": sum(_is_blocked(visit) for visit in visits),
        "first_time": iso(min(begins)) if begins else None,
        "last_time": iso(max(begins)) if begins else None,
        "bytes_up": _sum(seen_up(visit) for visit in used),
        "bytes_down": _sum(seen_down(visit) for visit in used),
        "evidence": max(evidence, key=STRENGTH.index) if evidence else None,
    }


def _teams(used: list[Visit]) -> Truth:
    sizes = team_sizes()
    return {
        team: {
            "people": sizes.get(team),
            "users": len(_users(mine)),
            "services": len({visit.service for visit in mine}),
            "sessions": _sessions(mine),
            "events": len(mine),
            "bytes_up": _sum(seen_up(visit) for visit in mine),
        }
        for team in sorted({*sizes, *map(_team, used)})
        for mine in [[visit for visit in used if _team(visit) == team]]
    }


def _people_by_team(used: list[Visit]) -> dict[str, int]:
    """How many identities of each team, the known ones first."""
    teams = sorted({_team(visit) for visit in used}, key=lambda team: (team == UNATTRIBUTED, team))
    return {team: len(_users([v for v in used if _team(v) == team])) for team in teams}


def seen_up(visit: Visit) -> int | None:
    """Client → server, where the recorder writes it: Squid's native format does not."""
    return None if visit.identity.recorder is Recorder.SQUID else _seen(visit, visit.bytes_up)


def seen_down(visit: Visit) -> int | None:
    """Server → client, where the recorder writes it."""
    return _seen(visit, visit.bytes_down)


def _seen(visit: Visit, size: int) -> int | None:
    return None if visit.close_missed or visit.channel is Channel.LOOKUP else size


def seen_end(visit: Visit) -> int:
    """The end, or the begin if the recorder missed the end."""
    return visit.begin if visit.close_missed else visit.end


def _sum(sizes: Iterable[int | None]) -> int | None:
    """The sum of what is known; null if nothing is."""
    known = [size for size in sizes if size is not None]
    return sum(known) if known else None


def _users(used: list[Visit]) -> set[Identity]:
    return {visit.identity for visit in used if visit.role is Role.COUNTED}


def _sessions(used: list[Visit]) -> int:
    """Sessions over all pairs of identity and service in ``used``."""
    count = 0
    latest_end: dict[tuple[Identity, str | None], int] = {}
    for visit in sorted(used, key=lambda visit: visit.begin):
        if visit.role is not Role.COUNTED:
            continue
        pair = (visit.identity, visit.service)
        before = latest_end.get(pair)
        count += before is None or visit.begin - before > SESSION_GAP
        latest_end[pair] = max(before or 0, seen_end(visit))
    return count


def _team(visit: Visit) -> str:
    return visit.identity.team or UNATTRIBUTED


def _is_blocked(visit: Visit) -> bool:
    return visit.fate is Fate.BLOCKED and visit.role is Role.COUNTED


def _file_of(visit: Visit) -> str:
    return FILE_OF[visit.identity.recorder](visit)
