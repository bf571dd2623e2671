"""NetFlow and IPFIX as nfdump writes them (text, CSV, JSON), of versions 1.6 and 1.7.

A row is one direction of a flow. From a server's port to a client's it is the answer: its bytes
went to the client. A flow has no names; an address alone is weak evidence.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from shadow_scan.collectors import fields
from shadow_scan.collectors.format import Format, Header
from shadow_scan.collectors.variants import Variants

_WANTED: dict[str, str] = {
    "begin": "ts|firstSeen|TIMESTAMP_START|STAMP_INSERTED",
    "seconds": "td|duration",
    "source": "sa|srcAddr|SRC_IP",
    "destination": "da|dstAddr|DST_IP",
    "source_port": "sp|srcPort|SRC_PORT",
    "destination_port": "dp|dstPort|DST_PORT",
    "bytes": "ibyt|bytes|byt",
    "back": "obyt",
    "protocol": "pr|proto",
}
_MEMBERS = {
    "begin": "TimeFlowStartMs|TimeFlowStart|t_first|first|time_flow_start_ns|time_flow_start_ms|"
    "time_flow_start|FIRST_SWITCHED|"
    "netflow.first_switched|netflow.flowStartMilliseconds|flowStartMilliseconds|timestamp_start|"
    "stamp_inserted|@timestamp|timestamp",
    "finish": "TimeFlowEndMs|TimeFlowEnd|t_last|last|time_flow_end_ns|time_flow_end_ms|"
    "time_flow_end|LAST_SWITCHED|"
    "netflow.last_switched|netflow.flowEndMilliseconds|flowEndMilliseconds|timestamp_end",
    "source": "SrcAddr|"
    "src4_addr|src6_addr|src_addr|IPV4_SRC_ADDR|IPV6_SRC_ADDR|netflow.ipv4_src_addr|"
    "netflow.ipv6_src_addr|netflow.sourceIPv4Address|netflow.sourceIPv6Address|"
    "sourceIPv4Address|sourceIPv6Address|ip_src",
    "destination": "DstAddr|"
    "dst4_addr|dst6_addr|dst_addr|IPV4_DST_ADDR|IPV6_DST_ADDR|"
    "netflow.ipv4_dst_addr|netflow.ipv6_dst_addr|netflow.destinationIPv4Address|"
    "netflow.destinationIPv6Address|destinationIPv4Address|destinationIPv6Address|ip_dst",
    "source_port": "SrcPort|src_port|L4_SRC_PORT|netflow.l4_src_port|netflow.sourceTransportPort|"
    "sourceTransportPort|port_src",
    "destination_port": "DstPort|dst_port|L4_DST_PORT|netflow.l4_dst_port|"
    "netflow.destinationTransportPort|destinationTransportPort|port_dst",
    "bytes": "Bytes|"
    "in_bytes|bytes|IN_BYTES|netflow.in_bytes|netflow.octetDeltaCount|octetDeltaCount",
    "back": "out_bytes|OUT_BYTES|netflow.out_bytes",
}
"""What `-o json` writes, goflow2, goflow and NetObserv, nProbe, Logstash and pmacct."""
_FEWEST = 13
"""Older versions and `-q` leave the answer's sizes out."""
_COLUMNS = [
    *("ts", "te", "td", "sa", "da", "sp", "dp", "pr", "flg", "fwd", "stos"),
    *("ipkt", "ibyt", "opkt", "obyt"),
]


def _unrounded(number: str) -> str:
    """'1.2M' as 1200000, which is as near as it can be."""
    return f"""CAST(CAST(round(try_cast(rtrim({number}, 'KMGT') AS DOUBLE) * CASE right({number}, 1)
        WHEN 'K' THEN 1e3 WHEN 'M' THEN 1e6 WHEN 'G' THEN 1e9 WHEN 'T' THEN 1e12 ELSE 1 END)
        AS BIGINT) AS VARCHAR)"""


