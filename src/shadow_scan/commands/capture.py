"""`capture`: live packets into the workspace, for so long or until Ctrl-C."""

from __future__ import annotations

import fcntl
import math
import os
import re
import shutil
import signal
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from shadow_scan.commands import options
from shadow_scan.console import complain, note, undisturbed, watched_signals
from shadow_scan.errors import EXIT_UNREADABLE, InputError, LockedError, UsageError
from shadow_scan.vocabulary import some

if TYPE_CHECKING:
    from shadow_scan.collectors.packets.tshark.dissected import Gathering
    from shadow_scan.ingest.live import LiveSource
    from shadow_scan.workspace import Workspace

_UNITS = {"s": 1, "m": 60, "h": 3600, "d": 86_400}
_DURATION = re.compile(r"(\d{1,6})([smhd]?)")
_RING, _HELD = "shadow-scan-", "held"
_WRITE_SECONDS = 10.0
_ENDINGS = (signal.SIGINT, signal.SIGTERM)
_IDLE_SECONDS = 120
"""A conversation without packets for so long is written as an event."""


def capture(
    interface: Annotated[str, typer.Argument(metavar="INTERFACE", help="As `tshark -D` names it.")],
    lasting: Annotated[
        str | None,
        typer.Option("--for", metavar="TIME", help="Stop after 30s, 10m, 2h; else at Ctrl-C."),
    ] = None,
    only: Annotated[
        str | None,
        typer.Option(
            "--filter", metavar="BPF", help="Packets to look at, as 'port 53 or port 443'."
        ),
    ] = None,
    workspace: options.WorkspaceOption = None,
    plain_users: options.PlainUsersOption = None,
) -> None:
    """Watch an interface and see which AI services are used now.

    Needs tshark and the right to capture (dumpcap's; no root needed where that is set up). Packets
    are kept in ring files of 100 MB for as long as it runs, and removed at the end.
    Example: `shadow-scan capture eth0 --for 10m --filter 'port 53 or port 443'`
    """
    from shadow_scan.collectors.packets.tshark.dissector import require_tshark
    from shadow_scan.collectors.packets.tshark.dumpcap import require_capturing
    from shadow_scan.workspace import Workspace

    seconds = _seconds(lasting)
    require_tshark()
    require_capturing(interface, only)
    place = Workspace.located(workspace)
    damage = _run(place, interface, seconds, only, plain_users)
    if damage is not None:
        remedy = "`tshark -D` lists the interfaces; capturing takes dumpcap's rights"
        complain(InputError(damage, where=interface, remedy=remedy))
        raise typer.Exit(EXIT_UNREADABLE)


def _seconds(lasting: str | None) -> int | None:
    if lasting is None:
        return None
    given = _DURATION.fullmatch(lasting.strip().lower())
    if given is None or not int(given[1]):
        what = f"'{lasting[:40]}' is no length of time"
        raise UsageError(what, where="--for", remedy="write 30s, 10m or 2h")
    return int(given[1]) * _UNITS[given[2] or "s"]


def _run(
    place: Workspace,
    interface: str,
    seconds: int | None,
    only: str | None,
    plain_users: bool | None,
) -> str | None:
    """What went wrong, if something did; what was seen before is kept."""
    from shadow_scan.arrow import give_back, settle_without_pandas

    settle_without_pandas()
    from shadow_scan.analysis.derive import rebuild
    from shadow_scan.collectors.packets.tshark.dissected import Gathering
    from shadow_scan.collectors.packets.tshark.dissector import of_interface
    from shadow_scan.commands.current import workspace_rules
    from shadow_scan.ingest.live import LiveSource
    from shadow_scan.store.setup import facts_of

    with ring_folder() as folder:
        with place.scanning():
            facts, _ = facts_of(place, plain_users, None)
            live = LiveSource(facts, f"live:{interface}")
        gathering = Gathering(of_interface(interface, folder, seconds, only))
        length = f"for {seconds:,} s" if seconds else "until Ctrl-C"
        note(f"starting tshark on {interface}")
        _gather(place, gathering, live, _said_once(folder, f"watching {interface} {length}"))
    with _turn(place):
        live.finish(gathering.dissector.damage)
        give_back()
        rebuild(place, workspace_rules(place))
    source = live.source
    read = f"{some(source.lines, 'packet')}, {some(source.events, 'event')}"
    note(f"{read}. Next: `shadow-scan services`")
    return gathering.dissector.damage


@contextmanager
def ring_folder() -> Iterator[Path]:
    """A folder for ring files. Those of captures that were killed hold packets of people: the next
    capture of the same user takes them away."""
    _forget_the_killed()
    with (
        tempfile.TemporaryDirectory(prefix=_RING) as folder,
        (Path(folder) / _HELD).open("w") as held,
    ):
        fcntl.flock(held, fcntl.LOCK_EX)
        yield Path(folder)


def _forget_the_killed() -> None:
    for held in Path(tempfile.gettempdir()).glob(f"{_RING}*/{_HELD}"):
        with suppress(OSError), held.open("r") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)  # Fails while its capture lives.
            if held.parent.lstat().st_uid == os.getuid():
                shutil.rmtree(held.parent)


def _said_once(folder: Path, words: str) -> Callable[[], None]:
    """Says that packets are captured as soon as they are: with that begins the first ring file."""
    said = False

    def say() -> None:
        nonlocal said
        if not said and any(path.name != _HELD for path in folder.iterdir()):
            said = True
            note(words)

    return say


def _gather(
    place: Workspace, gathering: Gathering, live: LiveSource, say: Callable[[], None]
) -> None:
    """Write what is complete every few seconds, and all of it at the end, at Ctrl-C or SIGTERM.
    While a scan runs, what was seen waits in memory: who waited with it would miss packets."""
    watched_signals(*_ENDINGS)
    written = time.monotonic()
    try:
        for _ in gathering.every_packet(every=1.0):
            say()
            is_due = time.monotonic() - written >= _WRITE_SECONDS
            if is_due and _written_if_free(place, gathering, live):
                written = time.monotonic()
    except KeyboardInterrupt:
        note("stopped")
    gathering.conversations.end()
    with _turn(place):
        _write(gathering, live)


def _idle_since() -> int:
    return int((time.time() - _IDLE_SECONDS) * 1_000_000)


def _written_if_free(place: Workspace, gathering: Gathering, live: LiveSource) -> bool:
    """A batch that is taken to be written is nowhere else: Ctrl-C waits for that."""
    with undisturbed(*_ENDINGS), ExitStack() as turn:
        try:
            turn.enter_context(place.scanning(patience=0))
        except LockedError:
            return False
        gathering.conversations.end(idle_since=_idle_since())
        _write(gathering, live)
    return True


def _write(gathering: Gathering, live: LiveSource) -> None:
    batch = gathering.batch()
    if batch.packets or batch.skipped or (batch.events is not None and batch.events.num_rows):
        live.add(batch)


@contextmanager
def _turn(place: Workspace) -> Iterator[None]:
    """To write, when a scan that runs has ended: what was seen is nowhere else."""
    if holder := place.scan_holder():
        note(f"waiting for a scan to end ({holder})")
    with place.scanning(patience=math.inf):
        yield
