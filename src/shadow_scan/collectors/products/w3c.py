"""Any W3C extended log, read by its own `#Fields` line: ProxySG, TMG, IIS and their kin.

ProxySG's records without such a line (its main format, key=value, JSON) are read as well.

The statement is made from the positions of the fields that we know; a name that we do not know is
passed over. Draft: https://www.w3.org/TR/WD-logfile.html
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence

from shadow_scan.collectors.columns.words import Ordinary, by_words, inlined
from shadow_scan.collectors.fields import quoted
from shadow_scan.collectors.format import Format, Header
from shadow_scan.collectors.products import cloudfront, proxysg, proxysg_columns
from shadow_scan.collectors.products.w3c_names import FIRST_LINES, SYNONYMS
from shadow_scan.collectors.variants import Variants

_FIELDS = "#fields:"
_LAYOUTS = (*cloudfront.LAYOUTS, *proxysg_columns.LAYOUTS)
_ROWS = "|".join(layout.row for layout in _LAYOUTS)
_DATE = re.compile(r"#date: *(\d{4}-\d\d-\d\d)\b", re.IGNORECASE)
_VERDICTS = ", ".join(f"'{verdict}'" for verdict in proxysg_columns.VERDICTS)
_SERVER_LOG = re.compile(r"internet information services|netscaler", re.IGNORECASE)


def read_header(comments: Sequence[str], before: Header) -> Header:
    """Fields, delimiter and maker, from a run of '#' lines; what a line does not say stays."""
    header = dict(before)
    for comment in comments:
        if comment.lower().startswith(_FIELDS):
            rest = comment[len(_FIELDS) :].strip()
            header["delimiter"] = "\t" if "\t" in rest else " "
            # Some names have several words, which tabs part.
            names = rest.lower().split("\t") if "\t" in rest else rest.lower().split()
            header["fields"] = [name.strip() for name in names if name.strip()]
        elif comment.lower().startswith("#software:"):
            header["plus_is_blank"] = bool(_SERVER_LOG.search(comment))
        elif dated := _DATE.match(comment):
            header["date"] = dated[1]
    return header


def _positions(fields: Sequence[str]) -> dict[str, int]:
    """Our name of a column -> its place in the row (from 1); the first synonym present wins."""
    places = {name: index for index, name in reversed(list(enumerate(fields, start=1)))}
    found = {
        column: next((places[name] for name in names if name in places), 0)
        for column, names in SYNONYMS.items()
    }
    return {column: place for column, place in found.items() if place}


def _is_dated_above(places: Mapping[str, int], header: Header) -> bool:
    """Whether rows have a clock alone, and the line above them the day."""
    return "time" in places and "date" not in places and "date" in header


def _is_bracketed(fields: Sequence[str]) -> bool:
    """Whether times stand between brackets as web servers have them, or have GMT behind."""
    return not {"localtime", "gmttime", "datetime"}.isdisjoint(fields)


def statement(header: Header) -> str | Variants:
    """The statement of the rows that a `#Fields` line announces, or of records that need none."""
    fields = header.get("fields")
    if isinstance(fields, list):
        return rows(fields, header)
    return proxysg.spellings(SYNONYMS).among(
        {
            **{
                f"regexp_matches(line, '^{layout.row}')": rows(
                    layout.columns, header, more=layout.more
                )
                for layout in _LAYOUTS
            },
            proxysg.IS_OWN_ROW: proxysg.OWN_ROWS,
            "true": "SELECT line_number, 'a row before any #Fields line' AS rejected FROM lines",
        }
    )


def rows(fields: Sequence[str], header: Header, more: bool = False) -> str:
    """The statement of rows with these fields, as the other '#' lines say; `more` may follow."""
    places = _positions(fields)

    def column(name: str) -> str:
        return f"dash_null(part[{places[name]}])" if name in places else "NULL::VARCHAR"

    columns = {name: column(name) for name in SYNONYMS}
    if _is_dated_above(places, header):
        columns["date"] = quoted(str(header["date"]))
    columns |= _of_first_line(fields, column, places)
    bracketed = _is_bracketed(fields)
    if bracketed:
        columns["timestamp"] = _UNBRACKETED.format(columns["timestamp"])
    shared = {name: value.format(**columns) for name, value in _SHARED.items()}
    words = columns | {name: name for name in _SHARED}
    words["user_agent"] = f"coalesce(unnamed_agent, {columns['user_agent']})"
    made = {name: value.format(**words) for name, value in _made(fields, header).items()}
    return _ROW_SQL.format(
        made=", ".join(f"{value} AS {name}" for name, value in made.items()),
        shared=", ".join(f"{value} AS {name}" for name, value in shared.items()),
        split=_SPLIT_TAB
        if header.get("delimiter") == "\t"
        else _SPLIT_BLANK.replace("{count}", str(len(fields))),
        lines=_QUOTED_TIMES if bracketed else "lines",
        rows=_of_one_length(places),
        count=len(fields),
        differs="<" if more else "<>",
    )


def _of_first_line(
    fields: Sequence[str], column: Callable[[str], str], places: Mapping[str, int]
) -> dict[str, str]:
    """Method and URL of a request's first line, where no columns of their own say them."""
    line = next((name for name in FIRST_LINES if name in fields), None)
    if line is None:
        return {}
    words = f"part[{fields.index(line) + 1}]"
    told = {"method": f"split_part({words}, ' ', 1)", "url": f"split_part({words}, ' ', 2)"}
    return {
        name: f"coalesce({column(name)}, nullif(nullif({value}, ''), '-'))"
        for name, value in told.items()
    }


