"""Cisco Umbrella: DNS, proxy and IP logs as its bucket exports them, CSV with or without names, and
what its reporting API answers (JSON).

Columns were only ever added at the end: the first thirteen to fifty are the same in all versions.
The most granular identity may be a person, a device, a network or a site; its type says which.
"""

from __future__ import annotations

import re

from shadow_scan.collectors import fields
from shadow_scan.collectors.format import Format
from shadow_scan.collectors.variants import Variants

# The first version of the proxy's log had all identities before the addresses, too.
_FIRST_PROXY = r"""^("[^"]*", ?"[^"]*"), ?"[^"]*"((?:, ?"[0-9a-fA-F.:]*"){3}, ?"[^"]*", ?"[A-Z]+", ?"[^"]*://)"""
_CELLS = fields.cells(
    {f"c{place}": place for place in range(1, 27)},
    text=rf"regexp_replace(line, '{_FIRST_PROXY}', '\1\2')",
)


def _names(*words: str) -> str:
    """A column's name as the export, an older interface and QRadar's collector spell it; Sentinel's
    has names of its own besides."""
    title = "".join(word.title() for word in words)
    return f"{'_'.join(words)}|{words[0][0]}{title[1:]}|{title}"


# The columns of the export as members of an object, which collectors make of them.
_MEMBERS_OF_ROW = fields.members(
    {
        "moment": "timestamp|Timestamp",
        "identity": _names("most", "granular", "identity") + "|Policy_Identity",
        "given": "identities|Identities",
        "kind": _names("most", "granular", "identity", "type")
        + "|Policy_Identity_Type|Identity_Type",
        "kinds": _names("identity", "types") + "|Identity_Types",
        "inside": _names("internal", "ip") + "|Internal_IP",
        "outside": _names("external", "ip") + "|External_IP",
        "server": _names("destination", "ip") + "|Destination_IP",
        "did": "action|verdict|Action|Verdict",
        "asked": _names("query", "type"),
        "question": "domain|Domain",
        "url": "url|Url|URL",
        "referrer": "referer|Referer",
        "agent": _names("user", "agent"),
        "code": _names("status", "code"),
        "sent": _names("request", "size"),
        "received": _names("response", "size"),
        "verb": _names("request", "method"),
    },
    absent=("", "-", "0.0.0.0"),  # noqa: S104
)
_LIST = """CASE WHEN starts_with({0}, '[')
    THEN array_to_string(from_json({0}, '["VARCHAR"]'), ',') ELSE {0} END"""
_OF_DNS = {
    3: "given",
    4: "inside",
    5: "outside",
    6: "did",
    7: "coalesce(asked, '1 (A)')",
    9: "question",
    11: "kind",
    12: "kinds",
}
_OF_PROXY = {
    3: "inside",
    4: "outside",
    5: "server",
    7: "did",
    8: "url",
    9: "referrer",
    10: "agent",
    11: "code",
    12: "sent",
    13: "received",
    22: "kind",
    24: "given",
    25: "kinds",
    26: "verb",
}
_CELLS_OF_MEMBERS = f"""SELECT line_number, line, 26 AS cells,
        replace(left(moment, 19), 'T', ' ') AS c1, coalesce(identity, given) AS c2, {
    ", ".join(
        f"CASE WHEN url IS NULL THEN {_OF_DNS.get(place, 'NULL')} "
        f"ELSE {_OF_PROXY.get(place, 'NULL')} END AS c{place}"
        for place in range(3, 27)
    )
}
    FROM (SELECT * REPLACE ({_LIST.format("given")} AS given, {_LIST.format("kinds")} AS kinds)
        FROM ({_MEMBERS_OF_ROW}))"""


# 1 DNS: the seventh cell is a query type; 2 proxy: the eighth a URL; 3 IP.
def _named(made: str) -> str:
    return rf"""
    SELECT *, CASE variant WHEN 1 THEN identities_of_dns WHEN 2 THEN c24 END AS identities,
        CASE variant WHEN 1 THEN c11 WHEN 2 THEN c22 WHEN 3 THEN c8 WHEN 4 THEN c4 END
            AS kind,
        CASE variant WHEN 1 THEN c12 WHEN 2 THEN c25 WHEN 3 THEN c9 END AS kinds
    FROM (SELECT *, c3 AS identities_of_dns,
        CASE WHEN NOT regexp_full_match(c1, '\d{{4}}-\d\d-\d\d [\d:]{{8}}') THEN 0
             WHEN lower(c5) IN ('outbound', 'inbound') AND cells > 13 THEN 4
             WHEN regexp_full_match(c7, '\d+ \([\w-]+\)') THEN 1
             WHEN regexp_matches(c8, '[./]') AND cells > 9 THEN 2
             WHEN regexp_full_match(c3, '[0-9a-fA-F.:]+') THEN 3 ELSE 0 END AS variant
    FROM ({made}))"""


