"""Azure's gateways of web applications: Application Gateway, Front Door, CDN and App Service, as an
event hub or a storage account has them (JSON), or a table of Log Analytics (JSON, CSV).

Diagnostic tables put a type behind a name (`clientIP_s`). Application Gateway writes what a request
took in milliseconds in its first version, in seconds in its second; App Service in milliseconds.
"""

from __future__ import annotations

import re

from shadow_scan.collectors import fields
from shadow_scan.collectors.format import Format, Header
from shadow_scan.collectors.variants import Variants

_NAMES = {
    "moment": "time|timeStamp|timestamp|TimeGenerated",
    "kind": "category|Category|Type",
    "client": "clientIP|clientIp|ClientIp|CIp",
    "verb": "httpMethod|HttpMethod|CsMethod",
    "uri": "requestUri|RequestUri|CsUriStem|originalRequestUriWithArgs",
    "site": "originalHost|OriginalHost|host|hostName|HostName|CsHost|endpoint",
    "code": "httpStatus|httpStatusCode|HttpStatus|HttpStatusCode|ScStatus",
    "sent": "receivedBytes|ReceivedBytes|requestBytes|RequestBytes|CsBytes",
    "received": "sentBytes|SentBytes|responseBytes|ResponseBytes|ScBytes",
    "took": "timeTaken|TimeTaken",
    "transaction": "transactionId|TransactionId",
    "account": "CsUsername",
    "agent": "userAgent|UserAgent",
    "referrer": "referer|Referer",
}
_ABSENT = ("", "-", "--", "N/A", "n/a")
_KINDS = (
    "ApplicationGatewayAccessLog|AGWAccessLogs|FrontDoorAccessLog|FrontdoorAccessLog"
    "|AzureCdnAccessLog|AppServiceHTTPLogs"
)


def _spelled(names: str, *places: str) -> str:
    return "|".join(place.format(name) for name in names.split("|") for place in places)


_MEMBERS = {
    field: _spelled(names, "properties.{0}", "{0}", "{0}_s", "{0}_d")
    for field, names in _NAMES.items()
}
_COLUMNS = {field: _spelled(names, "{0}", "{0}_s", "{0}_d") for field, names in _NAMES.items()}


def _statement(header: Header) -> Variants:
    told = {"starts_with(ltrim(line), '{')": fields.members(_MEMBERS, absent=_ABSENT)}
    if named := fields.named_columns(header):
        told["true"] = fields.cells(fields.places(named, _COLUMNS), absent=_ABSENT)
    return _read(Variants(told))


def _read(rows: Variants) -> Variants:
    return fields.record(
        rows,
        let={
            "instant": "portal_time(moment)",
            "in_seconds": """contains(took, '.') AND kind IS DISTINCT FROM 'AppServiceHTTPLogs'
                OR kind ILIKE 'frontdoor%' OR kind = 'AzureCdnAccessLog'
                OR kind IN ('ApplicationGatewayAccessLog', 'AGWAccessLogs')
                    AND transaction IS NOT NULL""",
            "absolute": "contains(split_part(uri, '?', 1), '://')",
        },
        skipped={
            "no request (another kind of record)": f"""instant IS NOT NULL
                AND NOT regexp_full_match(coalesce(kind, ''), '{_KINDS}')""",
            "no request (nothing was asked for)": "instant IS NOT NULL AND verb IS NULL "
            "AND uri IS NULL",
        },
        rejected={
            "no record of a gateway": "variant = 0",
            "the time cannot be read": "instant IS NULL",
        },
        event_time="instant",
        duration_ms="""CAST(round(try_cast(took AS DOUBLE)
            * CASE WHEN in_seconds THEN 1000 ELSE 1 END) AS BIGINT)""",
        source_ip="host_of(client)",
        user_name="account",
        authority="CASE WHEN absolute THEN url_authority(uri) ELSE site END",
        path="CASE WHEN absolute THEN url_path(uri) ELSE uri END",
        method="upper(verb)",
        status="try_cast(try_cast(code AS DOUBLE) AS INTEGER)",
        bytes_up="CAST(try_cast(sent AS DOUBLE) AS BIGINT)",
        bytes_down="CAST(try_cast(received AS DOUBLE) AS BIGINT)",
        user_agent="agent",
        referrer="CASE WHEN contains(referrer, '://') THEN referrer END",
        action="CASE WHEN code IN ('403', '403.0') THEN 'blocked' WHEN code IS NOT NULL "
        "THEN 'allowed' END",
        evidence="'transacted'",
    )


AZURE_GATEWAY = Format(
    name="azure-gateway",
    title="Azure Application Gateway, Front Door, CDN and App Service (JSON, CSV)",
    kind="web server",
    carries=(
        *("event_time", "duration_ms", "source_ip", "user_name", "host", "port", "path", "method"),
        *("status", "bytes_up", "bytes_down", "user_agent", "referrer_host", "action", "evidence"),
    ),
    recognise=re.compile(
        rf'\{{(?=.*"(?i:category|Type)" ?: ?"(?:{_KINDS})")'
        r'|"?(?:TimeGenerated|TenantId)\b(?=.*\b(?:clientIP_s|clientIp_s|ClientIp|CIp)\b)'
        r"(?=.*\b(?:requestUri_s|RequestUri|CsUriStem)\b)"
    ),
    reference="https://learn.microsoft.com/en-us/azure/application-gateway/application-gateway-diagnostics",
    sql=_statement,
    clock="end",
    header=fields.column_names,
    header_starts=("Time", '"Tim', "Tena", '"Ten'),
    notes="what it stands before are services of one's own; users of App Service alone",
    aliases=("app-gateway", "front-door"),
)