def ordinary(header: Header) -> Ordinary | None:
    """The words that a `#Fields` line announces."""
    fields = header.get("fields")
    if not isinstance(fields, list):
        return None
    places = _positions(fields)
    if _is_dated_above(places, header) or _is_bracketed(fields):
        return None
    if not FIRST_LINES.isdisjoint(fields):
        return None
    word_of = {place: name for name, place in reversed(places.items())}
    words = {name: word_of[place] for name, place in places.items()}
    wrong = {"rejected": "CASE WHEN {moment} IS NULL THEN 'no time' END"}
    made = inlined({**_made(fields, header), **wrong}, _SHARED)
    numbers = {
        name: made.pop(name).format(**{name: f"dash_null({name})"})
        for name in _NUMBERS & places.keys()
        if words[name] == name
    }
    tab = header.get("delimiter") == "\t"
    return Ordinary(
        words=tuple(word_of.get(place, f"_{place}") for place in range(1, len(fields) + 1)),
        values=by_words(made, words),
        numbers=numbers,
        nothing="-",
        delimiter="\t" if tab else " ",
        quoted=not tab,
    )


def _made(fields: Sequence[str], header: Header) -> Mapping[str, str]:
    """The columns of these fields; a server's log writes blanks of agents as plus signs, and
    CloudFront as %20."""
    if "x-edge-location" in fields:
        return {**_MADE, "user_agent": "percent_decoded({user_agent})"}
    if "s-operation" in fields:  # ISA and TMG: an error of Windows where there was no answer.
        return {**_MADE, "status": "CASE WHEN {code} BETWEEN 100 AND 599 THEN {code} END"}
    of_server = header.get("plus_is_blank") or "sc-win32-status" in fields
    if of_server:
        return {**_MADE, "user_agent": _UNPLUSSED}
    # Quotes of a template stay where tabs part the row.
    quoted = {"user_agent": "trim({user_agent}, '\"')"}
    return {**_MADE, **quoted} if header.get("delimiter") == "\t" else _MADE


def _of_one_length(places: Mapping[str, int]) -> str:
    """ProxySG may write agents that its #Fields does not name, before the verdict: such a row is
    told by the verdict, one place behind where it should be."""
    verdict = places.get("filter_result")
    if verdict is None or "user_agent" in places:
        return "SELECT *, false AS is_longer, NULL::VARCHAR AS unnamed_agent FROM split"
    return f"""
        SELECT line_number, is_longer, CASE WHEN is_longer THEN dash_null(part[{verdict}]) END
            AS unnamed_agent,
            CASE WHEN is_longer THEN part[:{verdict - 1}] || part[{verdict + 1}:] ELSE part END
            AS part
        FROM (SELECT *, coalesce(part[{verdict + 1}] IN ({_VERDICTS}), false)
                        AND part[{verdict}] NOT IN ({_VERDICTS}) AS is_longer FROM split)"""


_UNBRACKETED = """coalesce(CAST(timezone('UTC', try_strptime(
    replace({0}, ' GMT]', ' +0000]'), ['[%d/%b/%Y:%H:%M:%S %z]', '[%d/%m/%Y:%H:%M:%S %z]']))
        AS VARCHAR),
    regexp_replace({0}, ' GMT$', ''))"""
# A time's zone stands behind a blank.
_QUOTED_TIMES = r"""(SELECT * REPLACE (regexp_replace(line,
    '(^| )(\[\d\d/\w{2,3}/\d{4}:[\d:]{8} [^ \]]+\])', '\1"\2"') AS line) FROM lines)"""