# Time, duration, protocol, source -> destination, then with `-o long` flags and type of service,
# packets, bytes and more. Large numbers are rounded ('1.2 M'); the port of an IPv6 address stands
# behind a dot. Of both directions nfdump writes what went out and in, of packets and of bytes: in
# is what the source sent.
def _text_sql(size: str, back: str) -> str:
    return rf"""
SELECT *, packed[1] AS begin, NULL AS finish, packed[2] AS seconds,
    regexp_replace(packed[3], '^([0-9.]+):[0-9.]+$|\.[0-9]+$', '\1') AS source,
    regexp_replace(packed[4], '^([0-9.]+):[0-9.]+$|\.[0-9]+$', '\1') AS destination,
    regexp_extract(packed[3], '[.:]([0-9]+)$', 1) AS source_port,
    regexp_extract(packed[4], '[.:]([0-9]+)$', 1) AS destination_port,
    {_unrounded(size)} AS bytes, {_unrounded(back)} AS back
FROM (SELECT *, CASE WHEN regexp_full_match(told[1], '[.A-Z]{{6,8}}|0x[0-9a-f]+') THEN told[3:]
        ELSE told END AS sizes
    FROM (SELECT line_number, line, header, contains(line, ' <-> ') AS two_way,
        [left(bare, 10) || ' ' || split_part(bare, ' ', 2), split_part(bare, ' ', 3),
         split_part(bare, ' ', 5), split_part(bare, ' ', 7)] AS packed,
        string_split(bare, ' ')[8:] AS told
        FROM (SELECT line_number, line, header,
            regexp_replace(one_blanked(trim(line)), '([0-9]) ([KMGT])( |$)', '\1\2\3', 'g') AS bare
            FROM lines)))"""


_BY_ORDER = _text_sql(
    "CASE WHEN two_way THEN sizes[4] ELSE sizes[2] END", "CASE WHEN two_way THEN sizes[3] END"
)
_COLUMN = re.compile(r"(?:In|Out) (?:Pkt|Byte)|\S+")
# What happened to an address's translation: event, its extension, protocol, ends before and behind.
_EVENT = r"^\d{4}-\d\d-\d\d [\d:.]+ +[A-Z]+ +\S+ +[A-Z0-9]+ +\S+ +-> +\S+ +\S+ +-> +\S+"
_EVENT_SQL = """
SELECT line_number, line, header, e[1] || ' ' || e[2] AS begin, NULL AS finish, NULL AS seconds,
    host_of(e[6]) AS source, host_of(e[8]) AS destination,
    regexp_extract(e[6], '[.:]([0-9]+)$', 1) AS source_port,
    regexp_extract(e[8], '[.:]([0-9]+)$', 1) AS destination_port, e[12] AS bytes, e[13] AS back
FROM (SELECT line_number, line, header, string_split(one_blanked(trim(line)), ' ') AS e
      FROM lines)"""
# `-o pipe`: family, begin and end in seconds and milliseconds (since version 1.7 in milliseconds
# alone), protocol, addresses as numbers.
_BARS = r"^2\|(?:(?:\d{10}\|\d{1,3}|\d{13})\|){2}\d{1,3}\|0\|0\|0\|\d+\|\d+\|0\|0\|0\|\d+\|\d+\|"
_BARS_SQL = """
SELECT line_number, line, header, b[2] || lpad(b[3], 3, '0') AS begin,
    b[4] || lpad(b[5], 3, '0') AS finish, NULL AS seconds, number_address(b[10]) AS source,
    number_address(b[15]) AS destination, b[11] AS source_port, b[16] AS destination_port,
    b[24] AS bytes, NULL AS back, b[6] AS protocol
FROM (SELECT line_number, line, header, CASE WHEN strlen(p[2]) = 13
        THEN [p[1], left(p[2], 10), substr(p[2], 11), left(p[3], 10), substr(p[3], 11)] || p[4:]
        ELSE p END AS b
      FROM (SELECT line_number, line, header, string_split(line, '|') AS p FROM lines))"""
# Of IPv6 each address is four numbers, the first ones first.
_SIX = r"^(?:10|28|30)\|(?:(?:\d{10}\|\d{1,3}|\d{13})\|){2}\d{1,3}\|(?:\d+\|){10}"


def _six(first: int) -> str:
    words = (f"CAST(b[{first + n}] AS BIGINT)" for n in range(4))
    halves = ", ".join(f"{word} // 65536, {word} % 65536" for word in words)
    return f"format('{':'.join(['{:x}'] * 8)}', {halves})"


