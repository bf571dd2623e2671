"""What columns of W3C logs are called, by what they mean to us: the first name present wins."""

from __future__ import annotations

from collections.abc import Mapping

SYNONYMS: Mapping[str, tuple[str, ...]] = {
    "date": ("date",),
    "time": ("time",),
    "timestamp": (
        *("timestamp", "x-timestamp", "gmttime", "x-timestamp-unix-utc", "x-timestamp-unix"),
        *("localtime", "datetime"),
    ),
    "local_date": ("date-local",),
    "local_time": ("time-local",),
    "duration_ms": ("time-taken", "x-elapsed-time", "timetakenms"),
    "source_ip": ("c-ip", "x-client-ip", "x-client-address"),
    "forwarded": ("cs(x-forwarded-for)", "x-forwarded-for", "cs-x-forwarded-for"),
    "user_name": ("cs-username", "cs-user", "cs-userdn", "c-username"),
    "device_name": ("x-client-device-name", "c-dns"),
    "department": ("cs-auth-group", "cs-auth-groups"),
    "host": (
        *("x-host-header", "cs-host", "cs(host)", "r-host", "r-dns", "cs-uri-host"),
        *("cs-uri-hostname", "x-cs-sni"),
    ),
    "port": ("cs-uri-port", "r-port"),
    "url": ("cs-uri", "cs-url", "c-uri"),
    "path": ("cs-uri-path", "cs-uri-stem", "cs-uri-pathquery"),
    "scheme": ("cs-uri-scheme", "cs-protocol"),
    "method": ("cs-method", "s-operation", "x-method"),
    "status": ("sc-status", "sc-http-status", "x-resultcode-httpstatus", "c-status"),
    "bytes_up": ("cs-bytes",),
    "bytes_down": ("sc-bytes", "sc-body-size"),
    "destination_ip": ("r-ip", "s-supplier-ip", "r-supplier-ip"),
    "user_agent": ("cs(user-agent)", "c-agent", "cs-user-agent", "x-user-agent"),
    "referrer": ("cs(referer)", "cs(referrer)", "cs-referred"),
    "result": (
        *("s-action", "action", "s-object-source", "sc-result-code", "x-resultcode-httpstatus"),
    ),
    "filter_result": ("sc-filter-result",),
}

FIRST_LINES = {"x-req-first-line", "cs-request-line"}
"""Method and URL in one."""
