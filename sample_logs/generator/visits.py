"""Single visits and sittings, with the exact times and sizes that the truth will sum.

Times are set so that the recorder of the identity can write them without loss: Squid and BIND
keep milliseconds, dnsmasq whole seconds, Zeek microseconds, and ProxySG milliseconds that end on
a whole second, because it logs the second of the end and the milliseconds taken.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from .catalogue import OPENED_AT_OSLO, Service, door
from .dice import Dice
from .model import Channel, Fate, Host, Identity, Page, Recorder, Role, Visit
from .period import MILLISECOND, SECOND

TICK = {
    Recorder.SQUID: MILLISECOND,
    Recorder.PROXYSG: MILLISECOND,
    Recorder.ZEEK: 1,
    Recorder.ZEEK_DNS: 1,
    Recorder.BIND: MILLISECOND,
    Recorder.DNSMASQ: SECOND,
}
RESOLVERS = (Recorder.ZEEK_DNS, Recorder.BIND, Recorder.DNSMASQ)

PROXIES = (Recorder.SQUID, Recorder.PROXYSG)

UNENCRYPTED = (".deskos.example", ".northwind.example", ".dailyledger.example")
"""Sites that still speak plain HTTP, where a recorder sees the request itself."""

Range = tuple[int, int]


def exact(visit: Visit) -> Visit:
    """The visit at times that its recorder can write down exactly."""
    tick = TICK[visit.identity.recorder]
    begin, duration = visit.begin // tick * tick, visit.duration // tick * tick
    if visit.identity.recorder is Recorder.PROXYSG:
        duration += -(begin + duration) % SECOND
    return replace(visit, begin=begin, duration=duration)


def use(dice: Dice, identity: Identity, service: Service, begin: int) -> Visit:
    """One tunnel to a door of the service."""
    host = door(dice.pick(service.doors), service.id)
    return _tunnel(dice, identity, host, begin, service.up, service.down, service.seconds)


def tunnelled_sitting(
    dice: Dice, identity: Identity, service: Service, begin: int
) -> Iterator[Visit]:
    """One to four tunnels, minutes apart; now and then an upload or a script beside the second."""
    count = dice.between(1, 4)
    for number in range(count):
        visit = use(dice, identity, service, begin)
        if number == 0 and identity.recorder in PROXIES and dice.chance(0.2):
            yield challenged(visit)
        missed = identity.recorder is Recorder.ZEEK and dice.chance(0.04)
        yield replace(visit, close_missed=missed)
        if service.beside and 0 < number < count - 1:
            host = Host(dice.pick(service.beside), Role.SHARED, service.id)
            later = begin + dice.between(2, 9) * SECOND
            yield _tunnel(
                dice, identity, host, later, (20_000, 3_000_000), (3_000, 400_000), (1, 40)
            )
        begin += dice.between(150, 330) * SECOND


def opened_sitting(dice: Dice, identity: Identity, service: Service, begin: int) -> Iterator[Visit]:
    """Two to five requests in one connection that the proxy opened.

    An upload host is visited, in a connection of its own, only between two counted requests: it
    must be nobody's first or last word.
    """
    connection = f"{identity.name}-{dice.hexadecimal(8)}"
    host = door(OPENED_AT_OSLO[service.id], service.id)
    counted = 0
    for number in range(dice.between(2, 5)):
        page = dice.pick(service.pages)
        if service.beside and number > 1 and counted and page.role is Role.COUNTED:
            yield _upload(dice, identity, service, begin - dice.between(2, 5) * SECOND)
        yield _request(dice, identity, host, page, begin, service, connection)
        counted += page.role is Role.COUNTED
        begin += dice.between(8, 200) * SECOND


def _request(
    dice: Dice,
    identity: Identity,
    host: Host,
    page: Page,
    begin: int,
    service: Service,
    joined: str,
) -> Visit:
    return exact(
        Visit(
            identity,
            host.name,
            Channel.INSIDE,
            begin + dice.between(0, 999) * MILLISECOND,
            dice.skewed(40, 6_000) * MILLISECOND,
            dice.skewed(*service.up) if page.method == "POST" else dice.between(700, 1_900),
            dice.skewed(*service.down),
            page.role,
            host.service if page.role is not Role.SILENT else None,
            page=page,
            connection=joined,
        )
    )


def _upload(dice: Dice, identity: Identity, service: Service, begin: int) -> Visit:
    """A file that goes to the service's storage, or a script that comes from there."""
    name = dice.pick(service.beside)
    uploads = name.startswith("files.")
    page = Page("PUT", f"/file-{dice.letters(20)}/raw", "-", Role.SHARED) if uploads else Page(
        "GET", f"/assets/{dice.letters(12)}.js", "text/javascript", Role.SHARED
    )  # fmt: skip
    visit = Visit(
        identity,
        name,
        Channel.INSIDE,
        begin + dice.between(0, 999) * MILLISECOND,
        dice.skewed(60, 900) * MILLISECOND,
        dice.skewed(40_000, 9_000_000) if uploads else dice.between(600, 1_200),
        dice.between(400, 900) if uploads else dice.skewed(9_000, 600_000),
        Role.SHARED,
        service.id,
        page=page,
        connection=f"{identity.name}-{dice.hexadecimal(8)}",
    )
    return exact(visit)


