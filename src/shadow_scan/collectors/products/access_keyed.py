"""Access logs as `key=value`: HAProxy, Envoy, Squid and NGINX in layouts of one's own."""

from __future__ import annotations

from shadow_scan.collectors import fields
from shadow_scan.collectors.products.access_json import ALL, NAMES, read
from shadow_scan.collectors.syslog import RECEIVED
from shadow_scan.collectors.variants import Variants

_NAMES = {
    **NAMES,
    "client": NAMES["client"]
    + "|src|cip|ci|downstream_remote_address|downstream|haproxy_client_ip",
    "code": NAMES["code"] + "|http_code|httpstatus|sc-status|st",
    "verb": NAMES["verb"] + "|cs-method|http_verb",
    "asked": NAMES["asked"] + "|req",
    "server": "dest|dest_ip|dst|dst_ip|server_ip|hier|hierarchy",
    "upstream": NAMES["upstream"] + "|upstream_host|upstream",
    "sent": NAMES["sent"] + "|bytes_uploaded|req_len",
    "received": NAMES["received"] + "|bytes_read",
    "result": "squid_action|squid_code|sq_result|" + NAMES["result"],
    "captured": "captured_request_headers|headers",
}
_SQUID = {
    "millis": "duration|response_time|elapsed|time_taken|" + NAMES["millis"],
    "seconds": "none",
}
_ENVOY = {"millis": "duration|" + NAMES["millis"], "seconds": "none"}
_HAPROXY = {"millis": "time_active|time_total|total_time|Ta|Tt|Tq", "seconds": "none"}
_ASKED = r"(?:http_?|request_?|req_?|cs-|http_request_)?(?:method|verb|request|req)="
# A sign stands before all that other access lines have.
_IS_KEYED = f"""strpos(line, '=') BETWEEN 1 AND 40
    AND regexp_matches(line, '(?:^|[ ,\t"]){_ASKED}')"""
_SIGNS = {
    "squid": "(?:TCP|UDP|NONE|TAG)_[A-Z]|NONE/",
    "envoy": "response_flags=|upstream_cluster=|downstream_",
    "haproxy": "(?i)haproxy|frontend|backend|termination",
}


def _chosen(pattern: str) -> str:
    return f"{_IS_KEYED} AND regexp_matches(line, '{pattern}')"


def _spelled(own: dict[str, str], *, starts: bool = False) -> str:
    names = {**_NAMES, **own}
    # Squid's own time may stand before the first key, and that of syslog in the header.
    moment = (
        "coalesce(CASE WHEN starts_with(line, '1') "
        "THEN nullif(regexp_extract(line, '^1[0-9]{9}\\.[0-9]{3}'), '') END, found[1], "
        f"CAST({RECEIVED} AS VARCHAR) || 'Z')"
    )
    wanted = {"stamp": names.pop("moment"), **names}
    missing = {alias: "NULL::VARCHAR" for alias in ALL if alias not in (*wanted, "moment")}
    told = {"is_object": "true", "starts": str(starts).lower(), "moment": moment}
    return fields.keyed(wanted, extra={**missing, **told})


KEYED = read(
    Variants(
        {
            _chosen(_SIGNS["squid"]): _spelled(_SQUID),
            _chosen(_SIGNS["envoy"]): _spelled(_ENVOY, starts=True),
            _chosen(_SIGNS["haproxy"]): _spelled(_HAPROXY, starts=True),
            _IS_KEYED: _spelled({}),
        }
    )
)
KEYED_LINE = (
    rf"(?=(?:.*[ ,\t])?\"?{_ASKED})"
    r"(?=(?:.*[ ,\t])?(?:http_?|response_|resp_|sc-|squid_)?(?:status|code|status_?code|st)=)"
    r"(?=(?:.*[ ,\t])?(?:client_?(?:ip|addr(?:ess)?)?|src(?:_?ip)?|source_?ip"
    r"|remote_?(?:addr|ip|host)"
    r"|c-ip|cip|ci|ip|downstream\w*|x_?forwarded_?for)=)"
)
SIGNED_LINE = (
    r"(?=[^=]{1,40}=)(?=.*(?:"
    + "|".join(sign.replace("(?i)", "") for sign in _SIGNS.values())
    + "))"
    + KEYED_LINE
)
"""Of a product that says its name by its words."""
