"""How the words of access lines look, and how a statement asks for them: its `word` is the list of
a line's words, `bare` the line without what stands before its record."""

from __future__ import annotations

from shadow_scan.collectors.syslog import RECEIVED

METHODS = (
    "GET|POST|CONNECT|HEAD|PUT|DELETE|OPTIONS|PATCH|TRACE|PROPFIND|PROPPATCH|REPORT|MKCOL|COPY|MOVE"
    "|LOCK|UNLOCK|SEARCH"
)
ADDRESS = (
    r"\d{1,3}\.\d{1,3}\.\d{1,3}\.\d{1,3}|[0-9A-Fa-f]{1,4}(?::[0-9A-Fa-f]{1,4}){7}"
    r"|[0-9A-Fa-f:]{0,40}::[0-9A-Fa-f:.]{0,40}"
)
CLIENT = rf"^(?:::ffff:)?(?:{ADDRESS}|\[[0-9A-Fa-f:.]+\])(?::\d+)?(?:, ?.*)?$"
NAME = r"^(?:localhost|(?:[A-Za-z0-9_-]+\.)+[A-Za-z][A-Za-z0-9-]{1,62})(?::\d+)?(?: to: .*)?$"
_TAG = r"[A-Za-z][\w./-]{0,40}\[\d+\]: "
PROGRAM = rf"^(?:{_TAG}|\d{{4}}-\d\d-\d\dT\S+ (?:std(?:out|err) [FP] (?:{_TAG})?|[\w.-]+ {_TAG}))"
_CLF = r"(\d\d/[A-Z][a-z]{2}/\d{4})[: ](\d\d:\d\d:\d\d)((?:[.,]\d+)?)(?: ?([+-]\d\d):?(\d\d))?"
_ISO = r"\d{4}[-/]\d\d[-/]\d\d[T ]\d\d:\d\d:\d\d(?:[.,]\d+)?(?: ?(?:Z|UTC|[+-]\d\d:?\d\d))?"
_EPOCH = r"(?:^|[^\d.])(1\d{9}(?:\.\d{1,9}|\d{3})?)(?:[^\d.]|$)"
_OWN = r"^1\d{9}\.\d{3}"
AGENT = r"^(?:Mozilla/\d|[A-Za-z][A-Za-z0-9 ._-]*/v?\d+\.\d)"
NO_AGENT = r"^(?:HTTP|HTTPS|TLS|SSL|[A-Z_]+)/|^(?:text|image|application|audio|video|font)/"
ASKS = rf"^(?:{METHODS})(?: |$)"
RESULT = r"^(?:(?:TCP|UDP|TAG|NONE)_[A-Z_]+|NONE)(?:[/:][\w/-]+)?$"
TIMERS = r"^-?\d+(?:/[+-]?\d+){2,4}$"
DAY = r"^(?:\d{4}/[01]\d/[0-3]\d|0\d/[0-3]\d/\d{4}|[0-3]\d/0\d/\d{4})$"
STATUS = r"^(?:10[0-3]|[2-5]\d\d)$"
FLAGS = r"^(?:-|[A-Z]{2,5}(?:,[A-Z]{2,5})*)$"
MILLISECONDS, SECONDS = r"^\d+ms$", r"^\d+\.\d{3}$"
ABSOLUTE = r"^https?://"
ACCOUNT = r"^(?:[A-Za-z][\w.-]*\\[\w.$-]+|[A-Za-z0-9][\w.+-]*@[\w-]+(?:\.[\w-]+)+)$"
_SIGNS = {
    CLIENT: "contains({0}, '.') OR contains({0}, ':')",
    NAME: "contains({0}, '.') OR starts_with({0}, 'l')",
    AGENT: "contains({0}, '/') AND {0} >= 'A'",
    ASKS: "{0} BETWEEN 'C' AND 'V'",
    RESULT: "{0} BETWEEN 'N' AND 'V'",
    TIMERS: "contains({0}, '/') AND {0} < ':'",
    STATUS: "strlen({0}) = 3",
    MILLISECONDS: "ends_with({0}, 's')",
    SECONDS: "contains({0}, '.') AND {0} < ':'",
    ABSOLUTE: "starts_with({0}, 'http')",
    ACCOUNT: "contains({0}, '@') OR contains({0}, '\\')",
}
"""What every word of a look has, and few others: only these are searched."""


def moment() -> str:
    clf = f"regexp_extract(bare, '{_CLF}', ['day', 'clock', 'part', 'hours', 'minutes'])"
    written = f"""list_transform([{clf}], lambda t: CASE WHEN t.day <> '' THEN
        list_transform([try_strptime(t.day || ' ' || t.clock || replace(
                CASE WHEN t.part = '' THEN '.0' ELSE t.part END, ',', '.'),
            '%d/%b/%Y %H:%M:%S.%n')], lambda m: CASE WHEN t.hours = '' THEN from_local(m)
            ELSE m - to_hours(CAST(t.hours AS INTEGER)) - to_minutes(CAST(
                left(t.hours, 1) || t.minutes AS INTEGER)) END)[1] END)[1]"""
    iso = f"iso_time(nullif(replace(regexp_extract(bare, '{_ISO}'), ',', '.'), ''))"
    epoch = f"epoch_time(nullif(regexp_extract(bare, '{_EPOCH}', 1), ''))"
    # Squid's own time has the fraction.
    own = f"epoch_time(nullif(regexp_extract(bare, '{_OWN}'), ''))"
    return f"coalesce({own}, {written}, {iso}, {epoch}, {RECEIVED})"


def has(pattern: str, beside: str = "true") -> str:
    """Whether the word `w` has a look and `beside` holds; NULL if not (an AND outside of a CASE
    works out both of its sides)."""
    sign = _SIGNS[pattern].format("w")
    return f"""CASE WHEN ({sign}) AND {beside} AND regexp_matches(w, '{pattern}') THEN true END"""


def first(pattern: str, beside: str = "true") -> str:
    """Where the first word of a look stands (0: nowhere); `beside` may say more, over `w`, `i`."""
    return f"""coalesce(list_position(
        list_transform(word, lambda w, i: {has(pattern, beside)}), true), 0)"""
