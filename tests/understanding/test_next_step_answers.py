"""The next step beside the answer: promises after a no, owed answers, hours said late."""

from __future__ import annotations

import pytest

from companion.domain.dialogue import Cue, NextStep, Step
from companion.understanding.dates import find_whens
from companion.understanding.evidence import PhraseBook
from companion.understanding.next_step import NextStepTracker
from companion.understanding.words import read
from tests.understanding.calls import MONDAY, shipped_rap
from tests.understanding.next_steps import ASK, Line, heard_with_answer

NO = ("Then it's a no, and that's fine.", ["ask_declined_ack"], "no")
YES = ("You'll come, I'm so glad.", ["commitment_ack"], "yes")


@pytest.mark.parametrize(
    ("lines", "what", "when"),
    [
        # promised without being stated as a step
        (
            [("I'll send you the guide tomorrow.", ["follow_up_promised"], "no")],
            "send the guide",
            "2026-03-03",
        ),
        (
            [("You shall have the letter on Friday.", [], "no")],
            "send the letter",
            "2026-03-06",
        ),
        # the day comes an utterance after the offer
        (
            [
                ("All right if I ring you once the move is done?", [], "no"),
                ("Monday the sixteenth, then.", [], "no"),
            ],
            "call again",
            "2026-03-16",
        ),
        # their days off and farewells move nothing
        (
            [
                ("I'll call you Thursday at six.", ["follow_up_promised"], "no"),
                ("And you're off on Friday?", ["next_step_stated"], "no"),
            ],
            "call again",
            "2026-03-05T18:00",
        ),
        # nobody calls at nine in the morning unless it is said
        (
            [("I'll call you Thursday about nine.", ["follow_up_promised"], "no")],
            "call again",
            "2026-03-05T21:00",
        ),
        (
            [("I'll call you Thursday morning at nine.", ["follow_up_promised"], "no")],
            "call again",
            "2026-03-05T09:00",
        ),
    ],
)
def test_next_step_after_a_no_is_what_the_organizer_promises(
    lines: list[Line], what: str, when: str
) -> None:
    step = heard_with_answer(ASK, NO, *lines)
    assert step is not None
    assert (step.who, step.what, step.when) == ("organizer", what, when)


@pytest.mark.parametrize(
    "line",
    [
        ("You rest on Friday.", [], "no"),
        ("I have the doctor on Friday.", [], "no"),
        ("They called him in on Friday.", [], "no"),
    ],
)
def test_next_step_after_a_no_days_without_a_promise_are_none(
    line: Line,
) -> None:
    step = heard_with_answer(ASK, NO, line)
    assert step is not None
    assert step.when is None


@pytest.mark.parametrize(
    ("line", "when"),
    [
        ("Eight or so, before it fills up.", "2026-03-07T08:00"),
        ("At four, after the bazaar.", "2026-03-07T16:00"),
        ("I'll call you at four.", "2026-03-07"),
        ("Eight of them came along.", "2026-03-07"),
    ],
)
def test_next_step_a_time_may_come_after_its_day(line: str, when: str) -> None:
    step = heard_with_answer(
        ("Will you come to the breakfast?", ["hard_ask"], "not_asked"),
        YES,
        ("So Saturday.", ["next_step_stated"], "yes"),
        (line, [], "yes"),
    )
    assert step is not None
    assert step.when == when


def test_next_step_a_promise_for_another_day_moves_neither_who_nor_when() -> None:
    step = heard_with_answer(
        ASK,
        YES,
        ("So Sunday at two, you bring the pictures.", ["next_step_stated"], "yes"),
        (
            "And I'll knock Friday at five and we'll walk through it, just you and me.",
            ["next_step_stated", "follow_up_promised"],
            "yes",
        ),
    )
    assert step == NextStep(
        "them", "come to the meeting and bring the pictures", "2026-03-08T14:00"
    )


@pytest.mark.parametrize(
    ("line", "what", "when"),
    [
        ("Text me by Friday, thumbs up or thumbs down.", "text the answer", "2026-03-06"),
        ("You call me Friday, yes or no.", "call with the answer", "2026-03-06"),
        (
            "You come by Friday and ring my bell, one way or the other.",
            "give an answer",
            "2026-03-06",
        ),
    ],
)
def test_next_step_an_answer_that_is_owed_is_a_step_without_the_meetings_hour(
    line: str, what: str, when: str
) -> None:
    step = heard_with_answer(
        ASK,
        ("Thinking is fine.", ["commitment_ack"], "maybe"),
        (line, ["next_step_stated"], "maybe"),
    )
    assert step == NextStep("them", what, when)


def test_next_step_a_text_on_the_way_is_no_answer() -> None:
    step = heard_with_answer(
        ASK, YES, ("So Sunday at two, and text me when you park.", ["next_step_stated"], "yes")
    )
    assert step == NextStep("them", "attend_meeting", "2026-03-08T14:00")


def test_next_step_what_was_asked_for_waits_while_the_answer_stays_open() -> None:
    lines: list[Line] = [("Mm-hm.", [], "maybe"), ("Take your time.", [], "maybe")]
    taken_back = heard_with_answer(ASK, *lines)
    assert taken_back == NextStep(None, None, None)
    back = heard_with_answer(ASK, *lines, ("You'll come!", [], "yes"))
    assert back is not None
    assert back.when == "2026-03-08T14:00"


def test_next_step_days_before_the_plan_are_not_taken() -> None:
    rap = shipped_rap()
    tracker, book = NextStepTracker(rap), PhraseBook(rap)
    found = []
    for text, names, step in (
        ("Will you sign the letter?", ["hard_ask"], Step.ASK),
        ("So he could mend it tomorrow at five.", [], Step.CONNECT),
    ):
        spoken = read(text)
        cues = tuple(Cue(name, 0, 1, 0.9) for name in names)
        whens = find_whens(spoken, MONDAY)
        found.append(tracker.hear(spoken, book.find(spoken), cues, step, whens))
    assert [step.when for step in found if step is not None] == [None]
