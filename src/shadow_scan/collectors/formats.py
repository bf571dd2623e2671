"""Every format that is read, and how a log is recognised: by what its first lines say."""

from __future__ import annotations

import difflib
import re
from collections.abc import Mapping, Sequence
from types import MappingProxyType

from shadow_scan.collectors import gateways
from shadow_scan.collectors.format import Format
from shadow_scan.collectors.lines.packing import archive_of
from shadow_scan.collectors.products import (
    access_line,
    adguard,
    bind,
    blocky,
    conntrack,
    coredns,
    dante,
    dnscollector,
    dnsmasq,
    e2guardian,
    ecs,
    har,
    logformat,
    mitmproxy,
    nextdns,
    nfdump,
    nginx_stream,
    ocsf,
    openshell,
    packet_list,
    pihole,
    powerdns,
    resolved,
    route53,
    sentinel,
    smartdns,
    smokescreen,
    sniproxy,
    squid,
    squidguard,
    suricata,
    sysmon,
    technitium,
    threeproxy,
    tinyproxy,
    trafficserver,
    unbound,
    vpc_flow,
    w3c,
    windows_dns,
    zeek,
)
from shadow_scan.collectors.products.access_keyed import KEYED_LINE
from shadow_scan.collectors.syslog import peeled
from shadow_scan.errors import UsageError

FORMATS: dict[str, Format] = {
    declared.name: declared
    for declared in (
        *(squid.NATIVE, logformat.AI, squid.HTTPD, w3c.W3C, zeek.ZEEK, suricata.SURICATA),
        *(bind.INFOBLOX, bind.EFFICIENTIP, bind.BIND, dnsmasq.DNSMASQ, unbound.UNBOUND),
        *(windows_dns.WINDOWS_DNS, powerdns.RECURSOR, powerdns.DNSDIST, coredns.COREDNS),
        *(adguard.ADGUARD, route53.ROUTE53, resolved.RESOLVED, sysmon.SYSMON, ocsf.OCSF),
        *(technitium.TECHNITIUM, dnscollector.DNS_COLLECTOR, blocky.BLOCKY),
        *(
            smokescreen.SMOKESCREEN,
            openshell.OPENSHELL,
            e2guardian.E2GUARDIAN,
            threeproxy.THREEPROXY,
        ),
        *(sniproxy.SNIPROXY, dante.DANTE, smartdns.SMARTDNS, conntrack.CONNTRACK),
        *(nginx_stream.NGINX_STREAM, trafficserver.TRAFFIC_SERVER, squidguard.SQUIDGUARD),
        *(tinyproxy.TINYPROXY, *gateways.GATEWAYS),
        *(pihole.PIHOLE, har.HAR, mitmproxy.MITMPROXY, nextdns.NEXTDNS, nfdump.NFDUMP),
        *(vpc_flow.VPC_FLOW, packet_list.PACKET_LIST),
        # Of whatever product: they speak for records that no product's own shape fits.
        *(sentinel.SENTINEL, ecs.ECS),
        access_line.ACCESS_LINE,
    )
}

COLUMN_NAMES = "column-names"
BY_LOOKS = access_line.ACCESS_LINE.name
_IS_KEYED = re.compile(KEYED_LINE).match
"""Known by words that stand in lines of others, too: asked when nothing else speaks."""
_NAMES = re.compile(r'("?)@?[A-Za-z_][\w .()@/-]*\1(?:[,;\t]("?)[@A-Za-z_][\w .()@/-]*\2){4,}')
SAMPLE_LINES = 200
_MAX_SAMPLE_CHARACTERS = 4_000
"""Patterns look at the begin of a line only, so that no hostile line can hold them up."""


Own = Mapping[str, Format]
"""Formats of a workspace's mapping files, by name."""


def sample_lines(head: bytes) -> Sequence[str]:
    """The lines of a source's first bytes, for recognition; the last, cut one only if alone."""
    if archive_of(head):
        return []
    lines = head.decode(errors="replace").splitlines()
    whole = lines[:-1] if len(lines) > 1 and not head.endswith(b"\n") else lines
    return [line for line in whole if line.strip()]


def named(name: str, own: Own = MappingProxyType({})) -> Format:
    """The format that `--as` names, or that a `logformat` line describes. Raises UsageError."""
    if name in own:
        return own[name]
    if name == COLUMN_NAMES:
        return _by_names()
    if name not in FORMATS and logformat.is_logformat(name):
        return logformat.compiled(name)
    wanted = name.lower()
    for declared in FORMATS.values():
        if wanted == declared.name or wanted in declared.aliases:
            return declared
    near = difflib.get_close_matches(wanted, [*FORMATS, *own], n=1)
    hint = f"did you mean '{near[0]}'? " if near else ""
    remedy = hint + "`shadow-scan formats` lists them all"
    raise UsageError(f"unknown format '{name[:60]}'", where="--as", remedy=remedy)


def recognise(lines: Sequence[str], own: Own = MappingProxyType({})) -> Format | None:
    """The format that most of the first lines speak, or None; behind syslog headers if need be.

    An own format speaks for lines that no shipped one knows.
    """
    heads = [line[:_MAX_SAMPLE_CHARACTERS] for line in lines[:SAMPLE_LINES]]
    candidates = {**FORMATS, **own}
    by_looks = {BY_LOOKS: candidates.pop(BY_LOOKS)}
    return _spoken(heads, candidates) or _spoken(heads, by_looks)


def _spoken(heads: Sequence[str], candidates: Own) -> Format | None:
    return _elected(heads, candidates) or _elected([peeled(head) for head in heads], candidates)


def recognised(lines: Sequence[str], own: Own = MappingProxyType({})) -> Format | None:
    """The same, or what the names of columns say of a log that no format knows.

    They say more than the looks of words in a line, and less than the keys of an access log.
    """
    found = recognise(lines, own)
    known = found is not None and (found.name != BY_LOOKS or any(map(_IS_KEYED, lines[:1])))
    if found is not None and known and not _is_named_otherwise(found, lines):
        return found
    return by_names(lines) or found


def _is_named_otherwise(found: Format, lines: Sequence[str]) -> bool:
    """A row of names above the rows, which is none of this format's: names say more than looks."""
    head = lines[0][:_MAX_SAMPLE_CHARACTERS] if lines else ""
    return (
        _NAMES.fullmatch(head) is not None
        and not found.recognise.match(head)
        and not (head.startswith(found.header_starts) and (found.is_header or bool)(head))
    )


def by_names(lines: Sequence[str]) -> Format | None:
    """The format of logs that no other one knows, where the names of their columns say enough."""
    from shadow_scan.collectors.trade.learning import learned

    heads = [line[:_MAX_SAMPLE_CHARACTERS] for line in lines[:SAMPLE_LINES]]
    return _by_names() if heads and learned(heads) is not None else None


def _by_names() -> Format:
    # Most logs are known, and shall not load what reads the others.
    from shadow_scan.collectors.trade import reading

    return reading.COLUMN_NAMES


def _elected(heads: Sequence[str], candidates: Own) -> Format | None:
    votes = dict.fromkeys(candidates, 0)
    for head in heads:
        speaker = next((f for f in candidates.values() if f.recognise.match(head)), None)
        if speaker is not None:
            # Names of columns decide: rows of many a log look like those of others.
            votes[speaker.name] += SAMPLE_LINES if head.startswith("#") else 1
    best = max(votes, key=lambda name: votes[name])
    return candidates[best] if votes[best] else None
