"""What the program does with signals."""

from __future__ import annotations

import signal

import pytest

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


def test_nothing_is_heeded_where_no_signal_came() -> None:
    before = signal.getsignal(signal.SIGINT)
    with undisturbed(signal.SIGINT, signal.SIGTERM):
        pass
    assert signal.getsignal(signal.SIGINT) is before
