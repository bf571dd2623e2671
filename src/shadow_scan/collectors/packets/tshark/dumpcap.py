"""What dumpcap, which captures for tshark, says of an interface before it is watched."""

from __future__ import annotations

import subprocess

from shadow_scan.errors import InputError

_SAID = "dumpcap: "
_SECONDS = 30


def require_capturing(interface: str, only: str | None) -> None:
    """Whether dumpcap takes the interface and the filter: behind one that ended at once, pyshark
    waits for packets for ever. Raises InputError with dumpcap's own words."""
    command = ["dumpcap", "-d", "-i", interface, *(["-f", only] if only is not None else [])]
    try:
        done = subprocess.run(
            command, capture_output=True, text=True, timeout=_SECONDS, check=False
        )
    except (OSError, subprocess.TimeoutExpired):
        return
    # Its exit code is 0 whatever it says.
    told = [line for line in done.stderr.splitlines() if line.startswith(_SAID)]
    if told:
        remedy = "`tshark -D` lists the interfaces; capturing takes dumpcap's rights"
        if "filter" in told[0]:
            remedy = "write it as for tcpdump, as 'port 53 or port 443'"
        raise InputError(told[0].removeprefix(_SAID), where=interface, remedy=remedy)
