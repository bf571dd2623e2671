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
             WHEN precise108 LIKE '____-__-__T%' THEN precise108 END AS precise,
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
CUT_ROW = _NAMED.format(cells=fields.cells(_CELLS, text=_MENDED, absent=ABSENT))
