from __future__ import annotations

import struct
import zlib
from functools import cache

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from companion.audio.own_voice import OwnVoice, learn_voice, window_means
from companion.audio.voice_features import frames_of
from companion.errors import InputError
from tests.fakes.voices import OTHER, OWN, FormantVoice


@cache
def own_voice() -> OwnVoice:
    return learn_voice(frames_of(OWN.speak(12, seed=1)))


def likeness(voice: FormantVoice, seed: int = 2) -> float:
    frames = frames_of(voice.speak(2, seed=seed))
    return float(own_voice().likeness(frames)[frames.voiced].mean())


def test_own_voice_is_told_from_others() -> None:
    assert likeness(OWN) > 0.7 * own_voice().likeness_mean
    assert likeness(OTHER) < 0
    assert likeness(FormantVoice(125, 1.15, 3)) < 0.5 * own_voice().likeness_mean  # same pitch


def test_own_voice_does_not_depend_on_level() -> None:
    loud, soft = (frames_of(OWN.speak(2, level=level, seed=3)) for level in (0.2, 0.03))
    means = [float(own_voice().likeness(f)[f.voiced].mean()) for f in (loud, soft)]
    assert means[0] == pytest.approx(means[1], abs=0.5)


def test_own_voice_says_nothing_about_what_is_not_voiced() -> None:
    noise = np.random.default_rng(0).standard_normal(16_000).astype(np.float32) * 0.05
    frames = frames_of(noise)
    assert (own_voice().likeness(frames)[~frames.voiced] == 0).all()


def test_own_voice_needs_two_seconds_of_speech() -> None:
    with pytest.raises(InputError, match="read on"):
        learn_voice(frames_of(OWN.speak(1.5)))
    with pytest.raises(InputError, match="read on"):
        learn_voice(frames_of(np.zeros(48_000, np.float32)))


def test_own_voice_comes_back_from_its_bytes() -> None:
    again = OwnVoice.from_bytes(own_voice().to_bytes())
    frames = frames_of(OWN.speak(1, seed=5))
    assert np.array_equal(again.likeness(frames), own_voice().likeness(frames))
    assert again.level_dbfs == pytest.approx(own_voice().level_dbfs)


def test_own_voice_bytes_hold_too_little_to_be_sound() -> None:
    # Twelve seconds of sound went in; what is kept has the size of a fifth of a second.
    assert len(own_voice().to_bytes()) < 0.2 * 16_000 * 4


def test_own_voice_keeps_its_figures_out_of_its_repr() -> None:
    assert "array" not in repr(own_voice())
    assert "pitch" not in repr(own_voice())


@given(st.data())
def test_own_voice_refuses_bytes_that_were_changed(data: st.DataObject) -> None:
    packed = bytearray(own_voice().to_bytes())
    at = data.draw(st.integers(0, len(packed) - 1))
    packed[at] ^= data.draw(st.integers(1, 255))
    with pytest.raises(InputError, match="read aloud once more"):
        OwnVoice.from_bytes(bytes(packed))


@given(st.binary(max_size=100))
def test_own_voice_refuses_any_other_bytes(packed: bytes) -> None:
    with pytest.raises(InputError, match="read aloud once more"):
        OwnVoice.from_bytes(packed)


@pytest.mark.parametrize("cut", [1, 4, 48, 2000])
def test_own_voice_refuses_bytes_that_are_cut_off(cut: int) -> None:
    with pytest.raises(InputError, match="damaged"):
        OwnVoice.from_bytes(own_voice().to_bytes()[:-cut])


@pytest.mark.parametrize("cut", [0, 1, 48])
def test_own_voice_refuses_sound_bytes_that_are_too_few(cut: int) -> None:
    body = own_voice().to_bytes()[: -4 - cut]
    odd = body + (b"\0" if not cut else b"")
    with pytest.raises(InputError, match="damaged"):
        OwnVoice.from_bytes(odd + struct.pack("<I", zlib.crc32(odd)))


@pytest.mark.parametrize(
    ("at", "form", "value", "says"),
    [
        (4, "<H", 2, "another version"),
        (8, "<I", 1, "another version"),
        (24, "<f", 0.0, "damaged"),
        (28, "<f", float("nan"), "damaged"),
    ],
    ids=["version", "background", "no spread", "not a number"],
)
def test_own_voice_refuses_sound_bytes_with_unusable_figures(
    at: int, form: str, value: float, says: str
) -> None:
    body = bytearray(own_voice().to_bytes()[:-4])
    struct.pack_into(form, body, at, value)
    with pytest.raises(InputError, match=says):
        OwnVoice.from_bytes(bytes(body) + struct.pack("<I", zlib.crc32(body)))


def test_own_voice_window_means_leave_the_rest_over() -> None:
    assert window_means(np.arange(100, dtype=np.float32)).tolist() == [19.5, 59.5]
