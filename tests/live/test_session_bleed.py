"""Two voices in one microphone, through the whole call: only the organizer's words are heard."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from datetime import date
from pathlib import Path

import numpy as np
import pytest
import soundfile as sf

from companion.asr.choose import choose
from companion.audio.files import FileSource
from companion.audio.own_voice import OwnVoice, learn_voice
from companion.audio.sound import SAMPLE_RATE_HZ, Samples
from companion.audio.voice_features import frames_of
from companion.domain.hearing import Hearing, Playback
from companion.domain.speech import GapReason
from companion.live.board import Snapshot, UtteranceHeard
from companion.live.session import VOICE_NOT_LEARNED, CallPlan, compose, wants_gate
from companion.settings import AudioSettings, RecognizerSettings, Settings
from companion.understanding.rap import find_rap
from tests.fakes.voices import OWN
from tests.live.test_call import CONSENT

READING = (
    "The old market stands by the river. Every morning people come with bread and apples, and the "
    "children wait for the ferry. In winter the wind blows hard from the north, but nobody minds."
)
OWN_LINES = (
    "we have to talk about the schedule before the meeting on tuesday",
    "tell me more about the people who work with you",
)
OTHER_LINE = "my daughter was in the hospital and the manager would not let me go home"
OTHER_WORDS = {"daughter", "hospital", "manager", "home", "let"}


def flite(voice: str, text: str, folder: Path) -> Samples:
    if shutil.which("flite") is None:
        if os.environ.get("CI") == "true":
            pytest.fail("flite is not installed; CI must have it")
        pytest.skip("flite is not installed")
    path = folder / "voice.wav"
    subprocess.run(["flite", "-voice", voice, "-t", text, "-o", str(path)], check=True, timeout=60)
    samples, rate_hz = sf.read(path, dtype="float32")
    assert rate_hz == SAMPLE_RATE_HZ
    return np.asarray(0.3 * samples / np.abs(samples).max(), np.float32)


def call_of_two(folder: Path) -> Path:
    """Own line, the other's at −6 dB right behind it without a pause, own line."""
    first, second = (flite("rms", line, folder) for line in OWN_LINES)
    other = 0.5 * flite("slt", OTHER_LINE, folder)
    room = np.zeros(SAMPLE_RATE_HZ, np.float32)
    breath = room[: SAMPLE_RATE_HZ // 5]
    sound = np.concatenate((room, first, breath, other, room, second, room))
    sound += np.random.default_rng(0).normal(0, 1e-4, len(sound)).astype(np.float32)
    path = folder / "call.wav"
    sf.write(path, sound, SAMPLE_RATE_HZ)
    return path


def play(path: Path, own_voice: OwnVoice | None) -> tuple[set[str], Snapshot]:
    """The words that were understood, and how the call ended."""
    plan = CallPlan(
        settings=Settings(),
        rap=find_rap("one-on-one.en"),
        call_date=date(2026, 5, 4),
        consent=CONSENT,
        source=FileSource(path, paced=False),
        recognizer=choose(RecognizerSettings(engine="sphinx")).spec,
        own_voice=own_voice,
    )
    call = compose(plan)
    call.open()
    try:
        while not call.is_over():
            call.step(0.05)
    finally:
        call.close()
    events = [e.event for e in call.board.events_since(0)]
    texts = [e.utterance.text for e in events if isinstance(e, UtteranceHeard)]
    return set(re.findall(r"[a-z']+", " ".join(texts).lower())), call.board.latest()


@pytest.mark.flite
@pytest.mark.timeout(180)
def test_session_hears_no_word_of_another_voice(tmp_path: Path) -> None:
    path = call_of_two(tmp_path)
    everybody, _ = play(path, own_voice=None)
    assert len(everybody & OTHER_WORDS) >= 3  # so the recognizer does understand the other voice

    own_voice = learn_voice(frames_of(flite("rms", READING, tmp_path)))
    heard, snapshot = play(path, own_voice)
    assert not heard & OTHER_WORDS
    own = set(" ".join(OWN_LINES).split())
    assert len(heard & own) >= 0.7 * len(everybody & own)
    [left_out] = [g for g in snapshot.gaps if g.reason is GapReason.OTHER_VOICE]
    assert 2.0 < left_out.end_s - left_out.start_s < 6.0
    assert any("Another voice" in n.text for n in snapshot.notices)


@pytest.mark.parametrize(
    ("choice", "playback", "wanted"),
    [
        ("auto", Playback.NOT_TESTED, True),
        ("auto", Playback.SPEAKERS, True),
        ("auto", Playback.UNCLEAR, True),
        ("auto", Playback.HEADSET, False),
        ("on", Playback.HEADSET, True),
        ("off", Playback.SPEAKERS, False),
    ],
)
def test_session_uses_the_gate_where_it_helps(
    choice: str, playback: Playback, wanted: bool
) -> None:
    audio = AudioSettings.model_validate({"bleed_gate": choice})
    plan = CallPlan(
        settings=Settings(audio=audio),
        rap=find_rap("one-on-one.en"),
        call_date=date(2026, 5, 4),
        consent=CONSENT,
        hearing=Hearing(playback),
    )
    assert wants_gate(plan) is wanted


@pytest.mark.parametrize(("learned", "told"), [(False, True), (True, False)])
def test_session_says_that_no_voice_is_learned(tmp_path: Path, learned: bool, told: bool) -> None:
    path = tmp_path / "quiet.wav"
    sf.write(path, np.full(SAMPLE_RATE_HZ, 1e-3, np.float32), SAMPLE_RATE_HZ)
    plan = CallPlan(
        settings=Settings(audio=AudioSettings(bleed_gate="on")),
        rap=find_rap("one-on-one.en"),
        call_date=date(2026, 5, 4),
        consent=CONSENT,
        source=FileSource(path, paced=False),
        recognizer=choose(RecognizerSettings(engine="sphinx")).spec,
        own_voice=learn_voice(frames_of(OWN.speak(12, seed=1))) if learned else None,
    )
    call = compose(plan)
    call.step(0.0)  # the warning waits for the worker's first step
    assert (VOICE_NOT_LEARNED in [n.text for n in call.board.latest().notices]) is told
