"""Zeek's conn, ssl, quic, http, dns and socks logs: TSV with its header lines, JSON, exported CSV.

Records of one connection share their `uid`: sizes are in conn, names in ssl and http; they are
joined where requests are made of records, since the logs are separate files.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from shadow_scan.collectors import fields as records
from shadow_scan.collectors.columns.rows import first_cells
from shadow_scan.collectors.format import Format, Header
from shadow_scan.collectors.variants import Variants

_COLUMNS: Mapping[str, str] = {
    "ts": "ts",
    "uid": "uid",
    "source": "id.orig_h",
    "destination": "id.resp_h",
    "port": "id.resp_p",
    "duration": "duration",
    "orig_bytes": "orig_bytes",
    "resp_bytes": "resp_bytes",
    "local_orig": "local_orig",
    "local_resp": "local_resp",
    "server_name": "server_name",
    "method": "method",
    "host": "host",
    "uri": "uri",
    "referrer": "referrer",
    "user_agent": "user_agent",
    "request_body_len": "request_body_len",
    "response_body_len": "response_body_len",
    "status_code": "status_code",
    "query": "query",
    "qtype_name": "qtype_name",
    "conn_state": "conn_state",
    "path": "_path",
}
"""Our word -> Zeek's column. The passwords that http.log may hold are not among them."""

_READABLE = ("conn", "ssl", "quic", "http", "dns")


def read_header(comments: Sequence[str], before: Header) -> Header:
    header, named = dict(before), ""
    for comment in comments:
        name, _, rest = comment.partition("\t")
        if name == "#fields":
            fields = rest.split("\t")
            header |= {"fields": fields, "path": named or _told_by(fields)}
            header.pop("columns", None)
        elif name == "#path":
            header["path"] = named = rest
        elif _NAMED.match(comment):
            header["columns"] = comment.split("\t") if "\t" in comment else first_cells(comment)
            header["parted"] = "\t" if "\t" in comment else ","
    return header


def statement(header: Header) -> str | Variants:
    fields, columns = header.get("fields"), header.get("columns")
    if isinstance(columns, list):
        return _exported_sql(columns, str(header.get("parted"))) + _EVENT_SQL
    if not isinstance(fields, list):
        return Variants({**_bare(), _IS_SOCKS: _SOCKS_JSON, "true": _JSON_SQL + _EVENT_SQL})
    path = str(header.get("path", "")).removesuffix("_red")
    if path == "socks":
        return _socks_sql(
            records.cells(
                records.places(fields, _SOCKS), delimiter="\t", absent=("", "-", "(empty)")
            ),
            f"cells <> {len(fields)}",
        )
    if path not in _READABLE:
        return "SELECT line_number, 'a Zeek log without requests' AS skipped FROM lines"
    return _tsv_sql(fields, path) + _EVENT_SQL


# Rows cut off their header: the columns as they come by default tell themselves.
_IDS = ["ts", "uid", "id.orig_h", "id.orig_p", "id.resp_h", "id.resp_p"]
_BARE = r"^1\d{9}\.\d{6}\tC[0-9A-Za-z]{8,20}\t[0-9A-Fa-f.:]+\t\d+\t[0-9A-Fa-f.:]+\t\d+\t"
_WEB = ["trans_depth", "method", "host", "uri", "referrer"]
_ASKS = r"\d+\t[A-Z-]+\t\S+\t[^\t]+\t[^\t]+\t"
_SIZES = ["request_body_len", "response_body_len", "status_code"]
_FLOW = ["proto", "service", "duration", "orig_bytes", "resp_bytes", "conn_state"]
_FLOWS = r"(?:tcp|udp|icmp)\t\S+\t[0-9.-]+\t[0-9-]+\t[0-9-]+\t[A-Z0-9]{2,6}\t"
_QUERY = ["query", "qclass", "qclass_name", "qtype", "qtype_name"]
_BARE_LOGS: Mapping[str, tuple[str, list[str]]] = {
    rf"{_FLOWS}[TF-]\t[TF-]\t": ("conn", [*_FLOW, "local_orig", "local_resp"]),
    _FLOWS: ("conn", _FLOW),
    r"(?:tcp|udp)\t\d+\t[0-9.-]+\t\S+\t\d+\t": ("dns", ["proto", "trans_id", "rtt", *_QUERY]),
    r"(?:tcp|udp)\t\d+\t\S+\t\d+\t": ("dns", ["proto", "trans_id", *_QUERY]),
    rf"{_ASKS}(?:\d\.\d|-)\t[^\t]+\t\d+\t\d+\t": (
        "http",
        [*_WEB, "version", "user_agent", *_SIZES],
    ),
    rf"{_ASKS}(?:\d\.\d|-)\t[^\t]+\t[^\t]+\t\d+\t\d+\t": (
        "http",
        [*_WEB, "version", "user_agent", "origin", *_SIZES],
    ),
    rf"{_ASKS}[^\t]+\t\d+\t\d+\t": ("http", [*_WEB, "user_agent", *_SIZES]),
    r"(?:TLSv|SSLv|DTLS|-\t-\t-\t)": ("ssl", ["version", "cipher", "curve", "server_name"]),
}


