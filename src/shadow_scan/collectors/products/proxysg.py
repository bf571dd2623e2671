"""ProxySG and its cloud where no `#Fields` line speaks: key=value by syslog, JSON, and rows.

All but the rows name W3C's fields. The clock is that of W3C logs, the end of a request.
"""

from __future__ import annotations

from collections.abc import Mapping

from shadow_scan.collectors import fields
from shadow_scan.collectors.products.proxysg_columns import COMMAS, COMMAS_ROW
from shadow_scan.collectors.syslog import RECEIVED
from shadow_scan.collectors.variants import Variants

RECOGNISED = (
    r"[^{#]{0,200}?\bc-ip=(?=.*\b(?:sc-filter-result|s-action)=)"
    r'|\s*\{(?=.*"c-ip" ?:)(?=.*"(?:sc-filter-result|s-action)" ?:)'
    r"|[^|{#]{0,200}\|src=(?=.*\|devicetime=\[)(?=.*\|s-action=)"
    rf"|{COMMAS_ROW}"
)
_STAMP = r"""regexp_extract(left(coalesce(header || line, line), 200),
    '(\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:?\d\d)?)', 1)"""


_MOMENT = f"coalesce(iso_time(nullif({_STAMP}, '')), {RECEIVED})"
_LOWER_KEYS = r"""replace(replace(line, '"cs(User-Agent)"', '"cs(user-agent)"'),
    '"cs(Referer)"', '"cs(referer)"')"""


# What IBM has customers set up for QRadar: W3C's names, and some of its own.
_IN_BARS = {
    "timestamp": "devicetime",
    "source_ip": "src",
    "port": "dstport",
    "destination_ip": "dst",
    "user_name": "username",
    "user_agent": "cs(User-Agent)",
    "referrer": "cs(Referer)",
}
# Pairs may be parted by blanks, tabs, or commas behind quotes, and stand behind CEF's header.
_BLANKED = """replace(replace(replace(line, chr(9), ' '), '",', '" '), '|c-ip=', '| c-ip=')"""


def spellings(synonyms: Mapping[str, tuple[str, ...]]) -> Variants:
    """The records by the names that W3C logs give their columns."""
    paths = {column: "|".join(given) for column, given in synonyms.items()}
    keys = {column: "|".join(_cased(given)) for column, given in synonyms.items()}
    return _read(
        Variants(
            {
                "starts_with(ltrim(line), '{')": fields.members(paths, text=_LOWER_KEYS),
                "contains(line, '|devicetime=[')": fields.pairs({**keys, **_IN_BARS}, between="|"),
                f"regexp_matches(line, '^{COMMAS_ROW}')": fields.cells(
                    fields.places(COMMAS, paths)
                ),
                "contains(line, 'c-ip=')": fields.keyed(keys, text=_BLANKED),
            }
        )
    )


def _cased(names: tuple[str, ...]) -> list[str]:
    """Keys as Splunk's format writes them too: 'cs-User-Agent' for 'cs(user-agent)'."""
    dashed = [name.replace("(", "-").replace(")", "") for name in names]
    titled = [
        name.replace("user-agent", "User-Agent").replace("refer", "Refer")
        for name in (*names, *dashed)
    ]
    return list(dict.fromkeys([*names, *dashed, *titled]))


def _read(found: Variants) -> Variants:
    return fields.record(
        found,
        let={
            "moment": f"""coalesce(iso_time("date" || 'T' || "time" || 'Z'),
                try_strptime("timestamp", '[%d/%m/%Y:%H:%M:%S GMT]'),
                text_time("timestamp"), {_MOMENT})""",
            "verb": "upper(method)",
            "tunnel": "lower(scheme) IN ('ssl', 'tcp', 'ssl-tunnel') OR upper(method) = 'CONNECT'",
            "code": "try_cast(status AS INTEGER)",
        },
        rejected={
            "date and time cannot be read": "moment IS NULL",
            "no client": "source_ip IS NULL",
        },
        event_time="moment",
        duration_ms="number(duration_ms)",
        source_ip="first_forwarded(forwarded, source_ip)",
        user_name="user_name",
        device_name="device_name",
        department="department",
        authority="coalesce(with_port(host, port), url_authority(url))",
        path="CASE WHEN NOT coalesce(tunnel, false) THEN coalesce(path, url_path(url)) END",
        destination_ip="destination_ip",
        method="CASE WHEN verb <> 'UNKNOWN' THEN verb END",
        status="nullif(code, 0)",
        bytes_up="number(bytes_up)",
        bytes_down="number(bytes_down)",
        user_agent="user_agent",
        referrer="referrer",
        action="""CASE WHEN code = 407 THEN NULL
            WHEN upper(filter_result) = 'DENIED' OR contains(upper(result), 'DENIED') THEN 'blocked'
            WHEN filter_result IS NOT NULL OR result IS NOT NULL THEN 'allowed' END""",
        evidence="CASE WHEN coalesce(tunnel, false) THEN 'connected' ELSE 'transacted' END",
    )


