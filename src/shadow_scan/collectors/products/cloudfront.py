"""Layouts of CloudFront's rows, whose `#Fields` line collectors leave out or a stream has not."""

from __future__ import annotations

from shadow_scan.collectors.products.proxysg_columns import Layout

_EDGE = ("x-edge-location", "sc-bytes", "c-ip", "cs-method", "cs(host)", "cs-uri-stem", "sc-status")
LAYOUTS = (
    # Its files, of which collectors leave the header.
    Layout(
        r"\d{4}-\d\d-\d\d\t\d\d:\d\d:\d\d\t[A-Z]{3}\d+(?:-\w+)?\t\d+\t",
        (
            *("date", "time", *_EDGE, "cs(referer)", "cs(user-agent)", "cs-uri-query"),
            *("cs(cookie)", "x-edge-result-type", "x-edge-request-id", "x-host-header"),
            *("cs-protocol", "cs-bytes", "time-taken"),
        ),
        more=True,
    ),
    # Its stream, with all its fields.
    Layout(
        r"\d{10}\.\d{3}\t[0-9a-fA-F.:]+\t[\d.]+\t\d{3}\t\d+\t[A-Z]+\thttps?\t",
        (
            *("x-timestamp-unix", "c-ip", "time-to-first-byte", "sc-status", "sc-bytes"),
            *("cs-method", "cs-protocol", "cs-host", "cs-uri-stem", "cs-bytes"),
            *("x-edge-location", "x-edge-request-id", "x-host-header", "time-taken"),
            *("cs-protocol-version", "c-ip-version", "cs(user-agent)", "cs(referer)"),
        ),
        more=True,
    ),
)
