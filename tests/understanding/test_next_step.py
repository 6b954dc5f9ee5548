"""Who, what, when: stated, corrected, and left alone where nothing was agreed. Call: a Monday."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from companion.domain.dialogue import Cue, NextStep, Step
from companion.understanding.analyzer import CallAnalyzer
from companion.understanding.dates import find_whens
from companion.understanding.evidence import PhraseBook
from companion.understanding.next_step import NextStepTracker
from companion.understanding.words import read
from tests.understanding.calls import MONDAY, bare, said, shipped_rap
from tests.understanding.next_steps import ASK, heard_with_answer


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


def tracked(*said_with_cues: tuple[str, list[str]]) -> NextStep | None:
    """The next step by the words and by cues that are given; the same on bare text."""
    rap = shipped_rap()
    results = []
    for form in (str, bare):
        tracker, book = NextStepTracker(rap), PhraseBook(rap)
        last: NextStep | None = None
        for text, names in said_with_cues:
            spoken = read(form(text))
            cues = tuple(Cue(name, 0, 1, 0.9) for name in names)
            whens = find_whens(spoken, MONDAY)
            last = tracker.hear(spoken, book.find(spoken), cues, Step.ASK, whens) or last
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


def test_next_step_follow_up_of_the_organizer_is_the_step_after_a_maybe() -> None:
    step = tracked(
        ("Would you sign the petition by Friday?", ["hard_ask"]),
        ("Let's call that a maybe.", ["ask_declined_ack"]),
        ("I'll ring you Sunday at five.", ["follow_up_promised", "next_step_stated"]),
    )
    assert step == NextStep("organizer", "call again", "2026-03-08T17:00")


def test_next_step_takes_back_what_was_declined() -> None:
    step = tracked(
        ("Will you come to the meeting on Thursday at six?", ["hard_ask"]),
        ("So it's a no, and that's all right.", ["ask_declined_ack"]),
    )
    assert step == NextStep(None, None, None)


def test_next_step_stands_though_care_and_stories_name_days() -> None:
    step = tracked(
        ("Will you come to the meeting on Thursday at six?", ["hard_ask"]),
        ("You're in, thank you.", ["commitment_ack"]),
        ("So Thursday at six, by the side door.", ["next_step_stated"]),
        ("And let your sister cook on Saturday at noon.", ["self_care"]),
        ("I'll text you tomorrow at nine.", ["follow_up_promised"]),
    )
    assert step == NextStep("them", "attend_meeting", "2026-03-05T18:00")


def test_next_step_the_other_thursday_keeps_the_time() -> None:
    step = tracked(
        ("Will you come to the meeting on Thursday at six?", ["hard_ask"]),
        ("No, the other Thursday.", []),
    )
    assert step is not None
    assert step.when == "2026-03-12T18:00"


@pytest.mark.parametrize(
    ("earlier", "when"),
    [("You're on at six, right.", "2026-03-06T17:30"), ("You work hard.", "2026-03-06")],
)
def test_next_step_half_an_hour_before_the_shift(earlier: str, when: str) -> None:
    step = tracked(
        ("Will you come to the meeting?", ["hard_ask"]),
        (earlier, []),
        ("So that's Friday, half an hour before your shift.", ["next_step_stated"]),
    )
    assert step is not None
    assert step.when == when


def test_next_step_joins_both_where_the_organizer_gives_a_ride() -> None:
    step = tracked(
        ("Will you come to the meeting on Thursday at seven?", ["hard_ask"]),
        ("I'll pick you up at a quarter past six.", ["follow_up_promised"]),
    )
    assert step is not None
    assert (step.who, step.when) == ("both", "2026-03-05T19:00")


DAYS = st.sampled_from(["Monday", "Tuesday", "Wednesday", "Friday", "Saturday", "Sunday"])
HOURS = st.sampled_from(["four", "five", "six", "seven"])


@settings(max_examples=25, deadline=None)
@given(DAYS, HOURS, DAYS)
def test_next_step_a_corrected_day_keeps_the_rest(first: str, hour: str, second: str) -> None:
    asked = (f"Will you come to the meeting on {first} at {hour}?", ["hard_ask"])
    before = tracked(asked)
    after = tracked(asked, (f"Actually, make it {second}.", []))
    assert before is not None
    assert after is not None
    assert before.when is not None
    assert after.when is not None
    assert (after.who, after.what) == (before.who, before.what)
    assert after.when[10:] == before.when[10:]
    assert date.fromisoformat(after.when[:10]).strftime("%A") == second


def test_next_step_keeps_an_ambiguous_time_open() -> None:
    step = after("Will you come to the meeting on Saturday at nine?")
    assert step is not None
    assert step.when_options == ("2026-03-07T09:00", "2026-03-07T21:00")
    assert step.when == step.when_options[0]


def test_next_step_what_sounds_like_a_no_is_passed_over_where_the_call_says_yes() -> None:
    kept = heard_with_answer(
        ASK, ("No, don't you bring a thing, just sit.", ["ask_declined_ack"], "yes")
    )
    assert kept is not None
    assert kept.when == "2026-03-08T14:00"
    gone = heard_with_answer(
        ASK, ("No, don't you bring a thing, just sit.", ["ask_declined_ack"], "no")
    )
    assert gone is not None
    assert gone.when is None


def test_next_step_comes_back_when_the_call_turns_to_a_yes() -> None:
    step = heard_with_answer(
        ASK,
        ("Okay, I hear the no.", ["ask_declined_ack"], "no"),
        ("Well, look at you.", [], "yes"),
    )
    assert step is not None
    assert (step.what, step.when) == ("attend_meeting", "2026-03-08T14:00")


def test_next_step_small_talk_after_a_stated_moment_undoes_nothing() -> None:
    step = heard_with_answer(
        ASK,
        ("So that's Sunday at two, at the hall.", ["next_step_stated"], "maybe"),
        ("And no, you can't sleep through it.", ["ask_declined_ack"], "maybe"),
    )
    assert step is None or step.when == "2026-03-08T14:00"


def test_next_step_the_place_stands_where_nothing_says_what_for() -> None:
    step = heard_with_answer(
        ("Will you come with us on Friday?", ["hard_ask"], "not_asked"),
        ("So Friday at five, at the garage.", ["next_step_stated"], "yes"),
    )
    assert step is not None
    assert (step.what, step.when) == ("come to the garage", "2026-03-06T17:00")


def test_next_step_an_offer_to_call_is_the_organizers_own_while_the_answer_is_open() -> None:
    step = heard_with_answer(
        ASK,
        ("A maybe is fine, honestly.", ["ask_declined_ack"], "maybe"),
        ("Shall I give you a bell Wednesday?", ["follow_up_promised"], "maybe"),
    )
    assert step is not None
    assert (step.who, step.when) == ("organizer", "2026-03-04")
