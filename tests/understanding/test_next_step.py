"""Who, what, when: stated, corrected, and left alone where nothing was agreed. Call: a Monday."""

from __future__ import annotations

import pytest

from companion.domain.dialogue import NextStep, Step
from companion.understanding.analyzer import CallAnalyzer
from tests.understanding.calls import MONDAY, bare, said, shipped_rap


def after(*texts: str, step: Step = Step.ASK) -> NextStep | None:
    """The next step after these utterances; the same on bare text."""
    results = []
    analyzer = CallAnalyzer(shipped_rap(), MONDAY)
    for form in (str, bare):
        analyzer.reset()
        analyzer.pin(step)
        last: NextStep | None = None
        for i, text in enumerate(texts):
            last = analyzer.hear(said(form(text), i, i * 10.0)).next_step or last
        results.append(last)
    assert results[0] == results[1]
    return results[0]


@pytest.mark.parametrize(
    ("texts", "who", "what", "when"),
    [
        (
            ["Will you come to the meeting on Thursday at six?"],
            "them",
            "attend_meeting",
            "2026-03-05T18:00",
        ),
        (
            ["Can you come to the potluck?", "So that's Saturday the fourteenth at noon."],
            "them",
            "attend_meeting",
            "2026-03-14T12:00",
        ),
        (
            ["Would you sign the petition?", "Wonderful, so you will sign it by Wednesday."],
            "them",
            "sign",
            "2026-03-04",
        ),
        (
            [
                "Will you come to the meeting on Thursday at six?",
                "Actually, let's make it Friday.",
            ],
            "them",
            "attend_meeting",
            "2026-03-06T18:00",
        ),
        (
            [
                "Will you come to the meeting on Thursday at six?",
                "Sorry, I mean at seven thirty.",
            ],
            "them",
            "attend_meeting",
            "2026-03-05T19:30",
        ),
        (
            ["So glad you're in.", "Let's talk again, we'll talk on Sunday at five."],
            "both",
            "talk_again",
            "2026-03-08T17:00",
        ),
    ],
)
def test_next_step_is_heard(texts: list[str], who: str, what: str, when: str) -> None:
    step = after(*texts)
    assert step is not None
    assert (step.who, step.what, step.when) == (who, what, when)
    assert not step.confirmed


@pytest.mark.parametrize(
    "texts",
    [
        [""],
        ["We talked about it on Friday."],
        ["Last Thursday at six there was a meeting."],
        ["I will text you tomorrow."],
        ["Take care, good night."],
    ],
)
def test_next_step_is_not_invented(texts: list[str]) -> None:
    assert after(*texts) is None


def test_next_step_says_nothing_early_in_the_call() -> None:
    assert after("I have Thursday at six off.", step=Step.MAKE_SPACE) is None


def test_next_step_follow_up_does_not_move_the_day() -> None:
    step = after("Will you come to the meeting on Thursday at six?", "I'll text you tomorrow.")
    assert step is not None
    assert step.when == "2026-03-05T18:00"


def test_next_step_keeps_an_ambiguous_time_open() -> None:
    step = after("Will you come to the meeting on Saturday at nine?")
    assert step is not None
    assert step.when_options == ("2026-03-07T09:00", "2026-03-07T21:00")
    assert step.when == step.when_options[0]