def looked_up_sitting(
    dice: Dice, identity: Identity, service: Service, begin: int
) -> Iterator[Visit]:
    """Questions for a door, minutes apart: the cache of the machine hides the rest."""
    for number in range(dice.between(1, 4)):
        yield from questions(dice, identity, door(dice.pick(service.doors), service.id), begin)
        if service.beside and number == 0:
            beside = Host(dice.pick(service.beside), Role.SHARED, service.id)
            yield from questions(dice, identity, beside, begin + SECOND)
            again = door(service.doors[0], service.id)
            yield from questions(dice, identity, again, begin + 50 * SECOND)
        begin += dice.between(60, 330) * SECOND


def questions(dice: Dice, identity: Identity, host: Host, begin: int) -> Iterator[Visit]:
    """The question for the address, often with its IPv6 or HTTPS twin; each is an event."""
    begin += dice.between(0, 990) * MILLISECOND
    asked = Visit(identity, host.name, Channel.LOOKUP, begin, 0, 0, 0, host.role, host.service)
    yield exact(asked)
    if dice.chance(0.3):
        twin = dice.weighted({"AAAA": 3, "HTTPS": 1})
        yield exact(replace(asked, query_type=twin, begin=begin + dice.between(0, 9_000)))


def ordinary(dice: Dice, identity: Identity, name: str, begin: int) -> Visit:
    """A visit that is no use of AI, whatever its host looks like."""
    if identity.recorder in RESOLVERS:
        begin += dice.between(0, SECOND - 1)
        return exact(Visit(identity, name, Channel.LOOKUP, begin, 0, 0, 0))
    visit = _tunnel(dice, identity, Host(name), begin, (700, 90_000), (1_500, 2_000_000), (1, 80))
    seen = identity.recorder in (Recorder.ZEEK, Recorder.PROXYSG)
    if seen and name.endswith(UNENCRYPTED):
        page = Page("GET", f"/v2/catalog/{dice.hexadecimal(6)}", "application/json", Role.SILENT)
        return exact(replace(visit, channel=Channel.PLAIN, page=page))
    return visit


def refused(dice: Dice, identity: Identity, service: Service, begin: int) -> Visit:
    """A door that the proxy keeps shut."""
    visit = replace(use(dice, identity, service, begin), fate=Fate.BLOCKED)
    page = dice.between(3_800, 4_100)
    return exact(replace(visit, duration=dice.between(1, 30) * MILLISECOND, bytes_down=page))


def challenged(visit: Visit) -> Visit:
    """The same request a moment before, when the proxy did not know yet who was asking."""
    moment = visit.begin - 30 * MILLISECOND
    return exact(replace(visit, fate=Fate.CHALLENGED, begin=moment, duration=0, bytes_down=4_112))


def _tunnel(
    dice: Dice, identity: Identity, host: Host, begin: int, up: Range, down: Range, seconds: Range
) -> Visit:
    return exact(
        Visit(
            identity,
            host.name,
            Channel.TUNNEL,
            begin + dice.between(0, SECOND - 1),
            dice.skewed(seconds[0] * SECOND, seconds[1] * SECOND),
            dice.skewed(*up),
            dice.skewed(*down),
            host.role,
            host.service,
        )
    )
