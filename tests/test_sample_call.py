"""The shipped sample call: its script holds what a demo must show, and its sound is that script."""

from __future__ import annotations

import shutil
import subprocess
import sys
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
import soundfile as sf

from companion.audio.endpointing import Endpointer
from companion.audio.sample_call import (
    SampleCall,
    read_sample_call,
    shipped_script,
    shipped_sound,
)
from companion.audio.sound import SAMPLE_RATE_HZ, AudioChunk, Samples, SegmentEnded, seconds
from companion.audio.voice_activity import VoiceActivity
from companion.errors import DocumentError
from companion.settings import EndpointSettings

MAKER = Path(__file__).parent.parent / "scripts" / "make_demo_audio"


@pytest.fixture(scope="module")
def call() -> SampleCall:
    return read_sample_call()


@pytest.fixture(scope="module")
def sound() -> Samples:
    samples, rate_hz = sf.read(shipped_sound(), dtype="float32")
    assert rate_hz == SAMPLE_RATE_HZ
    assert samples.ndim == 1
    return np.asarray(samples)


@pytest.fixture(scope="module")
def heard(sound: Samples) -> list[SegmentEnded]:
    endpointer = Endpointer(EndpointSettings(), VoiceActivity())
    events = endpointer.push(AudioChunk(sound, 0.0)) + endpointer.flush()
    return [event for event in events if isinstance(event, SegmentEnded)]


def test_sample_call_walks_through_the_five_steps_in_order(call: SampleCall) -> None:
    steps = [turn.step for turn in call.turns]
    assert steps == sorted(steps)
    assert set(steps) == {1, 2, 3, 4, 5}
    assert len(call.turns) >= 24


def test_sample_call_asks_every_kind_of_question(call: SampleCall) -> None:
    assert {kind for turn in call.turns for kind in turn.questions} == {
        "open",
        "closed",
        "narrow",
        "rhetorical",
    }


def test_sample_call_has_a_run_of_closed_questions_for_the_nudge(call: SampleCall) -> None:
    kinds = [kind for turn in call.turns for kind in turn.questions]
    assert "closed closed closed" in " ".join(kinds)


def test_sample_call_marks_a_question_kind_for_every_question_mark(call: SampleCall) -> None:
    for turn in call.turns:
        assert turn.text.count("?") == len(turn.questions), turn.step


def test_sample_call_ends_with_a_dated_next_step_and_thanks(call: SampleCall) -> None:
    closing = " ".join(turn.text for turn in call.turns if turn.step == 5)
    for needed in ("Thursday at six", "take care of yourself", "between us", "call you"):
        assert needed in closing


def test_sample_call_is_small_and_under_three_minutes(sound: Samples) -> None:
    assert shipped_sound().stat().st_size <= 1_000_000
    assert 150 < seconds(len(sound)) < 180


def test_sample_call_sound_is_neither_clipped_nor_digital_silence(sound: Samples) -> None:
    assert 0.5 < np.abs(sound).max() < 0.95
    tenths = sound[: len(sound) - len(sound) % 1600].reshape(-1, 1600)
    quietest_dbfs = 20 * np.log10(np.sqrt((tenths**2).mean(axis=1)).min())
    assert -70 < quietest_dbfs < -50


def test_sample_call_is_heard_turn_by_turn_with_the_pauses_of_the_script(
    call: SampleCall, heard: list[SegmentEnded]
) -> None:
    pre_roll_s = EndpointSettings().pre_roll_s
    gaps_s = [later.start_s + pre_roll_s - earlier.end_s for earlier, later in pairwise(heard)]
    between_turns_s = [gap_s for gap_s in gaps_s if gap_s >= 0.85]
    written_s = [turn.pause_after_s for turn in call.turns[:-1]]
    assert between_turns_s == pytest.approx(written_s, abs=0.3)


def test_sample_call_script_with_an_unknown_key_names_its_line(tmp_path: Path) -> None:
    script = tmp_path / "call.yaml"
    script.write_text(
        shipped_script().read_text(encoding="utf-8").replace("voice: rms", "voise: rms"),
        encoding="utf-8",
    )
    with pytest.raises(DocumentError, match="did you mean 'voice'"):
        read_sample_call(script)


@pytest.mark.flite
def test_sample_call_sound_is_what_the_script_makes() -> None:
    if shutil.which("flite") is None:
        pytest.skip("flite is not installed (apt install flite)")
    checked = subprocess.run(
        [sys.executable, str(MAKER), "--check"],
        check=False,
        capture_output=True,
        text=True,
        timeout=110,
    )
    assert checked.returncode == 0, checked.stderr
