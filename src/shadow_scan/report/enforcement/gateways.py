"""Lists for secure web gateways and firewalls."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator

from shadow_scan.governance.blocklist import Blocklist, Name


def domains(given: Blocklist, rules: str) -> str:
    return "".join(f"{text}\n" for text in dict.fromkeys(name.text for name in given.names))


def palo_alto(given: Blocklist, rules: str) -> str:
    """Entries of a URL list end in a slash; `*.` stands for labels before."""

    def lines() -> Iterator[str]:
        for name in given.names:
            if name.kind != "under":
                yield f"{name.text}/"
            if name.kind != "exact":
                yield f"*.{name.text}/"

    return "".join(f"{line}\n" for line in lines())


def zscaler(given: Blocklist, rules: str) -> str:
    """A leading dot stands for the name and all under it."""
    return "".join(
        f"{name.text}\n" if name.kind == "exact" else f".{name.text}\n" for name in given.names
    )


def cloudflare(given: Blocklist, rules: str) -> str:
    """`value,description`, as the lists of Zero Trust take it."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(["value", "description"])
    writer.writerows([name.text, f"{name.service}, {name.kind}"] for name in given.names)
    return out.getvalue()


def fortigate(given: Blocklist, rules: str) -> str:
    """A URL filter for the command line of FortiGate; the first entry that fits decides."""
    entries = [(form, text, "allow") for one in given.spared for form, text in _forms(one.name)]
    entries += [(form, text, "block") for name in given.names for form, text in _forms(name)]

    def lines() -> Iterator[str]:
        yield f"# shadow-scan, rules {rules}"
        yield "config webfilter urlfilter"
        yield "    edit 9000"
        yield '        set name "shadow-ai"'
        yield "        config entries"
        for number, (form, text, action) in enumerate(entries, 1):
            yield f"            edit {number}"
            yield f'                set url "{text}"'
            yield f"                set type {form}"
            yield f"                set action {action}"
            yield "            next"
        yield "        end"
        yield "    next"
        yield "end"

    return "".join(f"{line}\n" for line in lines())


def _forms(name: Name) -> Iterator[tuple[str, str]]:
    if name.kind == "pattern":
        yield "regex", f"^{name.text}$".replace("\\", "\\\\")
        return
    if name.kind != "under":
        yield "simple", name.text
    if name.kind != "exact":
        yield "wildcard", f"*.{name.text}"
