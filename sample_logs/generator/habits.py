"""What everybody does on an ordinary day: sittings with AI, and a great deal else.

A day has five stretches of two hours. A sitting begins in the first hour of a stretch and is over
before the next, so that one sitting is one session; the deliberate border cases are in ``scenes``.
"""

from __future__ import annotations

from collections.abc import Iterator

from . import visits
from .catalogue import (
    LOOKALIKES,
    MACHINE_HOSTS,
    OPENED_AT_OSLO,
    ORDINARY_HOSTS,
    OUTSIDERS_TASTE,
    SERVICES,
    TASTE,
    Service,
)
from .company import BUILD_HOST, machines, people
from .dice import Dice
from .model import Identity, Recorder, Visit
from .period import DAYS, HOUR, MINUTE, OFFICE_OPENS, SECOND, is_weekend, midnight

BARRED = {
    Recorder.SQUID: ("deepseek", "midjourney"),
    Recorder.PROXYSG: ("deepseek",),
}
"""What the proxies refuse. Nobody elsewhere uses deepseek: it is only ever blocked."""

PASSERSBY = {
    Recorder.SQUID: 6,
    Recorder.PROXYSG: 2,
    Recorder.ZEEK: 3,
    Recorder.ZEEK_DNS: 3,
    Recorder.BIND: 3,
    Recorder.DNSMASQ: 5,
}
"""Ordinary visits of one identity on a working day, about."""


def ordinary_days() -> list[Visit]:
    """All visits of all people and machines over the two weeks, in no order."""
    story: list[Visit] = []
    for identity in [*people(), *machines()]:
        services = favourites(identity)
        eagerness = Dice("eagerness", identity.name).pick((0, 1, 1, 2, 2, 3))
        for day in range(DAYS):
            story += _day(identity, services, eagerness, day)
    return story + list(_nightly_builds())


def favourites(identity: Identity) -> list[Service]:
    """The few services that somebody keeps to, the favourite first."""
    dice = Dice("favourites", identity.name)
    taste = dict(TASTE[identity.team] if identity.team else OUTSIDERS_TASTE)
    if identity.recorder not in BARRED:
        taste.pop("deepseek", None)
    if identity.recorder is not Recorder.PROXYSG:
        taste.pop("notion-ai", None)
    return [SERVICES[name] for name in dice.some(taste, dice.between(2, 4))]


def _day(identity: Identity, services: list[Service], eagerness: int, day: int) -> Iterator[Visit]:
    dice = Dice("day", identity.name, day)
    if is_weekend(day) and not dice.chance(0.05):
        if dice.chance(0.3):
            at = midnight(day) + dice.between(0, 24 * 60 - 10) * MINUTE
            yield visits.ordinary(dice, identity, dice.pick(MACHINE_HOSTS), at)
        return
    arrival = midnight(day) + OFFICE_OPENS + dice.between(-40, 40) * MINUTE
    yield from _passing_by(dice, identity, arrival)
    stretches = dice.some(dict.fromkeys(range(5), 1), dice.between(0, eagerness))
    for stretch in stretches:
        service = services[0] if dice.chance(0.5) else dice.pick(services)
        begin = arrival + 2 * stretch * HOUR + dice.between(0, 50 * 60) * SECOND
        yield from _sitting(dice, identity, service, begin)


def _passing_by(dice: Dice, identity: Identity, arrival: int) -> Iterator[Visit]:
    about = PASSERSBY[identity.recorder]
    for _ in range(dice.between(about - 2, about + 2)):
        at = arrival + dice.between(0, 10 * 60 * 60) * SECOND + dice.between(0, SECOND - 1)
        kind = dice.weighted({ORDINARY_HOSTS: 80, MACHINE_HOSTS: 17, LOOKALIKES: 3})
        yield visits.ordinary(dice, identity, dice.pick(kind), at)


def _sitting(dice: Dice, identity: Identity, service: Service, begin: int) -> Iterator[Visit]:
    """One person at one service for up to about twenty minutes."""
    if service.id in BARRED.get(identity.recorder, ()):
        for attempt in range(dice.between(1, 2)):
            yield visits.refused(dice, identity, service, begin + attempt * 20 * SECOND)
        return
    if service.silent and dice.chance(0.4):
        yield visits.ordinary(dice, identity, dice.pick(service.silent), begin - 4 * SECOND)
    if identity.recorder is Recorder.PROXYSG and service.id in OPENED_AT_OSLO:
        yield from visits.opened_sitting(dice, identity, service, begin)
    elif identity.recorder in visits.RESOLVERS:
        yield from visits.looked_up_sitting(dice, identity, service, begin)
    else:
        yield from visits.tunnelled_sitting(dice, identity, service, begin)


def _nightly_builds() -> Iterator[Visit]:
    """A machine that sums up the day's test runs, weekends included, forty seconds apart."""
    for day in range(DAYS):
        dice = Dice("build", day)
        begin = midnight(day) + HOUR + dice.between(0, 3 * 60) * SECOND
        for call in range(dice.between(4, 8)):
            yield visits.use(dice, BUILD_HOST, SERVICES["openai-api"], begin + call * 40 * SECOND)
