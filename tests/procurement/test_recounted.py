"""What procurement is told of companies made at random, counted again: in plain Python, from what
was made and by the words of `--help`, not by our SQL."""

from __future__ import annotations

import shutil
from collections import defaultdict
from collections.abc import Callable, Iterable
from datetime import date, datetime, timedelta
from pathlib import Path
from random import Random
from statistics import median

import pytest

from ..conftest import clean_environment, in_process_cli
from .made import FORMAT, HOSTS, Company, requests_of


@pytest.fixture(scope="module", params=[(1, 20), (2, 90)], ids=lambda made: f"{made[1]}d")
def company(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, compiled_rules: Path
) -> Company:
    seed, days = request.param
    random, folder = Random(seed), tmp_path_factory.mktemp("recounted")
    teams = {f"user{number}": random.choice(["Legal", "Sales", "Design"]) for number in range(40)}
    requests = sorted(requests_of(random, teams, days))
    (folder / "made.log").write_text(
        "".join(
            f"{time.timestamp():.3f} 192.0.2.{user[4:]} {user} POST https://{HOSTS[service]}/ 200 "
            f"{bytes_up} 4000\n"
            for time, user, service, bytes_up in requests
        )
    )
    staff = "".join(f"{user},{team},{team.lower()}\n" for user, team in teams.items())
    (folder / "people.csv").write_text(f"user,team,function\n{staff}")
    place = folder / "workspace"
    place.mkdir(mode=0o700)
    shutil.copytree(compiled_rules, place / "cache")
    cli = in_process_cli(place, clean_environment(folder / "home"))
    log, people = folder / "made.log", folder / "people.csv"
    done = cli("scan", log, "--as", FORMAT, "--people", people, "--plain-users")
    assert done.code == 0, done.err
    return Company(teams, requests, folder, cli)


