"""Lists for proxies, and for browsers that choose one."""

from __future__ import annotations

import json
from collections.abc import Iterator

from shadow_scan.governance.blocklist import Blocklist, Name

_POSIX = (("\\d", "[0-9]"), ("\\S", "[^ ]"), ("\\w", "[a-z0-9_]"), ("(?:", "("))
"""Squid's expressions are POSIX, which have no such classes."""


def squid(given: Blocklist, rules: str) -> str:
    """ACLs and the rule that denies; to be included before the rules that allow."""

    def lines() -> Iterator[str]:
        yield f"# shadow-scan, rules {rules}; include this before what allows"
        yield from (f"acl shadow_ai dstdomain {_squid_name(n)}" for n in given.names if _plain(n))
        for name in given.names:
            if not _plain(name):
                yield f"acl shadow_ai_pattern dstdom_regex -i ^{_posix(name)}$"
        for name in _outermost(given):
            yield f"acl shadow_ai_spared dstdomain {_squid_name(name)}"
        unless = " !shadow_ai_spared" if given.spared else ""
        if any(_plain(name) for name in given.names):
            yield f"http_access deny shadow_ai{unless}"
        if not all(_plain(name) for name in given.names):
            yield f"http_access deny shadow_ai_pattern{unless}"

    return "".join(f"{line}\n" for line in lines())


def _plain(name: Name) -> bool:
    return name.kind in ("exact", "suffix")


def _squid_name(name: Name) -> str:
    return name.text if name.kind == "exact" else f".{name.text}"


def _posix(name: Name) -> str:
    text = f".+\\.{name.text.replace('.', chr(92) + '.')}" if name.kind == "under" else name.text
    for ours, theirs in _POSIX:
        text = text.replace(ours, theirs)
    return text


def _outermost(given: Blocklist) -> list[Name]:
    """Squid refuses a list in which one name lies under another."""
    names = sorted({one.name for one in given.spared})
    return [
        n
        for n in names
        if not any(o != n and o.kind == "suffix" and o.holds(n.text) for o in names)
    ]


_PAC = """\
// shadow-scan, rules {rules}. BLOCKED is an address on which nothing answers.
var BLOCKED = "PROXY 127.0.0.1:9";
var OTHERWISE = "DIRECT";
var EXACT = {exact};
var SUFFIX = {suffix};
var UNDER = {under};
var PATTERNS = {patterns};
var SPARED_EXACT = {spared_exact};
var SPARED_SUFFIX = {spared_suffix};

function under(host, names) {{
  for (var i = 0; i < names.length; i++) {{
    var end = "." + names[i];
    if (host.length > end.length && host.slice(-end.length) === end) return true;
  }}
  return false;
}}

function isOne(host, names) {{
  return names.indexOf(host) !== -1;
}}

function isBlocked(host) {{
  if (isOne(host, SPARED_EXACT.concat(SPARED_SUFFIX)) || under(host, SPARED_SUFFIX)) return false;
  if (isOne(host, EXACT.concat(SUFFIX)) || under(host, SUFFIX.concat(UNDER))) return true;
  for (var i = 0; i < PATTERNS.length; i++) {{
    if (new RegExp("^(?:" + PATTERNS[i] + ")$").test(host)) return true;
  }}
  return false;
}}

function FindProxyForURL(url, host) {{
  return isBlocked(host.toLowerCase().replace(/\\.$/, "")) ? BLOCKED : OTHERWISE;
}}
"""


def pac(given: Blocklist, rules: str) -> str:
    def named(kind: str) -> str:
        return json.dumps([name.text for name in given.names if name.kind == kind])

    def spared(kind: str) -> str:
        return json.dumps(sorted({o.name.text for o in given.spared if o.name.kind == kind}))

    return _PAC.format(
        rules=rules,
        exact=named("exact"),
        suffix=named("suffix"),
        under=named("under"),
        patterns=named("pattern"),
        spared_exact=spared("exact"),
        spared_suffix=spared("suffix"),
    )
