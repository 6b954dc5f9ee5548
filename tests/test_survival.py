"""Every fault of `scripts/prove_survival` once: told in time, survived, and nothing lost."""

from __future__ import annotations

import random
import subprocess

import pytest

from companion.live.board import EVENTS_KEPT
from scripts.prove import clock_faults, devices
from scripts.prove.devices import TRICKS, device_faults
from scripts.prove.faults import Fault
from scripts.prove.full_disk import full_disk
from scripts.prove.long_calls import calls_in_a_row, long_call
from tests.fakes.pulse import require_pulse

PLAYED_HERE = (
    "Bluetooth headset switches its profile",
    "Dead stream: another program holds the sound",
)
"""The others take as long and are much like these; the recognizer's have tests of their own."""


def _check(fault: Fault) -> None:
    assert fault.held, f"{fault.row()} {fault.wrong}"


@pytest.mark.pulse
def test_survival_of_the_microphones_faults_in_one_call(monkeypatch: pytest.MonkeyPatch) -> None:
    require_pulse()
    tricks = tuple(trick for trick in TRICKS if trick.name in PLAYED_HERE)
    assert len(tricks) == len(PLAYED_HERE)
    monkeypatch.setattr(devices, "TRICKS", tricks)
    for fault in device_faults(1, random.Random(1)):
        assert fault.survived == 1, fault.wrong
        assert not fault.summaries_lost
        # On a quiet computer within 3 s, as the script measures; here others may run beside it.
        assert fault.noticed_s[0] < 8.0


@pytest.mark.parametrize("what", ["asleep", "jumped", "set_back"])
def test_survival_of_sleep_and_of_clocks_that_jump(what: str) -> None:
    _check(getattr(clock_faults, what)(3, random.Random(7)))


def test_survival_of_a_disk_that_is_really_full() -> None:
    try:
        subprocess.run(["unshare", "-rm", "true"], check=True, capture_output=True)
    except (OSError, subprocess.CalledProcessError):
        pytest.skip("needs unshare (Linux), and the right to mount in a namespace of one's own")
    for fault in full_disk(3, random.Random(3)):
        _check(fault)


def test_survival_of_a_long_call_every_word_right_and_the_board_bounded() -> None:
    long = long_call(hours=4, hour_s=250.0)
    assert long.wrong == 0
    assert long.utterances == 125
    assert long.events <= EVENTS_KEPT


def test_survival_of_calls_in_a_row_leaves_nothing_behind() -> None:
    before, after = calls_in_a_row(5, settled_after=2)
    assert (after.threads, after.children, after.files) == (
        before.threads,
        before.children,
        before.files,
    )