# Rows in an order of one's own, which nothing announces: what looks like nothing else. Who asked is
# the address behind the time; two addresses there leave it open. Mere numbers may be anything.
_VERDICT = r" (OBSERVED|PROXIED|DENIED) "
_RESULT = r" (TCP_[A-Z_]+|TUNNELED|FAILED) "
_SITE = (
    r" (https?|tcp|ssl|ftp|rtsp|mms) ((?:[A-Za-z0-9_-]+\.)+[A-Za-z0-9-]+|\[[0-9a-fA-F:]+\]) "
    r"(?:(\d{1,5}) )?(/\S*|-)(?: |$)"
)
_METHODS = "GET|POST|HEAD|PUT|CONNECT|OPTIONS|DELETE|PATCH|PROPFIND"
_VERB = rf" ({_METHODS}) "
_URL = rf" (?:{_METHODS}) (?:[a-z]+ )?([a-z]{{2,5}}://[^ ]+)(?: |$)"
_CLIENT = (
    r"^(\d{4}-\d\d-\d\d \d\d:\d\d:\d\d) (?:(\d+) )?(:{0,2}[0-9a-fA-F]+[.:][0-9a-fA-F.:]+) (\S+)"
)
_TARGET = f"(?:{_SITE}|{_URL})"
# The order of the vendor: status, result, bytes to the client, bytes of the client, method.
_SIZES = rf" \d{{1,3}} (?:TCP_[A-Z_]+|TUNNELED|FAILED) (\d+) (\d+) (?:{_METHODS}) "
OWN_ROW = rf"{_CLIENT[1:]}(?=.*{_VERDICT})(?=.*{_RESULT})(?=.*{_VERB}).*{_TARGET}"
IS_OWN_ROW = " AND ".join(
    f"regexp_matches(line, '{look}')" for look in (_CLIENT, _VERDICT, _RESULT, _VERB, _TARGET)
)
OWN_ROWS = fields.record(
    rf"""SELECT line_number, line,
        regexp_extract(line, '{_CLIENT}', ['stamp', 'taken', 'client', 'next']) AS who,
        regexp_extract(line, '{_SITE}', ['scheme', 'host', 'port', 'path']) AS site,
        nullif(regexp_extract(line, '{_URL}', 1), '') AS url,
        regexp_extract(line, '{_SIZES}', ['received', 'sent']) AS sizes,
        regexp_extract(line, '{_VERB}', 1) AS verb, regexp_extract(line, '{_RESULT}', 1) AS result,
        regexp_extract(line, '{_VERDICT}', 1) AS verdict,
        coalesce(nullif(regexp_extract(line, ' ([1-5]\d\d){_RESULT}', 1), ''),
            regexp_extract(line, '{_RESULT}([1-5]\d\d) [^0-9]', 2)) AS code,
        coalesce(nullif(regexp_extract(line, '"([A-Za-z][\w .-]*/\d[^"]*)"', 1), ''),
            nullif(regexp_extract(line, ' (Mozilla/[45]\.0\S*) ', 1), '')) AS agent
    FROM lines""",
    let={
        "moment": "try_cast(who.stamp AS TIMESTAMP)",
        "tunnel": "coalesce(nullif(site.scheme, ''), split_part(url, ':', 1)) IN ('ssl', 'tcp') "
        "OR verb = 'CONNECT'",
    },
    rejected={
        "date and time cannot be read": "moment IS NULL",
        "two addresses behind the time: which one asked is not known": (
            "regexp_full_match(who.next, '[0-9]+(?:[.][0-9]+){3}|[0-9a-fA-F]*:[0-9a-fA-F:]+')"
        ),
    },
    event_time="moment",
    duration_ms="number(who.taken)",
    source_ip="who.client",
    authority="""coalesce(with_port(nullif(site.host, ''), nullif(site.port, '')),
        url_authority(url))""",
    path="""CASE WHEN NOT tunnel THEN coalesce(CASE WHEN starts_with(site.path, '/')
        THEN site.path END, url_path(url)) END""",
    method="verb",
    status="try_cast(nullif(code, '') AS INTEGER)",
    bytes_up="number(sizes.sent)",
    bytes_down="number(sizes.received)",
    user_agent="agent",
    action="""CASE WHEN code = '407' THEN NULL
        WHEN verdict = 'DENIED' OR contains(result, 'DENIED') THEN 'blocked' ELSE 'allowed' END""",
    evidence="CASE WHEN tunnel THEN 'connected' ELSE 'transacted' END",
)
