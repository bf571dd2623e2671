"""Columns of what ProxySG writes for its Reporter since SGOS 6.7, which no `#Fields` line names
where syslog or a collector has cut it off: https://knowledge.broadcom.com/external/article/168187"""

from __future__ import annotations

_WHO = (
    *("date", "time", "time-taken", "c-ip", "cs-username", "cs-auth-group", "s-supplier-name"),
    *("s-supplier-ip", "s-supplier-country", "s-supplier-failures", "x-exception-id"),
    *("sc-filter-result", "cs-categories"),
)
_DONE = ("sc-status", "s-action", "cs-method", "rs(content-type)", "cs-uri-scheme", "cs-host")
_SIZES = ("cs-uri-extension", "cs(user-agent)", "s-ip", "sc-bytes", "cs-bytes")
REPORTER_MAIN = (
    *(*_WHO, "cs(referer)", *_DONE),
    *("cs-uri-port", "cs-uri-path", "cs-uri-query", *_SIZES),
)
REPORTER_SSL = (*_WHO, *_DONE, "cs-uri-port", *_SIZES)
"""Without paths and referrers, by design."""

WORD = r'(?:"[^"]*"|\S+) '
_BY_VERDICT = (
    r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d \d+ [0-9a-fA-F.:]+ "
    rf"(?:{WORD}){{7}}(?:OBSERVED|PROXIED|DENIED) {WORD}"
)
_BY_RESULT = r"\d{1,3} (?:[A-Z][A-Z_]+|-) [A-Za-z]+ "
REPORTER_SSL_ROW = _BY_VERDICT + _BY_RESULT
REPORTER_MAIN_ROW = _BY_VERDICT + WORD + _BY_RESULT
