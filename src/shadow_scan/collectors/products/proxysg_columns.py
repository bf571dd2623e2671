"""Layouts of ProxySG's rows whose `#Fields` line syslog or a collector has cut off.

Those for its Reporter since SGOS 6.7: https://knowledge.broadcom.com/external/article/168187
"""

from __future__ import annotations

from dataclasses import dataclass

VERDICTS = ("OBSERVED", "PROXIED", "DENIED")
_VERDICT = f"(?:{'|'.join(VERDICTS)}) "
_WORD = r'(?:"[^"]*"|\S+) '
_BEGIN = r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d \d+ [0-9a-fA-F.:]+ "


@dataclass(frozen=True)
class Layout:
    """What a row begins with, and what its columns are."""

    row: str
    columns: tuple[str, ...]
    more: bool = False
    """Columns of one's own may follow: the row is told by more than its first values."""


_WHEN = ("date", "time", "time-taken", "c-ip")
_RESULT = (*_WHEN, "sc-status", "s-action", "sc-bytes", "cs-bytes", "cs-method", "cs-uri-scheme")
_RESULT_ROW = _BEGIN + r"\d{1,3} \w+ \d+ \d+ "

_ASKED = (*_RESULT, "cs-host", "cs-uri-port", "cs-uri-path", "cs-uri-query", "cs-username")
_ANSWERED = (
    *("s-supplier-name", "rs(content-type)", "cs(referer)", "cs(user-agent)"),
    *("sc-filter-result", "cs-categories", "x-virus-id", "s-ip"),
)
# What ProxySG writes where nobody has chosen; SGOS 5 and 6 put a column between.
_MAIN = (*_ASKED, "cs-auth-group", *_ANSWERED)
_MAIN_OF_5 = (*_ASKED, "cs-auth-group", "s-hierarchy", *_ANSWERED)
_TYPE = r"(?:-|\S+/\S*) "
_TO_THE_TYPE = rf"{_RESULT_ROW}(?:\S+ ){{6}}{_WORD}{_WORD}"
_HIERARCHY = r"(?:-|[A-Z_]+) "
_MAIN_WHOLE, _MAIN_OF_5_WHOLE = (
    rf"{_TO_THE_TYPE}{hierarchy}\S+ {_TYPE}{_WORD}{_WORD}{_VERDICT}"
    for hierarchy in ("", _HIERARCHY)
)
# With the agent behind two addresses.
_AGENT_LAST = (
    *(*_ASKED, "cs-auth-group", "s-hierarchy", *_ANSWERED[:3], *_ANSWERED[4:]),
    *("r-ip", "cs(user-agent)"),
)
_AGENT_LAST_ROW = (
    rf"{_TO_THE_TYPE}{_HIERARCHY}\S+ {_TYPE}{_WORD}{_VERDICT}{_WORD}"
    r'\S+ (?:[0-9a-fA-F.:]+ ){2}"[^"]*/'
)
# Agents that put blanks for semicolons part the content's type.
_MAIN_PARTED = (*_ASKED, "cs-auth-group", *_ANSWERED[:2], "x-parted", *_ANSWERED[2:])
_MAIN_PARTED_ROW = rf"{_TO_THE_TYPE}\S+ \S+ %20\S+ {_WORD}{_WORD}{_VERDICT}"
# The same before SGOS 5, which named no port.
_MAIN_OF_4 = (
    *(*_RESULT, "cs-host", "cs-uri-path", "cs-uri-query", "cs-username", "s-hierarchy"),
    *("s-supplier-name", "rs(content-type)", "cs(user-agent)", "sc-filter-result"),
    *("sc-filter-category", "x-virus-id", "s-ip"),
)
_MAIN_OF_4_ROW = (
    _RESULT_ROW + r"\w+ \w+ \S+ (?:/\S*|-) \S+ \S+ (?:NONE|DIRECT|[A-Z_]+_(?:DIRECT|PARENT)) "
)

_WHO = (*_WHEN, "cs-username", "cs-auth-group")
_DONE = ("sc-status", "s-action", "cs-method", "rs(content-type)", "cs-uri-scheme", "cs-host")
_SIZES = ("cs-uri-extension", "cs(user-agent)", "s-ip", "sc-bytes", "cs-bytes")
_PAGE = ("cs-uri-port", "cs-uri-path", "cs-uri-query", *_SIZES)
_REPORTER = (
    *(*_WHO, "x-exception-id", "sc-filter-result", "cs-categories", "cs(referer)"),
    *(*_DONE, *_PAGE),
)
# The vendor's own template has a second blank before the status.
_REPORTER_ROW = (
    rf"{_BEGIN}{_WORD}{_WORD}\S+ {_VERDICT}{_WORD}"
    r"\S+ {1,2}\d{1,3} (?:[A-Z][A-Z_]+|-) [A-Za-z-]+ \S+ [a-z-]+ "
)
_SUPPLIED = (
    *(*_WHO, "s-supplier-name", "s-supplier-ip", "s-supplier-country", "s-supplier-failures"),
    *("x-exception-id", "sc-filter-result", "cs-categories"),
)
_SUPPLIED_ROW = rf"{_BEGIN}(?:{_WORD}){{7}}{_VERDICT}{_WORD}"
_DONE_ROW = r"\d{1,3} (?:[A-Z][A-Z_]+|-) [A-Za-z]+ "

