from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from companion.asr.protocol import Decoded
from companion.asr.wire import (
    BEGIN,
    FEED,
    FINAL,
    PARTIAL,
    Done,
    Raised,
    Ready,
    Refused,
    Reply,
    pack_final,
    pack_reply,
    pack_sound,
    unpack_reply,
    unpack_request,
    unpack_sound,
)


@pytest.mark.parametrize(
    "reply",
    [
        Ready("pocketsphinx en-us", False),
        Ready("Whisper größer", True),
        Done(),
        Raised("ValueError"),
        Refused("the folder x is missing; run 'companion models list'"),
        Decoded("some words", 0.5, None),
        Decoded("", None, "too short"),
        Decoded("naïve café ¿qué?", 1.0, None),
    ],
)
def test_wire_replies_arrive_as_they_were_sent(reply: Reply) -> None:
    assert unpack_reply(pack_reply(reply)) == reply


@given(st.text(), st.one_of(st.none(), st.floats(0, 1)))
def test_wire_any_text_arrives(text: str, confidence: float | None) -> None:
    decoded = Decoded(text.encode(errors="ignore").decode(), confidence)
    assert unpack_reply(pack_reply(decoded)) == decoded


@given(st.lists(st.integers(-32768, 32767), max_size=50))
def test_wire_sixteen_bit_sound_is_not_changed(values: list[int]) -> None:
    samples = np.array(values, dtype=np.float32) / np.float32(32768)
    request = unpack_request(FEED + pack_sound(samples))
    assert request.kind == FEED
    assert request.samples is not None
    np.testing.assert_array_equal(request.samples, samples)


def test_wire_sound_that_is_too_loud_is_clipped() -> None:
    samples = unpack_sound(pack_sound(np.array([2.0, -2.0], dtype=np.float32)))
    assert samples == pytest.approx([1.0, -1.0], abs=1e-4)


def test_wire_requests_arrive_as_they_were_sent() -> None:
    assert unpack_request(BEGIN).kind == BEGIN
    assert unpack_request(PARTIAL).kind == PARTIAL
    final = unpack_request(pack_final(1.25, True))
    assert (final.kind, final.speech_s, final.economy) == (FINAL, 1.25, True)


def test_wire_request_does_not_show_its_sound() -> None:
    assert "0.5" not in repr(unpack_request(FEED + pack_sound(np.full(4, 0.5, np.float32))))
