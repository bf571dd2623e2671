"""What the story must keep to, so that no figure of the truth hangs on a reader's taste."""

from __future__ import annotations

from collections import defaultdict

import pytest
from generator.model import Channel, Fate, Recorder, Role, Visit
from generator.period import MINUTE, SECOND
from generator.sample import all_visits
from generator.truth import seen_end
from generator.visits import TICK


@pytest.fixture(scope="module")
def story() -> list[Visit]:
    return all_visits()


@pytest.fixture(scope="module")
def doors(story: list[Visit]) -> list[Visit]:
    return [visit for visit in story if visit.is_use and visit.role is Role.COUNTED]


def test_nobody_passes_two_recorders(story: list[Visit]) -> None:
    recorders = defaultdict(set)
    for visit in story:
        recorders[visit.identity.name].add(visit.identity.recorder)
        recorders[visit.identity.address].add(visit.identity.recorder)
    assert {len(found) for found in recorders.values()} == {1}


def test_every_time_can_be_written_down_without_loss(story: list[Visit]) -> None:
    for visit in story:
        assert visit.begin % TICK[visit.identity.recorder] == 0
        if visit.identity.recorder is Recorder.PROXYSG:
            assert visit.end % SECOND == 0


def test_a_shared_host_is_nearest_to_the_service_that_it_helps(
    story: list[Visit], doors: list[Visit]
) -> None:
    helpers = [visit for visit in story if visit.role is Role.SHARED]
    assert len(helpers) > 30
    for helper in helpers:
        mine = [door for door in doors if door.identity == helper.identity]
        nearest = min(mine, key=lambda door: (abs(door.begin - helper.begin), door.begin))
        assert abs(nearest.begin - helper.begin) < 10 * MINUTE
        assert nearest.service == helper.service


def test_a_shared_host_is_never_the_first_or_last_word_of_a_service(story: list[Visit]) -> None:
    used = [visit for visit in story if visit.is_use]
    for service in {visit.service for visit in used}:
        mine = [visit for visit in used if visit.service == service]
        assert mine[0].role is mine[-1].role is Role.COUNTED


def test_some_shared_hosts_are_visited_with_no_service_near(
    story: list[Visit], doors: list[Visit]
) -> None:
    alone = [v for v in story if v.host == "cdn.oaistatic.com" and v.service is None]
    assert {visit.channel for visit in alone} == {Channel.TUNNEL, Channel.LOOKUP}
    for visit in alone:
        for door in doors:
            far = abs(door.begin - visit.begin) > 2 * 60 * MINUTE
            assert door.identity != visit.identity or far


def test_gaps_are_clear_but_for_the_two_that_are_set_by_hand(doors: list[Visit]) -> None:
    latest: dict[tuple[str, str | None], int] = {}
    unclear = []
    for door in doors:
        pair = (door.identity.name, door.service)
        gap = door.begin - latest.get(pair, door.begin)
        if 25 * MINUTE < gap < 35 * MINUTE:
            unclear.append(gap)
        latest[pair] = max(latest.get(pair, 0), seen_end(door))
    assert unclear == [30 * MINUTE, 30 * MINUTE + 1_000]


def test_one_service_is_only_ever_blocked_and_another_is_blocked_at_one_site(
    story: list[Visit],
) -> None:
    fates = defaultdict(set)
    for visit in story:
        if visit.service:
            fates[visit.service].add(visit.fate)
    assert fates["deepseek"] == {Fate.BLOCKED}
    assert {Fate.BLOCKED, Fate.ALLOWED} <= fates["midjourney"]


def test_both_proxies_challenge_and_some_connections_lose_their_end(story: list[Visit]) -> None:
    challenged = {v.identity.recorder for v in story if v.fate is Fate.CHALLENGED}
    assert challenged == {Recorder.SQUID, Recorder.PROXYSG}
    assert sum(visit.close_missed and visit.is_use for visit in story) >= 3