_SIX_SQL = _BARS_SQL.replace("number_address(b[10])", _six(7)).replace(
    "number_address(b[15])", _six(12)
)
# Whoever names the columns (`-o fmt:`) or what is summed up (`-A`) has rows of words, or parted by
# commas or bars, below names of these columns.
_NAMED = {
    "Date first seen": "begin",
    "Date last seen": "finish",
    "Duration": "seconds",
    "Src IP Addr": "source",
    "Dst IP Addr": "destination",
    "Src Pt": "source_port",
    "Dst Pt": "destination_port",
    "Bytes": "bytes",
    "In Byte": "bytes",
    "Out Byte": "back",
}
_OTHERS = (
    *("Proto", "Packets", "In Pkt", "Out Pkt", "Flows", "Flags", "Tos", "STos", "DTos", "Dir"),
    *("pps", "bps", "Bpp", "Input", "Output", "Src AS", "Dst AS", "Src Network", "Dst Network"),
)
_COLUMN_NAME = re.compile("|".join(sorted(map(re.escape, (*_NAMED, *_OTHERS)), key=len)[::-1]))
_DATE_WORDS = 2
_IS_ROW = r"regexp_matches(line, '^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d[.\d]*[ ,|]')"
_NO_FIELDS = dict.fromkeys(("begin", "finish", "seconds", "source", "destination", "source_port",
                            "destination_port", "bytes", "back"), "NULL::VARCHAR")  # fmt: skip


def _words_of(names: str) -> dict[str, int] | None:
    """Where the words of a row stand, from 1; None where a column has another name."""
    if _COLUMN_NAME.sub("", names).strip():
        return None
    found: dict[str, int] = {}
    at = 1
    for column in _COLUMN_NAME.findall(names):
        found.setdefault(_NAMED.get(column, ""), at)
        at += _DATE_WORDS if column.startswith("Date") else 1
    return {name: place for name, place in found.items() if name} | {"": at - 1}


def _words_sql(words: Mapping[str, int]) -> str:
    told = _NO_FIELDS | {name: f"w[{place}]" for name, place in words.items() if name}
    for name in {"begin", "finish"} & set(words):
        told[name] = f"w[{words[name]}] || ' ' || w[{words[name] + 1}]"
    for name in ("source_port", "destination_port"):
        told[name] = f"CASE WHEN regexp_full_match({told[name]}, '\\d+') THEN {told[name]} END"
    for name in ("bytes", "back"):
        told[name] = _unrounded(told[name]) if name in words else told[name]
    given = ", ".join(f"CASE WHEN len(w) = {words['']} THEN {is_} END AS {name}"
                      for name, is_ in told.items())  # fmt: skip
    return rf"""SELECT line_number, line, header, {given}
        FROM (SELECT line_number, line, header, string_split(regexp_replace(one_blanked(trim(
            translate(line, ',|', '  '))), '([0-9]) ([KMGT])( |$)', '\1\2\3', 'g'), ' ') AS w
        FROM lines)"""


_STARTS = (
    "ts,",
    "firstSeen,",
    "cnt,af,firstSeen,",
    "SRC_IP,",
    "Date first seen",
    "Date flow start",
)


def read_header(lines: Sequence[str], before: Header) -> Header:
    """Names of columns; above text only where both sizes stand is wanted."""
    names = lines[-1]
    if not names.startswith("Date"):
        return {**before, "fields": names.split(","), "words": None}
    if ":Port" not in names:
        return {**before, "words": _words_of(names)}
    before = {**before, "words": None}
    columns = _COLUMN.findall(names.partition("Dst IP Addr")[2].partition(" ")[2])
    sizes = [columns.index(name) + 1 for name in ("In Byte", "Out Byte") if name in columns]
    return {**before, "sizes": sizes}


def _wanted(names: Sequence[str]) -> dict[str, str]:
    """An end is read only of rows that have no duration."""
    timed = {"td", "duration"}.intersection(names)
    return _WANTED if timed else {**_WANTED, "finish": "lastSeen"}


