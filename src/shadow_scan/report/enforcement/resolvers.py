"""Lists for name servers and hosts files."""

from __future__ import annotations

from collections.abc import Iterator

from shadow_scan.governance.blocklist import Blocklist, Name


def _lines(parts: Iterator[str]) -> str:
    return "".join(f"{line}\n" for line in parts)


def rpz(given: Blocklist, rules: str) -> str:
    """A zone that answers NXDOMAIN; the nearest name goes before the wildcards above it."""

    def lines() -> Iterator[str]:
        yield f"; shadow-scan, rules {rules}"
        yield "$TTL 300"
        yield "@ IN SOA localhost. hostmaster.localhost. (1 3600 600 604800 300)"
        yield "@ IN NS localhost."
        for name in given.names:
            yield from (f"{owner} CNAME ." for owner in _owners(name))
        for one in given.spared:
            yield from (f"{owner} CNAME rpz-passthru." for owner in _owners(one.name))

    return _lines(lines())


def _owners(name: Name) -> Iterator[str]:
    if name.kind != "under":
        yield name.text
    if name.kind != "exact":
        yield f"*.{name.text}"


def unbound(given: Blocklist, rules: str) -> str:
    """Local zones, for `include:` in unbound.conf; the longest zone goes first."""

    def lines() -> Iterator[str]:
        yield f"# shadow-scan, rules {rules}"
        yield "server:"
        for name in given.names:
            if name.kind == "exact":
                yield from _unbound_single(name.text)
            else:
                yield f'    local-zone: "{name.text}." always_nxdomain'
        for one in given.spared:
            yield f'    local-zone: "{one.name.text}." transparent'

    return _lines(lines())


def _unbound_single(name: str) -> Iterator[str]:
    yield f'    local-zone: "{name}." typetransparent'
    for kind, address in (("A", "0.0.0.0"), ("AAAA", "::")):  # noqa: S104 - an answer, no bind
        yield f'    local-data: "{name}. 300 IN {kind} {address}"'


def dnsmasq(given: Blocklist, rules: str) -> str:
    """`address=/name/` answers NXDOMAIN for a name and all under it; `server=/name/#` asks on."""

    def lines() -> Iterator[str]:
        yield f"# shadow-scan, rules {rules}"
        for name in given.names:
            if name.kind == "exact":
                yield f"host-record={name.text},0.0.0.0,::"
            else:
                yield f"address=/{name.text}/"
        for one in given.spared:
            yield f"server=/{one.name.text}/#"

    return _lines(lines())


def pihole(given: Blocklist, rules: str) -> str:
    def lines() -> Iterator[str]:
        yield f"# shadow-scan, rules {rules}"
        for name in given.names:
            yield name.text if name.kind == "exact" else f"||{name.text}^"
        for one in given.spared:
            yield f"@@||{one.name.text}^"

    return _lines(lines())


def hosts(given: Blocklist, rules: str) -> str:
    def lines() -> Iterator[str]:
        yield f"# shadow-scan, rules {rules}"
        for name in given.names:
            yield f"0.0.0.0 {name.text}"
            yield f":: {name.text}"

    return _lines(lines())


def adguard(given: Blocklist, rules: str) -> str:
    def lines() -> Iterator[str]:
        yield f"! shadow-scan, rules {rules}"
        for name in given.names:
            if name.kind == "pattern":
                yield f"/^{name.text}$/"
            elif name.kind == "exact":
                yield f"|{name.text}^"
            elif name.kind == "under":
                yield f"||*.{name.text}^"
            else:
                yield f"||{name.text}^"
        for one in given.spared:
            yield f"@@||{one.name.text}^"

    return _lines(lines())