def _sustained(days: list[date]) -> date | None:
    """The first day with four days of use, in three weeks of the person's, within 28 days."""
    for day in days:
        within = [other for other in days if 0 <= (day - other).days < 28]
        if len(within) >= 4 and len({(other - days[0]).days // 7 for other in within}) >= 3:
            return day
    return None


def _piloted(days: list[date]) -> date | None:
    """The third day within a fortnight, or the day of sustained use where that comes before."""
    thirds = zip(days, days[2:], strict=False)
    third = next((third for first, third in thirds if (third - first).days < 14), None)
    return min(filter(None, (third, _sustained(days))), default=None)


def test_funnel(company: Company) -> None:
    tools = {row["service"]: row for row in company.asked("funnel")}
    by_service: dict[str, list[list[date]]] = defaultdict(list)
    for (service, _), days in company.days.items():
        by_service[service].append(days)
    assert tools.keys() == by_service.keys()
    is_long = (company.newest - company.oldest).days >= 27
    for service, people in by_service.items():
        row = tools[service]
        assert row["tried"] == len(people)
        piloted = sorted(day for days in people if (day := _piloted(days)) is not None)
        assert row["piloted"] == len(piloted)
        assert row["piloted_on"] == (str(piloted[2]) if len(piloted) > 2 else None)
        sustained = sorted(day for days in people if (day := _sustained(days)) is not None)
        assert row["sustained"] == (len(sustained) if is_long else None)
        third = str(sustained[2]) if is_long and len(sustained) > 2 else None
        assert row["sustained_on"] == third
        known = [days for days in people if (days[0] - company.oldest).days >= 7]
        assert row["begin_known"] == len(known)
        assert row["days_to_pilot"] == _days_between(known, _piloted)
        assert row["days_to_sustained"] == (_days_between(known, _sustained) if is_long else None)


def _days_between(
    people: Iterable[list[date]], reached: Callable[[list[date]], date | None]
) -> float | None:
    spans = [(day - days[0]).days for days in people if (day := reached(days)) is not None]
    return median(spans) if spans else None


def test_value(company: Company) -> None:
    rows = company.asked("value")
    used = company.days
    assert len(rows) == len({(service, company.teams[user]) for service, user in used})
    for row in rows:
        service, team = row["service"], row["team"]
        users = [u for s, u in used if s == service and company.teams[u] == team]
        ages = [company.ages(service, user) for user in users]
        assert row["users"] == len(users)
        regulars = sum(company.is_regular(one) for one in ages)
        assert row["regulars"] == (regulars if company.whole_weeks >= 2 else None)
        weeks = [{age // 7 for age in one} for one in ages]
        followed = [week - 1 in one for one in weeks for week in one if week > 0]
        rate = sum(followed) / len(followed) if followed else None
        assert row["return_rate"] == pytest.approx(rate, abs=0.0051)
        lasting = [len(one) / (max(one) + 1) for one in weeks]
        assert row["persistence"] == pytest.approx(sum(lasting) / len(lasting), abs=0.0051)
        visits = [v for v in company.visits if v.service == service and v.user in users]
        assert row["sessions"] == len(visits)
        assert row["depth"] == median(visit.requests for visit in visits)
        minutes = median((visit.end - visit.begin).total_seconds() for visit in visits) / 60
        assert row["minutes"] == pytest.approx(minutes, abs=0.051)
        people = list(company.teams.values()).count(team)
        assert row["spread"] == pytest.approx(len(users) / people, abs=0.0051)


@pytest.mark.parametrize("by", ["service", "team", "user"])
def test_exposure(company: Company, by: str) -> None:
    def who(user: str) -> str:
        return {"service": "", "team": company.teams[user], "user": user}[by]

    counted: dict[tuple[str, str], list[int]] = defaultdict(lambda: [0] * 5)
    for request in company.requests:
        sums = counted[request.service, who(request.user)]
        sums[0] += 1
        sums[1] += request.bytes_up
    for visit in company.visits:
        sums = counted[visit.service, who(visit.user)]
        sums[2] += 1
        sums[3] += visit.bytes_up >= 1_000_000
        sums[4] = max(sums[4], visit.bytes_up)
    names = ("events", "bytes_up", "sessions", "large_uploads", "largest")
    rows = company.asked("exposure", "--by", by)
    assert {(r["service"], r["who"]): [r[name] for name in names] for r in rows} == counted


def _end_of_period(day: date, newest: date, by: str) -> tuple[str, date]:
    if by == "month":
        following = (day.replace(day=28) + timedelta(4)).replace(day=1)
        return f"{day:%Y-%m}", following - timedelta(1)
    end = newest - timedelta(7 * ((newest - day).days // 7))
    return str(end - timedelta(6)), end


@pytest.mark.parametrize("by", ["month", "week"])
def test_gap(company: Company, by: str) -> None:
    middle = company.oldest + (company.newest - company.oldest) / 2
    licences = company.folder / "licences.csv"
    licences.write_text(
        "service,user,team,seats,since,until\n"
        f"chatgpt,user1,,,,{middle}\nclaude,user2,,,{middle},\ngemini,,Legal,3,,\n"
    )

    def is_covered(user: str, service: str, end: date) -> bool:
        return (
            (service == "chatgpt" and user == "user1" and end <= middle)
            or (service == "claude" and user == "user2" and end >= middle)
            or (service == "gemini" and company.teams[user] == "Legal")
        )

    used: dict[tuple[str, str], dict[str, set[bool]]] = defaultdict(lambda: defaultdict(set))
    for time, user, service, _ in company.requests:
        period, end = _end_of_period(time.date(), company.newest, by)
        used[company.teams[user], period][user].add(is_covered(user, service, end))
    rows = company.asked("gap", "--licences", licences, "--by", by)
    found = {(row["team"], row["period"]): row for row in rows}
    for at, users in used.items():
        assert found[at]["users"] == len(users)
        assert found[at]["users_covered"] == sum(True in covered for covered in users.values())
        assert found[at]["users_outside"] == sum(False in covered for covered in users.values())
        assert found[at]["only_outside"] == sum(True not in covered for covered in users.values())


def test_displacement(company: Company) -> None:
    on = company.oldest + (company.newest - company.oldest) / 2
    fates: dict[tuple[str, str, str | None], int] = defaultdict(int)
    used = company.days
    for user in company.teams:
        if not any(0 < (on - day).days <= 28 for day in used.get(("claude", user), ())):
            continue
        after: dict[str, int] = defaultdict(int)
        for request in company.requests:
            if request.user == user and 0 < (request.time.date() - on).days <= 28:
                after[request.service] += 1
        others = {service: events for service, events in after.items() if service != "claude"}
        kind, other = "stopped", None
        if after["claude"]:
            kind = "stayed"
        elif others:
            kind, other = "moved to another", max(others, key=lambda name: (others[name], name))
        fates[kind, company.teams[user], other] += 1
    rows = company.asked("displacement", "--service", "claude", "--on", on)
    assert {(r["kind"], r["team"], r["to_service"]): r["users"] for r in rows} == fates


def test_replay(company: Company) -> None:
    since = company.oldest + (company.newest - company.oldest) / 3
    words = ("--unsanction", "claude,gemini", "--except", "Legal", "--since", since)
    (total,) = (row for row in company.asked("replay", *words) if row["kind"] == "total")

    def is_touched(service: str, user: str, time: datetime) -> bool:
        ruled_out = service in ("claude", "gemini") and company.teams[user] != "Legal"
        return ruled_out and time.date() >= since

    touched = [r for r in company.requests if is_touched(r.service, r.user, r.time)]
    visits = [v for v in company.visits if is_touched(v.service, v.user, v.begin)]
    assert total["users"] == len({request.user for request in touched})
    assert total["events"] == len(touched)
    assert total["bytes_up"] == sum(request.bytes_up for request in touched)
    assert total["sessions"] == len(visits)


def test_champions(company: Company) -> None:
    used = company.days
    expected = {}
    for service, team in {(s, company.teams[u]) for s, u in used}:
        users = [u for s, u in used if s == service and company.teams[u] == team]
        regulars = sum(company.is_regular(company.ages(service, user)) for user in users)
        if regulars >= 2:
            days = sum(len(used[service, user]) for user in users)
            expected[service, team] = (regulars, days)
    rows = company.asked("value", "--champions", "teams")
    assert {(r["service"], r["team"]): (r["regulars"], r["active_days"]) for r in rows} == expected
