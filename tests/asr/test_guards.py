from __future__ import annotations

import dataclasses

import pytest
from hypothesis import given
from hypothesis import strategies as st

from companion.asr.guards import (
    ENGLISH,
    OTHER_LANGUAGES,
    Doubt,
    Evidence,
    compression_ratio,
    doubt_about,
    has_loop,
    limits_for,
)

SOUND = Evidence(
    text="so what would have to change for you to stay there",
    tokens=12,
    avg_logprob=-0.3,
    no_speech_probability=0.05,
    speech_s=3.0,
)


def test_guards_trust_a_plain_sentence() -> None:
    assert doubt_about(SOUND) is None


@pytest.mark.parametrize(
    ("change", "doubt"),
    [
        ({"avg_logprob": -1.0}, None),
        ({"avg_logprob": -1.01}, Doubt.UNLIKELY),
        ({"avg_logprob": -1.2, "no_speech_probability": 0.61}, Doubt.NO_SPEECH),
        ({"avg_logprob": -1.2, "no_speech_probability": 0.6}, Doubt.UNLIKELY),
        # Sure words count more than a raised no-speech probability.
        ({"avg_logprob": -0.2, "no_speech_probability": 0.95}, None),
        ({"tokens": 38}, None),
        ({"tokens": 39}, Doubt.TOO_DENSE),
        ({"speech_s": 0.3, "tokens": 11}, None),
        ({"speech_s": 0.3, "tokens": 12}, Doubt.TOO_DENSE),
        ({"text": "thank you for watching " * 4}, Doubt.LOOP),
        ({"text": "", "tokens": 0}, None),
        ({"text": "hahahahahahahahahahahahahahahahahahahahaha"}, Doubt.REPETITIVE),
    ],
)
def test_guards_trip_at_their_limits(change: dict[str, object], doubt: Doubt | None) -> None:
    assert doubt_about(dataclasses.replace(SOUND, **change)) is doubt  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("text", "loop"),
    [
        ("", False),
        ("no no no no no", False),
        ("no no no no no no", True),
        ("No, no. No! no, No… no", True),
        ("thank you thank you thank you", False),
        ("thank you, thank you, thank you, thank you.", True),
        ("well I think I think I think that is right", False),
        ("you know what I mean you know what I mean you know what I mean", False),
        ("it is a long way it is a long way it is a long way it is a long way", True),
        ("they said and they said and then they said and they did", False),
        ("- - - - - - - -", False),
    ],
)
def test_guards_tell_a_loop_from_emphasis(text: str, loop: bool) -> None:
    assert has_loop(text) is loop


def test_guards_find_a_loop_in_the_middle() -> None:
    assert has_loop("we were talking about the rota the rota the rota the rota and then lunch")


@given(st.lists(st.sampled_from(["we", "they", "ask", "work"]), min_size=1, max_size=12))
def test_guards_find_any_phrase_said_four_times(phrase: list[str]) -> None:
    copies = ENGLISH.max_word_copies if len(set(phrase)) == 1 else ENGLISH.max_phrase_copies
    assert has_loop(" ".join(phrase * copies))


@given(st.text(max_size=200))
def test_guards_never_fail_on_any_text(text: str) -> None:
    doubt_about(dataclasses.replace(SOUND, text=text))
    assert compression_ratio(text) > 0


def test_guards_allow_other_languages_more_tokens() -> None:
    assert limits_for("en") is ENGLISH
    assert limits_for("hi") is OTHER_LANGUAGES
    dense = dataclasses.replace(SOUND, tokens=60)
    assert doubt_about(dense, ENGLISH) is Doubt.TOO_DENSE
    assert doubt_about(dense, OTHER_LANGUAGES) is None


def test_guards_keep_speech_out_of_repr() -> None:
    assert "change" not in repr(SOUND)
