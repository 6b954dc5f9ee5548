from __future__ import annotations

import pytest

from companion.asr.inline import InlineTranscriber
from companion.asr.protocol import Recognizer, Transcriber, TranscriberState
from companion.asr.transcriber import ProcessTranscriber
from companion.errors import RecognizerError
from companion.settings import RecognizerSettings
from tests.fakes.recognizer import ScriptedRecognizer, scripted_spec, segment_events

# For the type checker: what is built here satisfies the protocols.
_TRANSCRIBERS: tuple[type[Transcriber], ...] = (InlineTranscriber, ProcessTranscriber)
_RECOGNIZERS: tuple[type[Recognizer], ...] = (ScriptedRecognizer,)


@pytest.mark.parametrize("decodes_ahead", [False, True])
def test_inline_has_the_final_when_push_returns(decodes_ahead: bool) -> None:
    with InlineTranscriber(ScriptedRecognizer(decodes_ahead), RecognizerSettings()) as t:
        for event in segment_events(7, 1.0, "alpha bravo charlie"):
            t.push(event)
        assert t.drain(0.0)
        [final] = t.poll()
        assert (final.segment_id, final.final, final.text) == (7, True, "alpha bravo charlie")
        assert (final.start_s, final.end_s) == pytest.approx((1.0, 1.9))
        assert t.gaps() == []
        assert t.status().state is TranscriberState.READY


def test_inline_shows_partials_that_grow_into_the_final() -> None:
    settings = RecognizerSettings(partial_every_s=0.5)
    text = "alpha bravo charlie delta echo foxtrot golf hotel"
    with InlineTranscriber(ScriptedRecognizer(), settings) as t:
        shown = []
        for event in segment_events(1, 0.0, text):
            t.push(event)
            shown += t.poll()
    partials, final = shown[:-1], shown[-1]
    assert [p.text for p in partials] == [
        "alpha",
        "alpha bravo charlie",
        "alpha bravo charlie delta echo",
        "alpha bravo charlie delta echo foxtrot",
    ]
    assert [p.committed for p in partials] == [
        "",
        "",
        "alpha bravo charlie",
        "alpha bravo charlie delta echo",
    ]
    assert final.text == text


def test_inline_measures_decoding_with_the_clock_it_was_given() -> None:
    now_s = 0.0

    def before(operation: str) -> None:
        nonlocal now_s
        now_s += {"final": 1.5}.get(operation, 0.25)

    recognizer = ScriptedRecognizer(before=before)
    settings = RecognizerSettings(partials=False)
    with InlineTranscriber(recognizer, settings, clock=lambda: now_s) as t:
        for event in segment_events(1, 0.0, "alpha"):
            t.push(event)
        assert [h.decode_s for h in t.poll()] == [1.5]


def test_inline_forget_drops_the_open_segment() -> None:
    with InlineTranscriber(ScriptedRecognizer(), RecognizerSettings()) as t:
        events = segment_events(1, 0.0, "alpha bravo charlie delta")
        for event in events[:6]:
            t.push(event)
        t.forget()
        for event in events[6:]:
            t.push(event)
        assert t.poll() == []
        for event in segment_events(2, 9.0, "echo"):
            t.push(event)
        assert [h.text for h in t.poll()] == ["echo"]


def test_inline_closes_the_recognizer() -> None:
    recognizer = ScriptedRecognizer()
    with InlineTranscriber(recognizer, RecognizerSettings()):
        pass
    assert recognizer.operations == ["close"]


def test_inline_loads_a_spec_and_says_why_it_cannot() -> None:
    with InlineTranscriber(scripted_spec(), RecognizerSettings()) as t:
        assert t.status().engine == "a scripted recognizer"
    with pytest.raises(RecognizerError, match="no model; get one"):
        InlineTranscriber(scripted_spec(refuse="no model; get one"), RecognizerSettings())
