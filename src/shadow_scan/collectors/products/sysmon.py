"""Sysmon's DNS queries (event 22) and connections (event 3), as collectors export them, and the
lookups that Windows' own DNS client completed (event 3008).

XML (pretty-printed and wrapped too), the JSON of Winlogbeat, NXLog, evtx dumps and EvtxECmd, and
what people see: the event's message.
Every record names the program.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from shadow_scan.collectors import fields
from shadow_scan.collectors.format import Format, Header
from shadow_scan.collectors.syslog import RECEIVED

_MESSAGE = r"(?:Dns query|Network connection detected): *(?:RuleName|UtcTime): "
_ANOTHER = r"[a-z]: +RuleName: (?:.* )?UtcTime: \d{4}-"
"""Messages of the other events begin with the same names."""
_NUMBERED = r"(?:\bEventCode=|\bEvent ID: |\bId: )(\d+)\b"
_MACHINE = r"\b(?:Computer(?:Name)?(?:=|: )|MachineName: )([\w.-]+)"
_DATA = ("UtcTime", "QueryName", "Image", "User", "Initiated", "SourceIp", "DestinationIp",
         "DestinationHostname", "DestinationPort")  # fmt: skip
_DATA_STRUCTURE = ", ".join(f'"{name}": "VARCHAR"' for name in _DATA)

_WAZUH = {name: name[0].lower() + name[1:] for name in _DATA}
_WAZUH_STRUCTURE = f"""
    "system": {{"eventID": "VARCHAR", "computer": "VARCHAR", "systemTime": "VARCHAR"}},
    "eventdata": {{{", ".join(f'"{name}": "VARCHAR"' for name in _WAZUH.values())}}}"""

_STRUCTURE = f"""{{
    {_DATA_STRUCTURE}, "EventID": "VARCHAR", "Hostname": "VARCHAR", "Computer": "VARCHAR",
    "EventTime": "VARCHAR", "AccountName": "VARCHAR",
    "winlog": {{"event_id": "VARCHAR", "computer_name": "VARCHAR",
               "event_data": {{{_DATA_STRUCTURE}}}}},
    "Event": {{"System": {{"EventID": "VARCHAR", "Computer": "VARCHAR",
                          "TimeCreated": {{"#attributes": {{"SystemTime": "VARCHAR"}}}}}},
              "EventData": {{{_DATA_STRUCTURE}}}}},
    "dns": {{"question": {{"name": "VARCHAR"}}}}, "process": {{"executable": "VARCHAR"}},
    "data": {{"win": {{{_WAZUH_STRUCTURE}}}}}, "win": {{{_WAZUH_STRUCTURE}}},
    "@timestamp": "VARCHAR", "Payload": "VARCHAR", "TimeCreated": "VARCHAR"
}}"""

# EvtxECmd keeps the data as a text of JSON in its `Payload`, in the order of the event.
_JSON_DATA = ", ".join(
    f"""coalesce(r.winlog.event_data.{name}, r.Event.EventData.{name}, r.{name},
        replace(w.eventdata.{_WAZUH[name]}, '\\\\', '\\'),
        CASE WHEN r.Payload IS NOT NULL THEN replace(nullif(regexp_extract(r.Payload,
            '"@Name":"{name}","#text":"([^"]*)"', 1), ''), '\\\\', '\\') END) AS {name}"""
    for name in _DATA
)
_XML_DATA = ", ".join(
    rf"""nullif(regexp_extract(line, 'Name=["'']{name}["'']>([^<]*)<', 1), '') AS {name}"""
    for name in _DATA
)

# Names and values of the event's message, as the event log shows it, behind what it says before.
_MESSAGE_DATA = "substr(line, strpos(line, ' UtcTime: '))"
_TEXT_DATA = ", ".join(
    rf"""nullif(regexp_extract({_MESSAGE_DATA}, ' {name}: ([^\t]*?)(?: [A-Z]\w+: |\t|\s*$)', 1), '')
        AS {name}"""
    for name in _DATA
)

# A table of events has the data as XML in a text: what stands around it becomes its frame.
_TABLE_XML = """'<Event><EventID>' || coalesce(line ->> '$.EventID', '') || '</EventID><Computer>'
    || coalesce(line ->> '$.Computer', '') || '</Computer>' || (line ->> '$.EventData')
    || '</Event>'"""

# Other collectors have the data beside the names of the event, in lists of names and values as XML
# became JSON, or in names that tell the whole path: each is looked for by its own name, wherever it
# stands. Sysmon's tasks have the numbers of its events.
_NAME = r'"(?:\w+[._])*{}" ?: ?(?:\{{ ?"[^"]*" ?: ?)*'
_LISTED = r'"[@$-]?Name" ?: ?"{}" ?\}}? ?, ?"[^"]*" ?: ?'
_TOLD = r"""(?:"''?([^"\\'']*(?:\\.[^"\\'']*)*)|([\w.+-]+))"""


def _anywhere(*patterns: str) -> str:
    """The first value behind one of these, a text or a word."""
    found = [
        f"nullif(regexp_extract(line, '{pattern}{_TOLD}', {group}), '')"
        for pattern in patterns
        for group in (1, 2)
    ]
    return rf"replace(coalesce({', '.join(found)}), '\\', '\')"


_SOUGHT = {
    "EventID": _anywhere(
        _NAME.format("[Ee]vent_?[Ii][Dd]"), _NAME.format("Id"), _NAME.format("Task")
    ),
    "Computer": _anywhere(
        *map(_NAME.format, ("(?:Computer|MachineName|computer_name|Hostname|sourceMachineID)",))
    ),
    "@timestamp": _anywhere(*map(_NAME.format, ("SystemTime", "@timestamp", "TimeCreated"))),
    **{name: _anywhere(_NAME.format(name), _LISTED.format(name)) for name in _DATA},
}
# Of some agents, the data's names stand in the event's message alone, with its line ends as JSON
# writes them: what the event log would show.
_SHOWN = (
    r'"(?:Message|Description|RenderedDescription|message)" ?: ?'
    r'"((?:Dns query|Network connection detected):(?:\\[rn])+(?:[^"\\]|\\.)*)"'
)
_IN_ITS_MESSAGE = rf"""replace(regexp_replace(regexp_extract(line, '{_SHOWN}', 1),
    '(?:\\[rnt])+', ' ', 'g'), '\\', '\')
    || chr(9) || 'Computer=' || coalesce({_SOUGHT["Computer"]}, '-')"""
_BROUGHT = f"""(SELECT * REPLACE (CASE
        WHEN contains(line, 'UtcTime: ') AND NOT contains(line, 'UtcTime"')
            AND regexp_matches(line, '{_SHOWN}') THEN {_IN_ITS_MESSAGE}
        WHEN regexp_matches(line, '"EventData": ?"<') THEN {_TABLE_XML}
        WHEN starts_with(line, '{{') THEN CAST(json_object({
    ", ".join(f"'{name}', {value}" for name, value in _SOUGHT.items())
}) AS VARCHAR) ELSE line END AS line)
    FROM (SELECT * REPLACE (CASE WHEN contains(line, '{{\\"') THEN replace(line, '\\"', '"')
              ELSE line END AS line) FROM lines))"""
_BESIDE = r'"(?:EventData|event_data|ExtraEventData)": ?"?\{'
_ELSEWHERE_FOR_SURE = (
    r'"EventData": ?"<|(?<!\\)"Data": ?\[ ?\{|"__winEvent"|"Event\.(?:System|EventData)\.'
    r'|(?:Dns query|Network connection detected):(?:\\[rn])+(?!.*UtcTime")'
    r'|"(?:\w+_)?winlog[._]event_data[._]\w+":|"Name": ?"\'Microsoft-Windows-Sysmon'
)
_OTHERS = re.compile(
    rf'[^{{]*\{{(?:.*(?:{_ELSEWHERE_FOR_SURE})|(?!.*"(?:winlog|Event)" ?:).*{_BESIDE})'
)


def _learned(lines: Sequence[str], before: Header) -> Header:
    """Whether the data stand elsewhere than most collectors put them."""
    return {**before, _ELSEWHERE: True} if any(map(_OTHERS.match, lines)) else before


_ELSEWHERE = "elsewhere"
_EVENTS = rf"""
WITH read AS (
    SELECT line_number, line, header, contains(line, '<Event') AS xml,
        NOT xml AND regexp_matches(line, '{_MESSAGE}') AS told,
        from_json(CASE WHEN starts_with(line, '{{') AND json_valid(line) THEN line END,
                  '{_STRUCTURE}') AS r
    FROM {{lines}}
), cut AS (
    SELECT *, coalesce(r.win, r.data.win) AS w,
        -- What it says of itself, as it begins.
        coalesce(r IS NULL AND contains(header, ' sysmon['), false) AS is_message,
        -- What it is in a text for people, which has the number beside it, or not.
        CASE WHEN r IS NULL THEN nullif(regexp_extract(line, '{_NUMBERED}', 1), '') END AS shown,
        coalesce(r IS NULL AND regexp_matches(line, '{_ANOTHER}'), false) AS another FROM read
), data AS (
    SELECT line_number, r IS NOT NULL OR is_message OR shown IS NOT NULL OR another AS known,
        coalesce(r.winlog.event_id, w.system.eventID,
                 regexp_extract(r.Event.System.EventID, '\d+'), r.EventID,
                 CASE WHEN r.Payload IS NOT NULL THEN line ->> '$.EventId'
                      WHEN is_message OR another THEN 'message' END, shown) AS id,
        coalesce(r.winlog.computer_name, r.Event.System.Computer, r.Hostname, r.Computer,
                 w.system.computer)
            AS device,
        coalesce(r."@timestamp", r.TimeCreated, w.system.systemTime, r.EventTime,
                 r.Event.System.TimeCreated."#attributes".SystemTime) AS stamp,
        NULL::TIMESTAMP AS received,
        r.dns.question.name AS question,
        r.process.executable AS program, CASE WHEN r IS NOT NULL
            THEN coalesce(json_extract_string(line, '$.user.name'), r.AccountName) END AS account,
        {_JSON_DATA}
    FROM cut WHERE NOT xml AND NOT told
    UNION ALL
    SELECT line_number, true, CASE WHEN contains(line, 'Dns query:') THEN '22' ELSE '3' END,
        coalesce(
            nullif(regexp_extract(line, '{_MACHINE}', 1), ''),
            nullif(regexp_extract(coalesce(header || line, line),
                '([\w.-]+) Microsoft-Windows-Sysmon', 1), ''),
            nullif(regexp_extract(line, '[ \t]([\w.-]+)(?:: |\t)(?:Dns query|Network connection)',
                                  1), '')),
        NULL, NULL, NULL, NULL, NULL, {_TEXT_DATA}
    FROM cut WHERE told
    UNION ALL
    SELECT line_number, true, regexp_extract(line, '<EventID[^>]*>(\d+)</EventID>', 1),
        nullif(regexp_extract(line, '<Computer>([^<]*)</Computer>', 1), ''),
        nullif(regexp_extract(line, 'SystemTime=["'']([^"'']+)', 1), ''),
        CASE WHEN NOT contains(line, '"UtcTime"') THEN {RECEIVED} END, NULL, NULL, NULL,
        {_XML_DATA}
    FROM cut WHERE xml
"""

_TAIL = r"""), field AS (
    SELECT *, coalesce(try_cast(UtcTime AS TIMESTAMP), iso_time(stamp), received) AS event_time,
        CASE WHEN id IN ('22', '3008') THEN coalesce(QueryName, question)
                WHEN id = '3' THEN coalesce(nullif(DestinationHostname, '-'), '')
                              || coalesce(':' || DestinationPort, '') END AS authority
    FROM data
)
SELECT line_number,
    CASE WHEN known AND id NOT IN ('3', '22', '3008')
         THEN 'no request (event ' || left(id, 8) || ')'
         WHEN id = '3' AND lower(Initiated) = 'false' THEN 'a connection from outside' END
        AS skipped,
    CASE WHEN NOT known OR id IS NULL OR id = '' THEN 'no event with an id'
         WHEN event_time IS NULL THEN 'the time cannot be read'
         WHEN id <> '3' AND authority IS NULL THEN 'a query without a name' END AS rejected,
    event_time,
    CASE WHEN id = '3' THEN SourceIp END AS source_ip,
    coalesce(User, account) AS user_name, device AS device_name, authority,
    CASE WHEN id = '3' THEN DestinationIp END AS destination_ip,
    regexp_extract(coalesce(Image, program), '[^\\/]*$') AS user_agent,
    CASE WHEN id = '3' THEN 'connected' ELSE 'resolved' END AS evidence
FROM field ORDER BY line_number
"""

_NAMED = {
    **{name: name for name in _DATA},
    "event_id": "EventID|Id|EventCode|Event_ID|event_id",
    "device": "Computer|ComputerName|MachineName|Hostname|host",
}


def statement(header: Header) -> str:
    """Events, or the rows of a table whose columns are the names of an event's data."""
    named = fields.named_columns(header)
    if not named:
        lines = _BROUGHT if header.get(_ELSEWHERE) else "lines"
        return _EVENTS.replace("{lines}", lines) + _TAIL
    return f"""WITH data AS (
        SELECT *, cells = {len(named)} AS known, NULL AS stamp, NULL AS received,
            NULL AS question, NULL AS program, NULL AS account,
            coalesce(event_id, CASE WHEN QueryName IS NOT NULL THEN '22'
                WHEN DestinationIp IS NOT NULL THEN '3' END) AS id
        FROM ({fields.cells(fields.places(named, _NAMED))}){_TAIL}"""


_COLUMNS = re.compile(r"(?=.*\bUtcTime\b)(?=.*\b(?:QueryName|DestinationIp)\b)[\w\", ;]+$")

SYSMON = Format(
    name="sysmon",
    title="Sysmon events 22 (DNS query) and 3 (connection), DNS client event 3008",
    kind="endpoint",
    carries=(
        *("event_time", "source_ip", "user_name", "device_name", "host", "port", "destination_ip"),
        *("user_agent", "evidence"),
    ),
    recognise=re.compile(
        r"<Event[ >](?=.*(?:Microsoft-Windows|Linux)-Sysmon|.*Microsoft-Windows-DNS-Client)"
        r".*<EventID[^>]*>\d+</EventID>"
        r"|\{(?=.*Microsoft-Windows-(?:Sysmon|DNS-Client))"
        r'(?=.*"(?:\w+[._])*(?:UtcTime|event_id|[Ee]ventI[Dd])"\s*:|.*"(?:winlog|dns|destination)"\s*:).*'
        r"|[^{]*(?:[a-z]: +RuleName: |Dns query: |Network connection detected: )"
        r"(?=.*\bUtcTime: )"
        r"|[^{]*\b(?:LogName=|Log Name: |ProviderName: )Microsoft-Windows-Sysmon"
        rf"|{_COLUMNS.pattern}"
    ),
    reference="https://learn.microsoft.com/sysinternals/downloads/sysmon",
    sql=statement,
    learns=_learned,
    header=fields.column_names,
    header_starts=(
        *("UtcT", '"Utc', "Even", '"Eve', "Rule", '"Rul', "Time", '"Tim', "Comp", '"Com', "Mach"),
        *('"Mac', "Proc", '"Pro', "User", '"Use', "Imag", '"Ima', "Id,", '"Id"', "Quer", '"Que'),
    ),
    is_header=lambda line: _COLUMNS.match(line) is not None,
    notes="user_agent is the program's file name; sizes and paths are not logged",
)
