"""Machine events: stable names, and no text of speech unless it was asked for."""

from __future__ import annotations

import io
import json
from dataclasses import replace
from typing import Any

from companion.domain.call import CallPhase
from companion.domain.dialogue import Cue, Heard, Question, QuestionKind
from companion.domain.hearing import Hearing, Playback, Told
from companion.domain.speech import Gap, GapReason, Hypothesis, Utterance
from companion.live.board import (
    EVENTS_KEPT,
    CardShown,
    Forgotten,
    GapMarked,
    Notice,
    NoticeKind,
    PartialHeard,
    PhaseChanged,
    StepChanged,
    UtteranceHeard,
)
from companion.live.jsonlines import run_json
from tests.fakes.board import CARD, NUDGE, OUTLINE, FakeCall, estimate, snapshot, summary

SECRET = "do you like the early shift"


def _written(call: FakeCall, transcript: bool = False) -> list[dict[str, Any]]:
    out = io.StringIO()
    run_json(call.board, OUTLINE, out, transcript)
    return [json.loads(line) for line in out.getvalue().splitlines()]


def _call() -> FakeCall:
    question = Question(SECRET, 0, len(SECRET), QuestionKind.CLOSED)
    cue = Cue("agenda", 0, 3, 0.9)
    understood = Heard(4, (question,), (cue,), estimate(), ("upset",), invitations=1)
    call = FakeCall()
    call.publish(
        PartialHeard(Hypothesis(7, 10.0, 11.0, False, "do you", "like")),
        UtteranceHeard(Utterance(4, 10.0, 12.5, SECRET), understood, 0.61234),
        StepChanged(13.0, estimate()),
        CardShown(13.0, CARD),
        CardShown(14.0, NUDGE),
        CardShown(15.0, None),
        GapMarked(Gap(20.0, 24.0, GapReason.RING_FULL)),
        Notice(24.0, NoticeKind.PROBLEM, "Your microphone is gone."),
        Forgotten(30.0, 0.5),
    )
    call.end()
    return call


def test_jsonlines_writes_every_event_in_order() -> None:
    lines = _written(_call())
    assert [line["type"] for line in lines] == [
        "phase", "utterance", "step", "card", "card", "card", "gap", "notice", "forgotten",
        "phase", "summary",
    ]  # fmt: skip
    assert lines[0] == {"type": "phase", "at": 0.0, "phase": "listening"}
    assert lines[1] == {
        "type": "utterance",
        "i": 4,
        "start": 10.0,
        "end": 12.5,
        "lag": 0.61,
        "step": 2,
        "step_probability": 0.8,
        "sure": False,
        "questions": [{"kind": "closed", "start_char": 0, "end_char": 27, "exempt": False}],
        "cues": ["agenda"],
        "goals": ["upset"],
        "invitations": 1,
    }
    assert lines[5] == {"type": "card", "at": 15.0, "id": None, "source": "companion"}
    assert lines[6] == {"type": "gap", "start": 20.0, "end": 24.0, "reason": "computer too busy"}
    assert lines[8] == {"type": "forgotten", "at": 30.0, "from": 0.5}


def test_jsonlines_quotes_no_speech_unless_asked() -> None:
    text = json.dumps(_written(_call()))
    assert "early shift" not in text
    assert "do you" not in text


def test_jsonlines_gives_the_transcript_where_it_was_asked_for() -> None:
    lines = _written(_call(), transcript=True)
    assert lines[1]["type"] == "partial"
    assert (lines[1]["committed"], lines[1]["tentative"]) == ("do you", "like")
    assert lines[2]["text"] == SECRET
    assert [line["text"] for line in lines if line.get("id")] == [CARD.text, NUDGE.text]


def test_jsonlines_ends_with_the_summary() -> None:
    last = _written(_call())[-1]
    assert last["duration"] == 1520.0
    assert last["agreed"] is True
    assert last["commitment"] == {"value": "yes", "origin": "tapped"}
    assert last["follow_up"] is None
    assert last["next_step"] == {
        "who": "them",
        "what": "meeting",
        "when": "2026-05-12T18:00",
        "origin": "tapped",
        "confirmed": True,
    }
    assert last["consent"] == {"how": "spoken", "at": "2026-05-04T17:05:00+00:00"}
    assert last["hearing"] is None
    assert last["steps"][1] == {
        "step": 2,
        "reached": True,
        "goals_met": ["Asked what bothers them most", "Made room for anger"],
        "goals_open": ["Offered a way to cope"],
    }


def test_jsonlines_tells_how_the_sound_was_set_up() -> None:
    call = FakeCall()
    hearing = Hearing(Playback.SPEAKERS, Told.MEASURED, loopback_allowed=True)
    ended = PhaseChanged(0.0, CallPhase.ENDED)
    call.publish(ended, phase=CallPhase.ENDED, summary=replace(summary(), hearing=hearing))
    assert _written(call)[-1]["hearing"] == {
        "playback": "speakers",
        "told": "measured",
        "loopback_allowed": True,
    }


def test_jsonlines_withdrawn_call_ends_without_a_summary() -> None:
    call = FakeCall()
    call.withdraw()
    assert _written(call)[-1]["phase"] == "consent withdrawn"


def test_jsonlines_counts_what_was_missed() -> None:
    call = FakeCall()
    for at_s in range(EVENTS_KEPT + 9):
        call.publish(Notice(float(at_s), NoticeKind.INFO, "Tick."))
    call.publish(PhaseChanged(600.0, CallPhase.ENDED), phase=CallPhase.ENDED)
    lines = _written(call)
    assert lines[1] == {"type": "missed", "count": 10}
    assert sum(line["type"] == "notice" for line in lines) == EVENTS_KEPT - 1


def test_jsonlines_prompts_only_begins_so() -> None:
    call = FakeCall(snapshot(phase=CallPhase.PROMPTS_ONLY, source=None, transcriber=None))
    call.end()
    assert _written(call)[0]["phase"] == "prompts only"
