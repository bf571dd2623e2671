"""PAN-OS' rows of CSV by their places, whole and as relays leave them."""

from __future__ import annotations

from shadow_scan.collectors import fields

_CELLS: dict[str, int | tuple[int, ...]] = {
    "serial": 3,
    "type": 4,
    "subtype": 5,
    "generated": 7,
    "source": 8,
    "destination": 9,
    "user": 13,
    "session": 23,
    "source_port": 25,
    "port": 26,
    "did": 31,
    "place32": 32,
    "place33": 33,
    "place34": 34,
    "started": 36,
    "place37": 37,
    "agent": 47,
    "referrer": 50,
    "place64": 64,
    "precise73": 73,
    "forwarded": 80,
    "precise103": 103,
    "precise108": 108,
}

ABSENT = ("", "any", "unknown", "0.0.0.0")  # noqa: S104 - PAN-OS' word for no address
# A relay that took the row's first date for a program's name put its own signs behind it, or took
# it away with the header.
IS_CUT = f"line LIKE '__:__:__,%' OR {fields.stands_within(200, ' - - - ')}"
_MENDED = """CASE WHEN line LIKE '__:__:__,%' THEN '1,' || line
    ELSE replace(line, ' - - - ', ' ') END"""
_NAMED = """
    SELECT line_number, line, serial, type, subtype, source, destination, session, source_port,
        port,
        did, CASE WHEN NOT starts_with(user, 'x-fwd-for') THEN user END AS user,
        type = 'TRAFFIC' AS is_traffic, generated AS logged,
        CASE WHEN type = 'TRAFFIC' THEN started END AS started,
        CASE WHEN precise103 LIKE '____-__-__T%' THEN precise103
             WHEN precise108 LIKE '____-__-__T%' THEN precise108
             WHEN type = 'DECRYPTION' AND precise73 LIKE '____-__-__T%' THEN precise73 END
            AS precise,
        CASE WHEN type = 'TRAFFIC' THEN place33 END AS sent,
        CASE WHEN type = 'TRAFFIC' THEN place34 END AS received,
        CASE WHEN type = 'TRAFFIC' THEN place37 END AS seconds,
        CASE WHEN subtype = 'url' THEN place32 END AS url,
        CASE WHEN type = 'DECRYPTION' THEN place64 END AS server_name,
        CASE WHEN subtype = 'url' THEN place64 END AS verb,
        CASE WHEN subtype = 'url' THEN agent END AS agent,
        CASE WHEN subtype = 'url' THEN referrer END AS referrer,
        CASE WHEN starts_with(user, 'x-fwd-for: ') THEN substr(user, 12)
            WHEN subtype = 'url' AND regexp_full_match(forwarded, '[0-9a-fA-F.:]+')
            THEN forwarded END
            AS forwarded
    FROM ({cells})"""

ROW = _NAMED.format(cells=fields.cells(_CELLS, absent=ABSENT))
# The logging service leaves out the first column, the unused ones and the flags, and writes times
# of UTC; the last of them is the event's own, where it is no earlier than what was logged.
IS_SHORT = "line LIKE '____-__-__T__:__:__%Z,%'"
_SHORT_CELLS: dict[str, int | tuple[int, ...]] = {
    "serial": 2,
    "type": 3,
    "subtype": 4,
    "generated": 6,
    "source": 7,
    "destination": 8,
    "user": 12,
    "session": 21,
    "source_port": 23,
    "port": 24,
    "did": 28,
    "place32": 29,
    "place33": 30,
    "place34": 31,
    "started": 33,
    "place37": 34,
    "agent": 39,
    "forwarded": 40,
    "referrer": 41,
    "place64": 50,
    "precise73": 0,
}
_LATEST = r"""regexp_extract_all(line, ',(\d{4}-\d\d-\d\dT[0-9:.]{8,15}Z)', 1)[-1]"""
_SHORT = fields.cells(_SHORT_CELLS, absent=ABSENT)
SHORT_ROW = _NAMED.format(
    cells=f"""
    SELECT * REPLACE (CASE WHEN type = 'THREAT' THEN place64 END AS place64),
        CASE WHEN type <> 'TRAFFIC' AND latest >= generated THEN latest END AS precise103,
        NULL AS precise108
    FROM (SELECT *, {_LATEST} AS latest FROM ({_SHORT}))"""
)
CUT_ROW = _NAMED.format(cells=fields.cells(_CELLS, text=_MENDED, absent=ABSENT))