# As customers of Sentinel were advised, whose agents part records at a date of W3C's.
_LOCAL = (
    *("localtime", "c-ip", "cs-username", "sc-status", "s-action", "cs-method", "cs-host"),
    *("cs-uri-port", "cs-uri-address", "s-ip", "cs-threat-risk", "x-virus-id", "sc-bytes"),
    *("cs-bytes", "cs-categories"),
)
_LOCAL_ROW = (
    r'"?\[\d\d/\w{3}/\d{4}:[\d:]{8} [+-]\d{4}\]"? [0-9a-fA-F.:]+ \S+ \d{1,3} [A-Z_]+ [A-Z]+ '
    r"\S+ \d+ [0-9a-fA-F.:-]+ [0-9a-fA-F.:]+ \S+ \S+ \d+ \d+ "
)
# As Sentinel's connector asks for them, with or without the figure that begins them: what they
# count is what went to and came from the server.
_CONNECTOR = (
    *(*_WHEN, "cs-userdn", "cs-auth-groups", "x-exception-id", "sc-filter-result"),
    *("cs-categories", "cs(referer)", *_DONE, *_PAGE[:5], "s-ip", "sr-bytes", "rs-bytes"),
)
_CONNECTOR_ROW = (
    rf'{_BEGIN}{_WORD}{_WORD}\S+ {_VERDICT}{_WORD}"[^"]*" \d{{1,3}} \S+ \S+ "[^"]*" [a-z-]+ '
)
# As ArcSight's connector was told to have them.
_WHOLE_URL = (
    *("localtime", "cs-username", "cs-method", "cs-uri", "cs-version", "sc-status", "cs-bytes"),
    *("rs-status", "rs-bytes", "s-action", "sc-bytes", "time-taken", "sr-bytes", "c-ip"),
    *("c-port", "cs(user-agent)", "cs-categories", "s-icap-status", "rs(content-type)", "cs-ip"),
)
_WHOLE_URL_ROW = (
    r'"\[\d\d/\w{3}/\d{4}:[\d:]{8} [+-]\d{4}\]" \S+ [A-Z]+ \S+ \S+ \d{1,3} \d+ \S+ \S+ '
    r'[A-Z_]+ \d+ \d+ \S+ [0-9a-fA-F.:]+ \d+ ["-]'
)
# As Sumo Logic asks for them: in commas.
COMMAS = (
    *("date", "time", "c-ip", "cs-username", "x-exception-id", "sc-filter-result"),
    *("cs-categories", "cs(referer)", "sc-status", "s-action", "cs-method", "rs(content-type)"),
    *("cs-uri-scheme", "cs-host", "cs-uri-port", "cs-uri-path", "cs-uri-query"),
    *("cs-uri-extension", "cs(user-agent)", "s-ip", "sc-bytes", "cs-bytes"),
)
COMMAS_ROW = (
    r"\d{4}-\d\d-\d\d,\d\d:\d\d:\d\d,[0-9a-fA-F.:]+,[^,]*,[^,]*,"
    f"(?:{'|'.join(VERDICTS)}|-),"
    r'(?:"[^"]*"|[^,"]*),(?:"[^"]*"|[^,"]*),\d{1,3},[A-Z_-]+,'
)

LAYOUTS = (
    Layout(_LOCAL_ROW, _LOCAL, more=True),
    Layout(_WHOLE_URL_ROW, _WHOLE_URL, more=True),
    Layout(_MAIN_OF_4_ROW, _MAIN_OF_4, more=True),
    Layout(_MAIN_WHOLE, _MAIN, more=True),
    Layout(_MAIN_OF_5_WHOLE, _MAIN_OF_5, more=True),
    Layout(_MAIN_PARTED_ROW, _MAIN_PARTED, more=True),
    Layout(_AGENT_LAST_ROW, _AGENT_LAST, more=True),
    Layout(_RESULT_ROW, _MAIN),
    Layout(_CONNECTOR_ROW, _CONNECTOR, more=True),
    Layout("1 " + _CONNECTOR_ROW, ("x-version", *_CONNECTOR), more=True),
    Layout(_REPORTER_ROW, _REPORTER, more=True),
    # For https the Reporter gets no paths and no referrers, by design.
    Layout(_SUPPLIED_ROW + _DONE_ROW, (*_SUPPLIED, *_DONE, "cs-uri-port", *_SIZES), more=True),
    Layout(
        _SUPPLIED_ROW + _WORD + _DONE_ROW,
        (*_SUPPLIED, "cs(referer)", *_DONE, *_PAGE),
        more=True,
    ),
)
"""The first that a row begins like is its layout."""
