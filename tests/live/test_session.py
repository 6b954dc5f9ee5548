"""The thread around the call: errors reach the caller, the microphone closes in time."""

from __future__ import annotations

import threading
from dataclasses import dataclass, replace
from datetime import date

import pytest

from companion.asr.spec import RecognizerSpec
from companion.audio.endpointing import Endpointer
from companion.audio.sound import AudioChunk
from companion.domain.actions import MarkFear
from companion.domain.call import CallPhase
from companion.errors import AudioDeviceError, ConsentError
from companion.live.call import CallOptions, LiveCall
from companion.live.ears import Ears
from companion.live.session import CallPlan, LiveSession, compose
from companion.settings import EndpointSettings, Settings
from companion.understanding.rap import find_rap
from tests.fakes.conversation import CountingConversation
from tests.fakes.recognizer import scripted_spec
from tests.fakes.speaker import LoudIsSpeech, ScriptTranscriber, SpeakerSource
from tests.live.test_call import CONSENT, TALK, draft

WAIT_S = 20.0


@dataclass
class GatedSource(SpeakerSource):
    """Plays only while its gate is open, so that a test can look at a running call."""

    def __post_init__(self) -> None:
        self.gate = threading.Event()

    def read(self, timeout_s: float) -> AudioChunk | None:
        if not self.gate.wait(timeout_s):
            return None
        return super().read(timeout_s)


class FailingSource(SpeakerSource):
    """Breaks in mid-call."""

    def read(self, timeout_s: float) -> AudioChunk | None:
        raise ValueError("canary words that must not be shown")


class AbsentSource(SpeakerSource):
    """Cannot be opened."""

    def __enter__(self) -> AbsentSource:
        raise AudioDeviceError("there is no microphone; plug one in")


def _session(source: SpeakerSource) -> tuple[LiveSession, ScriptTranscriber]:
    transcriber = ScriptTranscriber(TALK, source)
    ears = Ears(
        source, Endpointer(EndpointSettings(), LoudIsSpeech()), transcriber, lambda t: False
    )
    call = LiveCall(ears, CountingConversation, draft, CallOptions(CONSENT), clock=lambda: 0.0)
    return LiveSession(call), transcriber


def _wait_for(session: LiveSession, phase: CallPhase) -> None:
    version = -1
    for _ in range(1000):
        snapshot = session.board.wait_beyond(version, WAIT_S)
        if snapshot.phase is phase:
            return
        assert snapshot.version > version, f"the call never came to {phase}"
        version = snapshot.version


def test_session_runs_a_call_to_its_draft_and_closes_the_microphone() -> None:
    source = SpeakerSource(TALK, 20.0)
    session, transcriber = _session(source)
    with session:
        _wait_for(session, CallPhase.ENDED)
    assert session.board.latest().summary is not None
    assert not source.opened
    assert not transcriber.opened


def test_session_controls_reach_the_call_from_another_thread() -> None:
    source = GatedSource(TALK, 20.0)
    session, _ = _session(source)
    with session:
        session.act(MarkFear())
        session.pause()
        _wait_for(session, CallPhase.PAUSED)
        session.resume()
        _wait_for(session, CallPhase.LISTENING)
        session.off_record()
        _wait_for(session, CallPhase.OFF_RECORD)
        session.withdraw()
        _wait_for(session, CallPhase.WITHDRAWN)


def test_session_leaving_early_stops_the_worker_and_closes_everything() -> None:
    source = GatedSource(TALK, 20.0)
    session, transcriber = _session(source)
    with session:
        assert source.opened
    assert not source.opened
    assert not transcriber.opened


def test_session_raises_what_the_worker_raised_and_shows_none_of_its_text() -> None:
    session, _ = _session(FailingSource(TALK, 20.0))
    with pytest.raises(ValueError, match="canary"), session:
        _wait_for(session, CallPhase.ENDED)
    shown = repr(session.board.events_since(0)) + repr(session.board.latest())
    assert "ValueError" in shown
    assert "canary" not in shown


def test_session_without_a_microphone_says_so_before_anything_starts() -> None:
    session, transcriber = _session(AbsentSource(TALK, 20.0))
    with pytest.raises(AudioDeviceError, match="plug one in"):
        session.__enter__()
    assert not transcriber.opened


def test_session_never_opens_a_source_without_consent() -> None:
    source = SpeakerSource(TALK, 20.0)
    plan = CallPlan(
        settings=Settings(),
        rap=find_rap("one-on-one.en"),
        call_date=date(2026, 5, 4),
        consent=None,
        source=source,
        recognizer=RecognizerSpec("none", "none", "nowhere:nothing"),
    )
    with pytest.raises(ConsentError, match="--consent"):
        compose(plan)
    assert not source.opened


def test_session_goes_on_with_the_fallback_and_says_so() -> None:
    source = GatedSource([], 1.0)
    plan = CallPlan(
        settings=Settings(),
        rap=find_rap("one-on-one.en"),
        call_date=date(2026, 5, 4),
        consent=CONSENT,
        source=source,
        recognizer=scripted_spec(refuse="the model is damaged; download it again"),
        fallback=replace(scripted_spec(), label="the built-in one"),
    )
    with LiveSession(compose(plan)) as session:
        version = -1
        while not (snapshot := session.board.wait_beyond(version, WAIT_S)).notices:
            assert snapshot.version > version, "nothing was said"
            version = snapshot.version
        [notice] = snapshot.notices
        source.gate.set()
        _wait_for(session, CallPhase.ENDED)
    assert notice.text.startswith("The built-in one is used instead: the model is damaged;")
    summary = session.board.latest().summary
    assert summary is not None
    assert summary.engine == "the built-in one"
