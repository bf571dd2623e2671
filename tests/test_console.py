"""What the program does with signals."""

from __future__ import annotations

import signal
import subprocess
import sys

import pytest

from shadow_scan.__main__ import main
from shadow_scan.console import undisturbed


def test_an_interrupt_waits_until_what_is_begun_is_done() -> None:
    done = []

    def write() -> None:
        with undisturbed(signal.SIGINT):
            signal.raise_signal(signal.SIGINT)
            done.append("written")

    with pytest.raises(KeyboardInterrupt):
        write()
    assert done == ["written"]
    with pytest.raises(KeyboardInterrupt):  # and is heeded at once again
        signal.raise_signal(signal.SIGINT)


def test_an_interrupt_while_the_program_loads_is_no_traceback(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def opening(words: list[str]) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("shadow_scan.commands.screens.opening", opening)
    with pytest.raises(SystemExit) as end:
        main()
    assert end.value.code == 130


def test_an_interrupt_amid_executed_text_ends_with_the_code_of_the_contract() -> None:
    text = "import signal; signal.raise_signal(signal.SIGINT)"
    program = f"from shadow_scan.console import to_the_end; to_the_end(lambda: exec({text!r}))"
    ended = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)
    assert (ended.returncode, ended.stdout) == (130, "")
    assert ended.stderr.startswith("interrupted")


def test_a_command_that_an_interrupt_ends_well_ends_well_amid_executed_text() -> None:
    program = """
import signal
from shadow_scan.console import to_the_end

def watch():
    try:
        exec("signal.raise_signal(signal.SIGINT)")
    except KeyboardInterrupt:
        print("stopped")

to_the_end(watch)
"""
    ended = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)
    assert (ended.returncode, ended.stdout, ended.stderr) == (0, "stopped\n", "")


def test_nothing_is_heeded_where_no_signal_came() -> None:
    before = signal.getsignal(signal.SIGINT)
    with undisturbed(signal.SIGINT, signal.SIGTERM):
        pass
    assert signal.getsignal(signal.SIGINT) is before
