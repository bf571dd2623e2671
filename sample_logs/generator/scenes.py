"""Border cases that chance would not bring, each on a quiet Saturday or Sunday night.

They are ordinary visits to the recorders and to the truth; only their times are chosen by hand.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from . import visits
from .catalogue import SERVICES, door
from .company import SUBNETS, people
from .dice import Dice
from .model import Channel, Identity, Visit
from .period import HOUR, MILLISECOND, MINUTE, midnight

SATURDAY, SUNDAY = 5, 6


def staged() -> list[Visit]:
    """All scenes."""
    return [
        *thirty_minutes(_named("dov.asterwick")),
        *static_files_alone(_named("hanno.pellisk")),
        *lookup_of_static_files_alone(SUBNETS[5].identities()[0]),
        *through_the_night(_named("edda.marlowen")),
    ]


def thirty_minutes(who: Identity) -> Iterator[Visit]:
    """A gap of exactly thirty minutes is still one session; one millisecond more is not."""
    dice = Dice("scene", "thirty minutes")
    opening = visits.use(dice, who, SERVICES["claude"], midnight(SATURDAY) + 9 * HOUR)
    still_joined = replace(opening, begin=opening.end + 30 * MINUTE)
    too_late = replace(opening, begin=still_joined.end + 30 * MINUTE + MILLISECOND)
    yield from (opening, still_joined, too_late)


def static_files_alone(who: Identity) -> Iterator[Visit]:
    """A page elsewhere loads a script from a shared host; nobody uses the service for hours."""
    dice = Dice("scene", "static files alone")
    begin = midnight(SATURDAY) + 10 * HOUR
    yield visits.ordinary(dice, who, "cdn.oaistatic.com", begin)
    yield visits.ordinary(dice, who, "news.dailyledger.example", begin + MINUTE)


def lookup_of_static_files_alone(who: Identity) -> Iterator[Visit]:
    """The same, seen by a resolver."""
    yield visits.ordinary(
        Dice("scene", "lookup"), who, "cdn.oaistatic.com", midnight(SATURDAY) + 11 * HOUR
    )


def through_the_night(who: Identity) -> Iterator[Visit]:
    """A tunnel that begins in one week's log and is written into the next, when it ends."""
    dice = Dice("scene", "through the night")
    begin = midnight(SUNDAY) + 23 * HOUR + 41 * MINUTE
    host = door("api.githubcopilot.com", "github-copilot")
    yield visits.exact(
        Visit(
            who,
            host.name,
            Channel.TUNNEL,
            begin + dice.between(0, 999) * MILLISECOND,
            47 * MINUTE,
            218_340,
            91_442,
            host.role,
            host.service,
        )
    )


def _named(user: str) -> Identity:
    return next(person for person in people() if person.name == user)
