"""A rehearsal: the other person answers to how one talks, and a turn can be taken back."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from companion.domain.actions import MarkFear
from companion.domain.dialogue import QuestionKind
from companion.errors import InputError
from companion.practice.debrief import debrief
from companion.practice.other_side import OtherSide, OwnTurn
from companion.practice.persona import find_persona, persona_files
from companion.practice.persona_form import MOST_TRUST
from companion.practice.rehearsal import Rehearsal
from companion.settings import CallSettings
from companion.understanding.rap import Rap, find_rap

DAY = date(2026, 5, 4)
GENTLE = (
    "Hi Mirela, this is Jo. Whatever you tell me stays between us, I promise.",
    "Nobody will see your name, this is confidential.",
    "Twelve hours under a lamp, that sounds exhausting.",
    "So he holds your papers over you. I'm so sorry that he said that.",
    "It's normal to be afraid, and the law protects you. You're not alone with this.",
)


@pytest.fixture(scope="module")
def rap() -> Rap:
    return find_rap("one-on-one.en")


def _with(rap: Rap, name: str) -> Rehearsal:
    return Rehearsal(rap, find_persona(name), DAY, CallSettings())


def test_rehearsal_care_opens_and_a_push_closes(rap: Rap) -> None:
    gentle, pushy = _with(rap, "afraid"), _with(rap, "afraid")
    for line in GENTLE:
        gentle.say(line)
    assert gentle.trust > 5
    assert {"cash", "begins"} <= gentle.visited
    pushy.say("Hi Mirela. Will you come to our meeting on Thursday?")
    assert pushy.trust < 2
    assert pushy.last.moment in ("no_thank_you", "leaves")
    assert "cash" not in pushy.visited


def test_rehearsal_a_question_of_how_gets_more_than_a_yes_or_no(rap: Rap) -> None:
    closed, opened = _with(rap, "hostile"), _with(rap, "hostile")
    closed.say("Do you like the shop?")
    opened.say("What happened the last time you dealt with a union?")
    assert closed.visited == {"hello"}
    assert "old_story" in opened.visited


def test_rehearsal_the_coach_works_beside_it(rap: Rap) -> None:
    practiced = _with(rap, "eager")
    for line in ("Do you like it?", "Is it hot?", "Do they pay you?", "Are you tired?"):
        practiced.say(line)
    cards = [said.card for e in practiced.exchanges for said in e.said if said.card]
    assert any(card.kind.value == "nudge" for card in cards), "no nudge after a run of closed ones"
    practiced.act(MarkFear())
    assert practiced.state.fear_open


def test_rehearsal_taking_back_leaves_no_trace(rap: Rap) -> None:
    practiced, fresh = _with(rap, "afraid"), _with(rap, "afraid")
    for line in GENTLE[:3]:
        practiced.say(line)
        fresh.say(line)
    practiced.say("Sign here, will you?")
    assert practiced.take_back()
    assert (practiced.trust, practiced.visited, practiced.last) == (
        fresh.trust,
        fresh.visited,
        fresh.last,
    )
    assert practiced.state == fresh.state
    assert practiced.say(GENTLE[3]) == fresh.say(GENTLE[3])


def test_rehearsal_there_is_nothing_to_take_back_at_first(rap: Rap) -> None:
    assert not _with(rap, "eager").take_back()


def test_rehearsal_needs_one_language(rap: Rap) -> None:
    persona = find_persona("eager").model_copy(update={"language": "es"})
    with pytest.raises(InputError, match="same language"):
        Rehearsal(rap, persona, DAY, CallSettings())


def test_rehearsal_in_spanish_with_the_spanish_rap() -> None:
    spanish = find_rap("one-on-one.es")
    practiced = Rehearsal(spanish, find_persona("con-miedo"), DAY, CallSettings())
    for line in (
        "Hola Rosario, le habla Jo. Todo lo que me cuente queda entre nosotras.",
        "Su nombre no lo va a saber nadie, es confidencial.",
        "¿Cómo es una noche ahí para usted?",
    ):
        practiced.say(line)
    assert {"empieza", "horas"} <= practiced.visited
    assert practiced.trust > 4


def test_rehearsal_after_the_end_nobody_answers() -> None:
    other = OtherSide(find_persona("too-busy"))
    other.begin()
    long = OwnTurn("word " * 80)
    while (answer := other.answer(long)).outcome is None:
        pass
    assert answer.outcome == "hung_up"
    with pytest.raises(ValueError, match="over"):
        other.answer(long)


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    name=st.sampled_from(sorted(persona_files())),
    turns=st.lists(
        st.builds(
            OwnTurn,
            text=st.text(max_size=400),
            kinds=st.lists(st.sampled_from(QuestionKind), max_size=3).map(tuple),
            cues=st.frozensets(
                st.sampled_from(["hard_ask", "reflection", "thanks_close", "coping_offered"]),
                max_size=3,
            ),
        ),
        max_size=25,
    ),
)
def test_rehearsal_whatever_is_said_there_is_an_answer(name: str, turns: list[OwnTurn]) -> None:
    persona = find_persona(name)
    lines = {line for moment in persona.moments for line in moment.says}
    lines |= {line for m in persona.moments for b in m.then for line in b.says}
    lines |= {line for b in persona.any_time for line in b.says} | set(persona.murmurs)
    other = OtherSide(persona)
    answer = other.begin()
    for turn in turns:
        if answer.outcome is not None:
            break
        answer = other.answer(turn)
        assert answer.text in lines
        assert 0 <= answer.trust <= MOST_TRUST


def test_debrief_counts_what_was_said_and_what_was_missed(rap: Rap) -> None:
    practiced = _with(rap, "eager")
    practiced.say("Hi Dani. Do you like where you work?")
    practiced.say("What is a night there like for you?")
    found = debrief(practiced)
    assert (found.open_count, found.closed_count) == (1, 1)
    assert found.opened[0][0] == "Do you like where you work?"
    assert found.opened[0][1].startswith("What")
    assert found.told == ("Working nights makes Dani feel like a ghost.",)
    telling = [m for m in practiced.persona.moments if m.tells]
    assert found.untold == len(telling) - 1
    assert 0 < found.own_share < 1
    assert found.outcome is None
    assert found.try_next


def test_debrief_gives_the_advice_that_fits(rap: Rap) -> None:
    silent = debrief(_with(rap, "eager"))
    assert "first sentence" in silent.try_next
    talker = _with(rap, "eager")
    talker.say("Let me tell you all about us. " * 12)
    assert "Talk less" in debrief(talker).try_next
    asker = _with(rap, "eager")
    for line in ("Do you like it?", "Is it hot?"):
        asker.say(line)
    assert "what or how" in debrief(asker).try_next