_SPLIT = "string_split({}, ',')"
# Names that hold a comma have a blank behind it; the list has none.
_SPLIT_NAMES = """list_transform(string_split(replace({}, ', ', chr(30)), ','),
    lambda name: replace(name, chr(30), ', '))"""

# The person among the identities, by the list of their types; a name with a comma would shift the
# list, so that it counts only where both are of one length.
_OF_KIND = """CASE WHEN len(kind_list) = len(identity_list)
    THEN list_filter(identity_list,
        lambda name, place: regexp_matches(kind_list[place], '{kinds}'))[1]
    WHEN regexp_matches(kind, '{kinds}') THEN c2 END"""
_PERSON = _OF_KIND.format(kinds=r"(?i)\busers?\b")
_DEVICES = "(?i)roaming|anyconnect|secure client|computer|mobile device"
_DEVICE = _OF_KIND.format(kinds=_DEVICES)
# Later versions of the firewall's log: times of the first packet and the last, packets and bytes
# each way.
_COUNTED = r"variant = 4 AND regexp_full_match(c17 || c18, '\d{20}')"


def _rows(made: str) -> str:
    return fields.record(
        f"""SELECT *, {_PERSON} AS person, {_DEVICE} AS device
        FROM (SELECT *, CASE WHEN len(kind_list) = len({_SPLIT.format("given")})
                THEN {_SPLIT.format("given")} ELSE {_SPLIT_NAMES.format("given")} END
                AS identity_list
            FROM (SELECT *,
                coalesce(identities, CASE WHEN variant = 4 THEN c3 ELSE c2 END) AS given,
                {_SPLIT.format("coalesce(kinds, kind)")} AS kind_list FROM ({_named(made)})))""",
        let={
            "begins": "try_cast(c1 AS TIMESTAMP)",
            "tunnel": "variant = 2 AND upper(c26) = 'CONNECT'",
            "typeless": "kind IS NULL AND kinds IS NULL",
        },
        skipped={"no request (comes in)": "variant = 4 AND lower(c5) = 'inbound'"},
        rejected={
            "no record of Umbrella": "variant = 0",
            "the time cannot be read": "begins IS NULL",
            "the row is cut": "cells < CASE variant WHEN 1 THEN 9 WHEN 2 THEN 13 ELSE 6 END",
        },
        event_time="begins",
        source_ip="""CASE variant WHEN 1 THEN coalesce(c4, c5) WHEN 2 THEN coalesce(c3, c4)
            WHEN 4 THEN c8 ELSE c3 END""",
        user_name="CASE WHEN typeless THEN c2 ELSE person END",
        device_name="device",
        authority="""CASE variant WHEN 1 THEN c9 WHEN 2 THEN url_authority(c8)
            WHEN 4 THEN CASE WHEN contains(c15, '.') AND NOT contains(c15, ',') THEN c15 ELSE '' END
                || coalesce(':' || c11, '') END""",
        path="CASE WHEN variant = 2 AND NOT coalesce(tunnel, false) THEN url_path(c8) END",
        destination_ip="CASE WHEN variant = 4 THEN c10 WHEN variant > 1 THEN c5 END",
        method="CASE WHEN variant = 2 THEN upper(c26) END",
        status="CASE WHEN variant = 2 THEN nullif(try_cast(c11 AS INTEGER), 0) END",
        bytes_up=f"CASE WHEN variant = 2 THEN number(c12) WHEN {_COUNTED} THEN number(c21) END",
        bytes_down=f"CASE WHEN variant = 2 THEN number(c13) WHEN {_COUNTED} THEN number(c22) END",
        user_agent="CASE WHEN variant = 2 THEN c10 END",
        referrer="CASE WHEN variant = 2 THEN c9 END",
        action="""CASE WHEN variant = 2 AND c11 = '407' THEN NULL
            WHEN upper(CASE variant WHEN 1 THEN c6 WHEN 2 THEN c7 WHEN 4 THEN c14 END)
                IN ('BLOCKED', 'BLOCK') THEN 'blocked'
            WHEN CASE variant WHEN 1 THEN c6 WHEN 2 THEN c7 WHEN 4 THEN c14 END IS NOT NULL
                THEN 'allowed' END""",
        evidence="""CASE WHEN variant = 1 THEN 'resolved' WHEN variant = 2 AND NOT coalesce(tunnel,
            false)
            THEN 'transacted' ELSE 'connected' END""",
    )


_LABELS = '[{"label": "VARCHAR", "type": {"label": "VARCHAR"}}]'


def _first(kinds: str) -> str:
    """The first identity of these kinds."""
    return f"""list_filter(from_json(identities, '{_LABELS}'),
        lambda one: regexp_matches(one.type.label, '{kinds}'))[1].label"""


