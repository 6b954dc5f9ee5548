"""How states are worded: bands, phases, certainty, timers, and the draft."""

from __future__ import annotations

import pytest

from companion.asr.protocol import TranscriberState, TranscriberStatus
from companion.audio.sound import SourceState, SourceStatus
from companion.domain.call import CallPhase
from companion.domain.dialogue import AT_THE_START
from companion.domain.speech import Gap, GapReason
from companion.live import wording
from tests.fakes.board import call_state, estimate


@pytest.mark.parametrize(
    ("speaking_s", "words"),
    [
        (0.0, "hardly any"),
        (10.0, "a tenth"),
        (20.0, "a fifth"),
        (25.0, "a quarter"),
        (34.0, "a third"),
        (50.0, "half"),
        (65.0, "two thirds"),
        (76.0, "three quarters"),
        (99.0, "nearly all"),
        (100.0, "nearly all"),
    ],
)
def test_wording_own_share_is_a_band(speaking_s: float, words: str) -> None:
    assert wording.own_share(call_state(now_s=100.0, speaking_s=speaking_s)) == words


def test_wording_own_share_says_nothing_at_the_start() -> None:
    assert wording.own_share(call_state(now_s=12.0, speaking_s=12.0)) is None


@pytest.mark.parametrize(
    ("step", "words"),
    [
        (AT_THE_START, "not sure"),
        (estimate(probability=0.8), "likely"),
        (estimate(probability=0.5), "not sure"),
        (estimate(probability=0.9, sure=True), "sure"),
        (estimate(probability=1.0, sure=True, pinned=True), "pinned by you"),
    ],
)
def test_wording_certainty(step: object, words: str) -> None:
    assert wording.certainty(step) == words  # type: ignore[arg-type]


def test_wording_every_phase_has_its_own_word() -> None:
    words = {wording.phase_word(phase) for phase in CallPhase}
    assert len(words) == len(CallPhase)
    assert all(wording.phase_sentence(phase).endswith(".") for phase in CallPhase)


@pytest.mark.parametrize(
    ("state", "dbfs", "words"),
    [
        (SourceState.RUNNING, -70.0, "quiet"),
        (SourceState.RUNNING, -25.0, "good"),
        (SourceState.RUNNING, -3.0, "too loud"),
        (SourceState.CLIPPING, -25.0, "too loud"),
    ],
)
def test_wording_level(state: SourceState, dbfs: float, words: str) -> None:
    assert wording.level(SourceStatus(state, "Headset", dbfs)) == words


def test_wording_monologue_counts_in_steps_from_half_the_limit() -> None:
    quiet = call_state(now_s=100.0, talking_since_s=None)
    short = call_state(now_s=100.0, talking_since_s=75.0)
    long = call_state(now_s=100.0, talking_since_s=53.0)
    assert wording.monologue(quiet, 60.0) is None
    assert wording.monologue(short, 60.0) is None
    assert wording.monologue(long, 60.0) == "you have been talking for 0:40"


def test_wording_story_says_how_long_and_how_long_is_meant() -> None:
    assert wording.story(call_state(), 90.0) is None
    told = call_state(now_s=175.0, story_since_s=100.0)
    assert wording.story(told, 90.0) == "your story: 1:10 of about 1:30"


@pytest.mark.parametrize(
    ("state", "lag_s", "words"),
    [
        (TranscriberState.READY, 0.4, None),
        (TranscriberState.READY, 7.4, "words about 5 s behind"),
        (TranscriberState.READY, 13.0, "words about 15 s behind"),
        (TranscriberState.LOADING, 0.0, "recognizer getting ready, your words are kept"),
        (TranscriberState.FAILED, 0.0, None),
    ],
)
def test_wording_recognizer_note(state: TranscriberState, lag_s: float, words: str | None) -> None:
    assert wording.recognizer_note(TranscriberStatus(state, "sphinx", lag_s)) == words


def test_wording_gaps_by_hand_are_not_trouble() -> None:
    paused = Gap(10.0, 20.0, GapReason.PAUSED)
    lost = Gap(192.0, 196.2, GapReason.DEVICE_LOST)
    assert wording.unwanted_gaps((paused, lost)) == (lost,)
    assert wording.gap(lost) == "4 s at 3:12: the microphone was gone"


def test_wording_another_voice_left_out_is_no_gap_in_what_the_organizer_said() -> None:
    others = tuple(Gap(s, s + 4.2, GapReason.OTHER_VOICE) for s in (10.0, 20.0, 30.0))
    assert wording.unwanted_gaps(others) == ()
    assert wording.left_out(others) == "3 times, 13 s in all"
    assert wording.left_out(others[:1]) == "once, 4 s in all"
    assert wording.left_out((Gap(0.0, 9.0, GapReason.PAUSED),)) is None


def test_wording_every_reason_of_a_gap_has_words() -> None:
    for reason in GapReason:
        assert wording.gap(Gap(0.0, 5.0, reason)).startswith("5 s at 0:00: ")
