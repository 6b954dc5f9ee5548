from __future__ import annotations

import numpy as np
import pytest

from companion.audio.enrolment import SPEECH_WANTED_S, Enrolment
from companion.audio.own_voice import window_means
from companion.audio.sound import Samples
from companion.audio.voice_features import frames_of
from companion.errors import InputError
from tests.fakes.voices import OTHER, OWN


class LoudIsSpeech:
    """Voice activity for made-up voices: a frame over −45 dBFS is speech."""

    def probability(self, frame: Samples) -> float:
        return 0.9 if float(np.sqrt(np.mean(np.square(frame)))) > 0.0056 else 0.05

    def reset(self) -> None:
        pass


class AllIsSpeech(LoudIsSpeech):
    def probability(self, frame: Samples) -> float:
        return 0.9


def quiet(duration_s: float, level: float = 1e-3) -> Samples:
    rng = np.random.default_rng(4)
    return (level * rng.standard_normal(round(duration_s * 16_000))).astype(np.float32)


def test_enrolment_learns_the_voice_that_reads() -> None:
    enrolment = Enrolment(LoudIsSpeech())
    for seed in range(5):
        enrolment.push(OWN.speak(4.5, seed=seed))
        enrolment.push(quiet(0.5))
    assert enrolment.progress == 1.0
    assert enrolment.problem is None
    voice = enrolment.finish()
    own, other = frames_of(OWN.speak(2, seed=9)), frames_of(OTHER.speak(2, seed=9))
    assert window_means(voice.likeness(own)).min() > window_means(voice.likeness(other)).max()


def test_enrolment_counts_speech_and_not_pauses() -> None:
    enrolment = Enrolment(LoudIsSpeech())
    enrolment.push(quiet(10))
    assert enrolment.progress == 0.0
    enrolment.push(OWN.speak(5))
    enrolment.push(quiet(10))
    assert enrolment.progress == pytest.approx(5 / SPEECH_WANTED_S, abs=0.02)


def test_enrolment_takes_sound_in_pieces_of_any_size() -> None:
    sound = OWN.speak(21)
    at_once, in_pieces = Enrolment(LoudIsSpeech()), Enrolment(LoudIsSpeech())
    at_once.push(sound)
    for at in range(0, len(sound), 777):
        in_pieces.push(sound[at : at + 777])
    assert np.allclose(at_once.finish().means, in_pieces.finish().means)


@pytest.mark.parametrize("pieces", [0, 1])
def test_enrolment_is_not_finished_before_twenty_seconds(pieces: int) -> None:
    enrolment = Enrolment(LoudIsSpeech())
    for _ in range(pieces):
        enrolment.push(OWN.speak(15))
    with pytest.raises(InputError, match="read on"):
        enrolment.finish()
    assert enrolment.progress == pytest.approx(0.75 * pieces, abs=0.01)


@pytest.mark.parametrize(
    ("sound", "says"),
    [
        (np.concatenate([OWN.speak(3, level=0.001)] * 7), "move closer"),
        (np.clip(OWN.speak(21, level=0.6), -1, 1), "too loud"),
        (
            np.concatenate([v.speak(3, seed=i) for i in range(4) for v in (OWN, OTHER)]),
            "more than one voice",
        ),
    ],
    ids=["quiet", "clipping", "two voices"],
)
def test_enrolment_names_what_is_wrong(sound: Samples, says: str) -> None:
    enrolment = Enrolment(AllIsSpeech())
    enrolment.push(sound.astype(np.float32))
    assert enrolment.problem is not None
    assert says in enrolment.problem
    with pytest.raises(InputError, match=says):
        enrolment.finish()
    assert enrolment.progress == 0.0  # and it can begin anew
    assert enrolment.problem is None


def test_enrolment_names_noise_between_the_words() -> None:
    enrolment = Enrolment(LoudIsSpeech())
    for seed in range(2):
        enrolment.push(OWN.speak(3, level=0.012, seed=seed))
        enrolment.push(quiet(2, level=0.005))
    assert enrolment.problem is not None
    assert "noise" in enrolment.problem