_MEMBERS = fields.members(
    {
        "moment": "timestamp|Timestamp",
        "kind": "type",
        "inside": "internalip",
        "outside": "externalip",
        "server": "destinationip",
        "question": "domain|Domain",
        "url": "url|Url|URL",
        "verb": "requestmethod",
        "code": "statuscode",
        "sent": "requestsize",
        "received": "responsesize",
        "agent": "useragent",
        "referrer": "referer|Referer",
        "did": "verdict",
        "identities": "identities",
    },
    absent=("", "-", "0.0.0.0"),  # noqa: S104
)
# The interface for one kind of traffic leaves its name out.
_ACTIVITY = fields.record(
    f"""SELECT * REPLACE (coalesce(kind, CASE WHEN url IS NOT NULL THEN 'proxy'
        WHEN question IS NOT NULL THEN 'dns' WHEN server IS NOT NULL THEN 'ip' END) AS kind)
        FROM ({_MEMBERS})""",
    let={
        "begins": "epoch_time(moment)",
        "seen_inside": "url IS NOT NULL AND coalesce(upper(verb) <> 'CONNECT', true)",
    },
    skipped={"no request (another kind of record)": "kind NOT IN ('dns', 'proxy', 'ip')"},
    rejected={
        "no record of Umbrella": "NOT is_object OR kind IS NULL",
        "the time cannot be read": "begins IS NULL",
    },
    event_time="begins",
    source_ip="coalesce(inside, outside)",
    user_name=_first(r"(?i)\busers?\b"),
    device_name=_first(_DEVICES),
    authority="CASE WHEN kind = 'dns' THEN question ELSE url_authority(url) END",
    path="CASE WHEN seen_inside THEN url_path(url) END",
    destination_ip="server",
    method="upper(verb)",
    status="nullif(try_cast(code AS INTEGER), 0)",
    bytes_up="number(sent)",
    bytes_down="number(received)",
    user_agent="agent",
    referrer="referrer",
    action="""CASE WHEN code = '407' THEN NULL WHEN did = 'blocked' THEN 'blocked'
        WHEN did IS NOT NULL THEN 'allowed' END""",
    evidence="""CASE WHEN kind = 'dns' THEN 'resolved' WHEN seen_inside THEN 'transacted'
        ELSE 'connected' END""",
)

UMBRELLA = Format(
    name="umbrella",
    title="Cisco Umbrella: DNS, proxy, firewall, IP (CSV export, JSON of its reports)",
    kind="proxy",
    carries=(
        *("event_time", "source_ip", "user_name", "device_name", "host", "port", "path"),
        *("destination_ip", "method", "status", "bytes_up", "bytes_down", "user_agent"),
        *("referrer_host", "action", "evidence"),
    ),
    recognise=re.compile(
        r'"\d{4}-\d\d-\d\d [\d:]{8}", ?"(?:[^"]|"")*", ?'
        r'(?:"(?:[^"]|"")*", ?"[^"]*", ?"[^"]*", ?"\w+", ?"\d+ \(\w+\)"'
        r'|"[^"]*", ?"[^"]*", ?"[^"]*", ?"[^"]*", ?"[A-Z]*", ?"[^"]*[./]'
        r'|"[^"]*", ?(?:"[0-9a-fA-F.:]*", ?){3}"[^"]*", ?"[A-Z]+", ?"[^"]*://'
        r'|"[^"]*", ?"[^"]*", ?"(?i:(?:out|in)bound)", ?"\d*", ?"\d*", ?"[0-9a-fA-F.:]*"'
        r'|"[0-9a-fA-F.:]*", ?"\d*", ?"[0-9a-fA-F.:]*", ?"\d*", ?")'
        r"|\d{4}-\d\d-\d\d [\d:]{8},[^,]*,[^,]*,[^,]*,[^,]*,\w+,\d+ \(\w+\),"
        r"|\d{4}-\d\d-\d\d [\d:]{8},\[\d*\],[^,]*,[^,]*,(?i:(?:out|in)bound),\d*,\d*,"
        r'|\{(?=.*"verdict" ?:)(?=.*"internalip" ?:)(?=.*"identities" ?:)'
        r'|\{(?=.*"(?:internal_ip|[iI]nternalIp|Internal_IP)" ?:)(?=.*"[iI]dentities" ?:)'
        r'(?=.*"(?:domain|url|Domain|Url|URL)" ?:)'
    ),
    reference="https://docs.umbrella.com/deployment-umbrella/docs/log-formats-and-versioning",
    sql=Variants(
        {
            "starts_with(ltrim(line), '{') AND contains(line, '\"verdict\"')": _ACTIVITY,
            "starts_with(ltrim(line), '{')": _rows(_CELLS_OF_MEMBERS),
            "true": _rows(_CELLS),
        }
    ),
    header=fields.same_places,
    header_starts=("Time", '"Tim', "time", '"tim'),
    is_header=lambda row: "dentit" in row or "nternal" in row,
    notes="DNS rows prove lookups; with nobody signed in the identity is a device, network or site",
    aliases=("cisco-umbrella",),
)
