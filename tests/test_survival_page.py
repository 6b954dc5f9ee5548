"""docs/survival.md quotes what the program says: every sentence of its table is made here anew."""

from __future__ import annotations

import errno
import re
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from companion.asr import transcriber
from companion.asr.protocol import TranscriberState, TranscriberStatus
from companion.audio.connection import Connection
from companion.audio.microphone import MicrophoneSource
from companion.audio.portaudio import _UNAVAILABLE, _open_failed
from companion.audio.sound import Samples, SourceState, SourceStatus
from companion.audio.sound_server import Route, SoundServer
from companion.domain.speech import Gap, GapReason
from companion.errors import StoreError
from companion.live.board import Board
from companion.live.draft_keeper import DraftKeeper
from companion.live.follow import BoardFollower
from companion.live.health import HealthWatch, Silence, woken
from companion.live.one_call import TAKEN
from companion.settings import AudioSettings
from companion.store.failures import sentence
from tests.fakes.board import snapshot
from tests.fakes.sound import FakeClock, FakeSystem, microphone

PAGE = Path(__file__).parents[1] / "docs" / "survival.md"
HEADSET = microphone("Headset", index=0, host_api="Core Audio")
WEBCAM = microphone("Webcam", index=1, host_api="Core Audio")
WELL = SourceStatus(SourceState.RUNNING, "Headset")
FULL = sentence(OSError(errno.ENOSPC, "full"), Path("folder") / "calls.db")


def _quoted() -> list[str]:
    """The second cell of each row, without the heading and the line below it."""
    rows = [line for line in PAGE.read_text(encoding="utf-8").splitlines() if line[:2] == "| "]
    return [row.split(" | ")[1] for row in rows[1:]]


def _shown(status: SourceStatus) -> str:
    ready = TranscriberStatus(TranscriberState.READY, "engine")
    [notice] = HealthWatch().look(0.0, status, ready)
    return notice.text


class _Line:
    """A connection to the headset, on scripted time."""

    def __init__(self, server: bool = False) -> None:
        self.clock = FakeClock()
        first = microphone("default") if server else HEADSET
        self.system = FakeSystem(self.clock, [first])
        self.route = Route("headset", "Headset")
        sound_server = SoundServer(lambda command: None, {})
        if server:
            sound_server.in_use = lambda: self.route  # type: ignore[method-assign]
        self.connection = Connection(None, AudioSettings(), self.system, sound_server, self.clock)
        self.connection.open()
        self.hear()

    def hear(self) -> None:
        for _ in range(8):
            self.system.opened[-1].give(np.full(12_000, 0.1, np.float32))
            self.connection.tend()

    def wait(self, for_s: float) -> None:
        for _ in range(round(for_s / 0.25)):
            self.clock.advance(0.25)
            self.connection.tend()

    def text(self) -> str:
        status = self.connection.status()
        return _shown(SourceStatus(status.state, status.name, detail=status.detail))


def _lines() -> Iterator[str]:
    gone = _Line()
    gone.system.opened[-1].end()
    gone.system.after_refresh = []
    gone.wait(0.25)
    yield gone.text()
    stalled = _Line()
    stalled.wait(3.0)
    yield stalled.text()
    busy = _open_failed("'Headset'", _UNAVAILABLE)
    yield _shown(SourceStatus(SourceState.LOST, "Headset", detail=busy))
    moved = _Line(server=True)
    moved.route = Route("webcam", "Webcam")
    moved.hear()
    yield moved.text()
    fell_back = _Line()
    fell_back.system.opened[-1].end()
    fell_back.system.after_refresh = [WEBCAM]
    fell_back.wait(0.25)
    fell_back.hear()
    yield fell_back.text()


def _microphone_hears(sound: Samples) -> str:
    clock = FakeClock()
    system = FakeSystem(clock, [HEADSET])
    source = MicrophoneSource(
        system=system, server=SoundServer(lambda command: None, {}), clock=clock
    )
    with source:
        opened = system.wait_opened(1)
        for begin in range(0, len(sound), 48_000):
            opened.give(sound[begin : begin + 48_000])
            while source.read(0.0) is not None:
                pass
        return _shown(source.status())


def _recognizer_says(status: TranscriberStatus) -> str:
    [notice] = HealthWatch().look(0.0, WELL, status)
    return notice.text


def _silence(silence: Silence) -> str:
    ready = TranscriberStatus(TranscriberState.READY, "engine")
    [notice] = HealthWatch().look(0.0, WELL, ready, silence)
    return notice.text


class _FullDisk:
    def put(self, draft_id: str, record_json: str, now: object) -> None:
        raise StoreError(FULL)

    def remove(self, draft_id: str) -> None:
        raise StoreError(FULL)


def _draft_warning() -> str:
    told: list[str] = []
    board = Board(snapshot())
    keeper = DraftKeeper(board, _FullDisk(), "draft", lambda _: "{}", warn=told.append)
    keeper.take(BoardFollower(board).look(0.0))
    [warning] = told
    return warning


def _said() -> Iterator[str]:
    yield from _lines()
    yield _microphone_hears(np.zeros(3 * 48_000, np.float32))
    yield _microphone_hears(np.ones(3 * 48_000, np.float32))
    yield _silence(Silence(120.0, spoke_before=False))
    yield _silence(Silence(600.0, spoke_before=True))
    yield woken(Gap(0.0, 600.0, GapReason.ASLEEP)).text
    restarting = TranscriberState.RESTARTING
    yield _recognizer_says(TranscriberStatus(restarting, "engine", detail=transcriber._RESTARTING))
    yield _recognizer_says(TranscriberStatus(TranscriberState.READY, "engine", unanswered_s=9.0))
    yield _recognizer_says(TranscriberStatus(TranscriberState.READY, "engine", partials=False))
    yield _draft_warning()
    yield f"Not saved: {FULL}."
    yield TAKEN


def test_survival_page_quotes_each_sentence_as_it_is_said() -> None:
    quoted, said = _quoted(), list(_said())
    assert len(quoted) == len(said)
    for text in quoted:
        pattern = ".+".join(map(re.escape, text.split("…")))
        assert sum(re.fullmatch(pattern, s) is not None for s in said) == 1, text


@pytest.mark.parametrize("state", [s for s in SourceState if s not in ("running", "ended")])
def test_survival_page_has_a_row_for_each_trouble_of_the_microphone(state: SourceState) -> None:
    words = {
        SourceState.QUIET: "No sound at all",
        SourceState.CLIPPING: "too loud",
        SourceState.ELSEWHERE: "now comes from",
        SourceState.STALLED: "sends nothing",
        SourceState.LOST: "is gone",
    }
    assert any(words[state] in text for text in _quoted())