def _bare() -> dict[str, str]:
    return {
        f"regexp_matches(line, '{_BARE}{behind}')": _tsv_sql([*_IDS, *names], path, cut=True)
        + _EVENT_SQL
        for behind, (path, names) in _BARE_LOGS.items()
    }


def _names_columns(line: str) -> bool:
    """The first row of an export; a number of rows may stand before its names."""
    return line.startswith("#") or _NAMED.match(line) is not None


_NAMED = re.compile(r'(?:""|"?\w*"?)?,?"?ts"?[,\t]"?uid"?[,\t]"?id[._]orig_h"?[,\t]')
_TOLD_BY = {"conn_state": "conn", "query": "dns", "host": "http", "server_name": "ssl"}
"""Which log an export is of, or one without its #path, if no column says so. Others have a uri."""


def _told_by(columns: Sequence[str]) -> str:
    return next((log for column, log in _TOLD_BY.items() if column in columns), "another")


def _exported_sql(names: Sequence[str], delimiter: str) -> str:
    path = _told_by(names)
    wanted = {ours: f"{name}|{name.replace('.', '_')}" for ours, name in _COLUMNS.items()}
    cells = records.cells(
        records.places(names, wanted), delimiter=delimiter, absent=("", "-", "nan", "NaN")
    )
    return f"""
WITH field AS (
    SELECT * REPLACE (coalesce(path, '{path}') AS path),
        CASE WHEN cells <> {len(names)}
             THEN 'the row has ' || cells || ' fields, the first one names {len(names)}' END
             AS broken
    FROM ({cells})
)"""


def _tsv_sql(fields: Sequence[str], path: str, *, cut: bool = False) -> str:
    """`cut`: more columns may follow those that are named."""
    places = {name: index for index, name in enumerate(fields, start=1)}
    columns = ",\n".join(
        f"dash_null(part[{places[name]}]) AS {ours}" if name in places else f"NULL AS {ours}"
        for ours, name in _COLUMNS.items()
        if ours != "path"
    )
    return f"""
WITH split AS (SELECT line_number, string_split(line, chr(9)) AS part FROM lines),
field AS (
    SELECT line_number, '{path}' AS path, {columns},
        CASE WHEN len(part) {"<" if cut else "<>"} {len(fields)}
             THEN 'the row has ' || len(part) || ' fields, #fields names {len(fields)}' END
             AS broken
    FROM split
)"""


_UNDERSCORED = {name: name.replace(".", "_") for name in _COLUMNS.values() if "." in name}
_STRUCTURE = ", ".join(
    f'"{name}": "VARCHAR"' for name in (*_COLUMNS.values(), *_UNDERSCORED.values())
)

# Some shippers nest the ids, write underscores for their dots, or call the host dest_host, since an
# index has a host of its own; the log's kind stands in _path, else in the columns that it has.
_JSON_SQL = f"""
WITH record AS (
    SELECT line_number, from_json(CASE WHEN json_valid(line) THEN line END,
        '{{{_STRUCTURE}, "dest_host": "VARCHAR", "cipher": "VARCHAR", "established": "VARCHAR",
          "id": {{"orig_h": "VARCHAR", "resp_h": "VARCHAR", "resp_p": "VARCHAR"}}}}'
    ) AS r
    FROM lines
), field AS (
    SELECT line_number, r.ts, r.uid,
        coalesce(r."id.orig_h", r.id.orig_h, r.id_orig_h) AS source,
        coalesce(r."id.resp_h", r.id.resp_h, r.id_resp_h) AS destination,
        coalesce(r."id.resp_p", r.id.resp_p, r.id_resp_p) AS port,
        r.duration, r.orig_bytes, r.resp_bytes, r.local_orig, r.local_resp, r.server_name,
        r.method, coalesce(r.host, r.dest_host) AS host, r.uri, r.referrer, r.user_agent,
        r.request_body_len, r.response_body_len, r.status_code, r.query, r.qtype_name, r.conn_state,
        -- Corelight's sensors write reduced logs: conn_red, dns_red and so on.
        coalesce(regexp_replace(r._path, '_red$', ''),
             CASE WHEN r.conn_state IS NOT NULL THEN 'conn'
             WHEN r.query IS NOT NULL OR r.qtype_name IS NOT NULL THEN 'dns'
             WHEN coalesce(r.method, r.uri, r.status_code) IS NOT NULL THEN 'http'
             WHEN coalesce(r.server_name, r.cipher, r.established) IS NOT NULL THEN 'ssl'
             ELSE 'another' END) AS path,
        CASE WHEN r IS NULL OR r.ts IS NULL THEN 'no JSON object with a time' END AS broken
    FROM record
)"""