def statement(header: Header) -> Variants:
    given = header.get("fields")
    names = [str(name).strip() for name in given] if isinstance(given, list) else _COLUMNS
    sizes = header.get("sizes")
    told = [f"told[{place}]" for place in sizes] if isinstance(sizes, list) else []
    text = _text_sql(told[0], told[1]) if len(told) == 2 else _BY_ORDER
    words = header.get("words")
    rows = {_IS_ROW: _words_sql(words)} if isinstance(words, dict) else {}
    # Text has hours, minutes and seconds since version 1.7; other rows seconds alone.
    duration = """coalesce(CAST(round(try_cast(seconds AS DOUBLE) * 1000) AS BIGINT),
        epoch_ms(try_cast(seconds AS INTERVAL)),
        epoch_ms(text_time(finish)) - epoch_ms(moment))"""
    return fields.record(
        Variants(
            {
                "starts_with(line, '{')": fields.members(_MEMBERS),
                f"regexp_matches(line, '{_EVENT}')": _EVENT_SQL,
                "regexp_matches(line, ' <?-> ')": text,
                f"regexp_matches(line, '{_BARS}')": _BARS_SQL,
                f"regexp_matches(line, '{_SIX}')": _SIX_SQL,
                **rows,
                "true": fields.cells(fields.places(names, _wanted(names))),
            }
        ),
        skipped={"the summary at the end": "summary"},
        rejected={
            "the row has fewer cells than a flow": f"cells < {min(len(names), _FEWEST)}",
            "the time cannot be read": "moment IS NULL",
            "the addresses cannot be read": "source IS NULL OR destination IS NULL",
        },
        let={
            "moment": "text_time(nullif(begin, '0'))",
            # Of rows that `-A` sums up, the port that is no longer told is 0.
            "answer": "is_answer(nullif(try_cast(source_port AS INTEGER), 0), "
            "nullif(try_cast(destination_port AS INTEGER), 0))",
            "summary": "regexp_matches(line, '^(?:Summary|Date (?:first|flow) |"
            "Time window|Total flows|Sys: |Top [0-9]|Aggregated flows|No matching flows)') "
            "OR line LIKE 'flows,bytes,packets%' "
            "OR (cells < 9 AND regexp_full_match(line, '[\\d,. ]+'))",
        },
        event_time="moment",
        duration_ms=duration,
        source_ip="CASE WHEN answer THEN destination ELSE source END",
        destination_ip="CASE WHEN answer THEN source ELSE destination END",
        # Types and codes of ICMP stand where others have ports.
        authority="""CASE WHEN coalesce(protocol, '') NOT IN ('ICMP', 'ICMP6', '1', '58')
            THEN ':' || nullif(CASE WHEN answer THEN source_port ELSE destination_port END, '0')
            END""",
        bytes_up="CASE WHEN answer THEN nullif(number(back), 0) ELSE number(bytes) END",
        bytes_down="CASE WHEN answer THEN number(bytes) ELSE nullif(number(back), 0) END",
        evidence="'connected'",
    )


NFDUMP = Format(
    name="nfdump",
    title="NetFlow and IPFIX by nfdump (text, CSV, JSON), goflow2, nProbe, Logstash, pmacct",
    kind="network sensor",
    carries=(
        *("event_time", "duration_ms", "source_ip", "port", "destination_ip", "bytes_up"),
        *("bytes_down", "evidence"),
    ),
    recognise=re.compile(
        r"ts,te,td,sa,da,|SRC_IP,DST_IP,(?:\w+,)*PACKETS,"
        r"|(?:cnt,af,)?firstSeen,(?:lastSeen,)?(?:duration,)?proto,srcAddr,"
        r"|Date first seen +(?:Duration|Date last seen|Src IP Addr) "
        r"|\d{4}-\d\d-\d\d [\d:]{8}(?:\.\d+)? +[\d.:]+ +\w+ +"
        r"\S+ +<?-> +\S+[.:]\d"
        rf"|{_BARS[1:]}|{_SIX[1:]}|{_EVENT[1:]}"
        r"|(?:\d{4}-\d\d-\d\d [\d:.]{8,},){2}[\d.]+,(?:[\da-f.:]+,){2}\d+,[\d.]+,\w+,[.A-Z]{6,8},"
        r'|\{(?=.*"(?:t_first|first|time_flow_start\w*)" ?:)(?=.*"src[46]?_addr" ?:)'
        r'|\{(?=.*"(?:IPV[46]_SRC_ADDR|ipv[46]_src_addr|sourceIPv[46]Address)" ?:)'
        r'(?=.*"(?:IN_BYTES|in_bytes|octetDeltaCount)" ?:)'
        r'|\{(?=.*"TimeFlowStart(?:Ms)?" ?:)(?=.*"SrcAddr" ?:)(?=.*"Bytes" ?:)'
        r'|\{(?=.*"ip_src" ?:)(?=.*"ip_dst" ?:)(?=.*"bytes" ?:)'
    ),
    reference="https://github.com/phaag/nfdump",
    sql=statement,
    zone="local",
    header=read_header,
    header_starts=_STARTS,
    is_header=lambda line: line.startswith(_STARTS),
    notes="no names and no users: only addresses, which many services share; one direction a row; "
    "text has large sizes rounded (-N leaves them whole) and IPv6 addresses cut (-6 leaves them)",
    aliases=("netflow", "ipfix"),
)