_SPLIT_TAB = "string_split(line, chr(9))"
# Quoted values hold blanks; only lines whose quotes are odd pay for the pattern.
# CloudFront names its columns with blanks between them, and parts its rows by tabs.
_SPLIT_BLANK = """CASE WHEN contains(line, chr(9)) AND (NOT contains(line, ' ')
        OR len(string_split(line, chr(9))) = {count}) THEN string_split(line, chr(9))
    WHEN contains(line, '"')
    THEN coalesce(quoted_words(line), list_transform(
        regexp_extract_all(line, '"(?:[^"]|"")*"|[^ ]+'), lambda v: trim(v, '"')))
    WHEN contains(line, '  ') THEN string_split(trim(one_blanked(line), ' '), ' ')
    WHEN ends_with(line, ' ') THEN string_split(rtrim(line, ' '), ' ')
    ELSE string_split(line, ' ') END"""

_SHARED = {
    "moment": """coalesce(try_cast({date} || ' ' || {time} AS TIMESTAMP),
        try_cast({timestamp} AS TIMESTAMP), epoch_seconds({timestamp}),
        from_local(try_cast({local_date} || ' ' || {local_time} AS TIMESTAMP)))""",
    "verb": "upper({method})",
    "tunnel": """(lower({scheme}) IN ('ssl', 'tcp', 'ssl-tunnel')
        OR upper({method}) = 'CONNECT')""",
    "code": """try_cast(CASE WHEN contains({status}, '/') THEN right({status}, 3) ELSE {status} END
        AS INTEGER)""",
}
_NUMBERS = {"duration_ms", "bytes_up", "bytes_down"}
_UNPLUSSED = """CASE WHEN contains({user_agent}, ' ') THEN {user_agent}
    ELSE replace({user_agent}, '+', ' ') END"""
_MADE = {
    "event_time": "{moment}",
    "duration_ms": """CASE WHEN contains({duration_ms}, '.')
        THEN CAST(round(try_cast({duration_ms} AS DOUBLE) * 1000) AS BIGINT)
        ELSE try_cast({duration_ms} AS BIGINT) END""",
    "source_ip": "first_forwarded({forwarded}, {source_ip})",
    "user_name": "{user_name}",
    "device_name": "{device_name}",
    "department": "{department}",
    "authority": "coalesce(with_port({host}, {port}), url_authority({url}))",
    "path": """CASE WHEN NOT coalesce({tunnel}, false)
        THEN coalesce({path}, url_path({url})) END""",
    "destination_ip": "{destination_ip}",
    "method": "CASE WHEN {verb} <> 'UNKNOWN' THEN {verb} END",
    "status": "nullif({code}, 0)",
    "bytes_up": "try_cast({bytes_up} AS BIGINT)",
    "bytes_down": "try_cast({bytes_down} AS BIGINT)",
    "user_agent": "{user_agent}",
    "referrer": "{referrer}",
    "action": """CASE WHEN {code} = 407 THEN NULL
        WHEN upper({filter_result}) = 'DENIED' OR contains(upper({result}), 'DENIED')
        THEN 'blocked'
        WHEN {filter_result} IS NOT NULL OR {result} IS NOT NULL THEN 'allowed' END""",
    "evidence": "CASE WHEN coalesce({tunnel}, false) THEN 'connected' ELSE 'transacted' END",
}

_ROW_SQL = """
WITH split AS (SELECT line_number, {split} AS part FROM {lines}),
field AS (SELECT *, {shared} FROM ({rows}))
SELECT line_number,
    CASE WHEN len(part) {differs} {count} AND NOT (is_longer AND len(part) > {count})
         THEN 'the row has ' || len(part) || ' fields, #Fields names {count}'
         WHEN moment IS NULL THEN 'date and time cannot be read' END AS rejected,
    {made}
FROM field
"""

W3C = Format(
    name="w3c",
    title="W3C extended log (ProxySG and others), by its #Fields",
    kind="proxy",
    carries=(
        *("event_time", "duration_ms", "source_ip", "user_name", "device_name", "department"),
        *("host", "port", "path", "destination_ip", "method", "status", "bytes_up", "bytes_down"),
        *("user_agent", "referrer_host", "action", "evidence"),
    ),
    recognise=re.compile(
        r"#Fields:(?!.*\bx-cs-(?:session-id|app|access-method|site|userip)\b)"
        r"(?!.*\b(?:sc-win32-status|sc-substatus|s-operation|sc-authenticated|cs-referred)\b)"
        r".*\b(?:c-ip|cs-host|cs-uri|cs-method|r-host|cs-username)"
        rf"|{_ROWS}|{proxysg.RECOGNISED}|{proxysg.OWN_ROW}",
        re.I,
    ),
    reference="https://www.w3.org/TR/WD-logfile.html",
    sql=statement,
    ordinary=ordinary,
    # The draft: date and time "at which transaction completed".
    clock="end",
    header=read_header,
    notes="carries what its #Fields line names; of ProxySG's rows in an order of one's own that "
    "nothing announces, no users, and sizes where they stand as the vendor has them",
)