_EVENT_SQL = """, sided AS (
    SELECT *, local_orig IN ('F', 'false') AND local_resp IN ('T', 'true') AS inward,
        path = 'http' AND method = 'CONNECT' AS tunnel
    FROM field
)
SELECT line_number,
    CASE WHEN broken IS NULL AND path NOT IN ('conn', 'ssl', 'quic', 'http', 'dns')
         THEN 'a Zeek log without requests'
         WHEN broken IS NULL AND path = 'dns' AND query IS NULL THEN 'a lookup without a name'
         END AS skipped,
    broken AS rejected,
    coalesce(epoch_time(ts), iso_time(ts)) AS event_time,
    CASE WHEN path = 'conn' THEN CAST(round(try_cast(duration AS DOUBLE) * 1000) AS BIGINT) END
        AS duration_ms,
    CASE WHEN coalesce(inward, false) THEN destination ELSE source END AS source_ip,
    CASE WHEN path IN ('ssl', 'quic') THEN server_name || coalesce(':' || port, '')
              WHEN path = 'http' THEN with_port(host, port)
              WHEN path = 'dns' THEN query END AS authority,
    CASE WHEN path = 'http' AND NOT coalesce(tunnel, false) THEN url_path(uri) END AS path,
    CASE WHEN path <> 'dns' THEN
        CASE WHEN coalesce(inward, false) THEN source ELSE destination END END AS destination_ip,
    CASE WHEN path = 'http' THEN method END AS method,
    CASE WHEN path = 'http' THEN try_cast(status_code AS INTEGER) END AS status,
    CASE path WHEN 'conn' THEN try_cast(CASE WHEN coalesce(inward, false) THEN resp_bytes
                                             ELSE orig_bytes END AS BIGINT)
              WHEN 'http' THEN try_cast(request_body_len AS BIGINT) END AS bytes_up,
    CASE path WHEN 'conn' THEN try_cast(CASE WHEN coalesce(inward, false) THEN orig_bytes
                                             ELSE resp_bytes END AS BIGINT)
              WHEN 'http' THEN try_cast(response_body_len AS BIGINT) END AS bytes_down,
    CASE WHEN path = 'http' THEN user_agent END AS user_agent,
    CASE WHEN path = 'http' THEN referrer END AS referrer,
    CASE WHEN path = 'dns' THEN 'resolved'
         WHEN path = 'http' AND NOT coalesce(tunnel, false) THEN 'transacted'
         ELSE 'connected' END AS evidence,
    CASE WHEN path <> 'dns' THEN uid END AS flow
FROM sided
"""

# Of SOCKS a log of its own says who asked for which name; no password that it holds is read.
_SOCKS = {
    "ts": "ts",
    "uid": "uid",
    "source": "id.orig_h",
    "account": "user",
    "named": "request.name",
    "address": "request.host",
    "port": "request_p",
    "outcome": "status",
}


def _socks_sql(found: str, broken: str) -> str:
    return records.record(
        found,
        rejected={
            "no record of a request by SOCKS": broken,
            "the time cannot be read": "coalesce(epoch_time(ts), iso_time(ts)) IS NULL",
        },
        event_time="coalesce(epoch_time(ts), iso_time(ts))",
        source_ip="source",
        user_name="account",
        authority="with_port(coalesce(named, ''), port)",
        destination_ip="address",
        action="CASE outcome WHEN 'connection not allowed by ruleset' THEN 'blocked' "
        "WHEN 'succeeded' THEN 'allowed' END",
        evidence="'connected'",
        flow="uid",
    )


_IS_SOCKS = "contains(line, '\"request_p\"')"
_SOCKS_JSON = _socks_sql(
    records.members(
        {name: f"{path.replace('.', chr(92) + '.')}|{path}" for name, path in _SOCKS.items()}
    ),
    "NOT is_object",
)

ZEEK = Format(
    name="zeek",
    title="Zeek conn, ssl, quic, http, dns and socks (TSV, JSON, CSV)",
    kind="network sensor",
    carries=(
        *("event_time", "duration_ms", "source_ip", "user_name", "host", "port", "path"),
        *("destination_ip", "method", "status", "bytes_up", "bytes_down", "user_agent"),
        *("referrer_host", "action", "evidence"),
    ),
    recognise=re.compile(
        r"#separator \\x09|#fields\tts\tuid\t"
        rf"|{_NAMED.pattern}|{_BARE[1:]}"
        r'|\{(?=.*"ts": ?)(?=.*"uid": ?")(?=.*"id(?:[._]orig_h)?": ?)'
    ),
    reference="https://docs.zeek.org/en/master/logs/index.html",
    sql=statement,
    header=read_header,
    header_starts=("#", "ts,u", '"ts"', "ts\tu", ",ts,", '"",', "_tim", '"_ti'),
    is_header=_names_columns,
    notes="no users but in socks; sizes are in conn, names in ssl and http: feed them together",
)
