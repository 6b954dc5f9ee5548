"""The next step by the rap's phrases: what was stated, corrected, declined, or promised instead."""

from __future__ import annotations

from datetime import date

import pytest

from companion.domain.dialogue import Cue, NextStep, Step
from companion.understanding.evidence import PhraseBook
from companion.understanding.language import language_of
from companion.understanding.next_step_phrases import PhraseNextStep
from companion.understanding.rap import find_rap

RAP = find_rap("one-on-one.es")
SPANISH = language_of("es")
BOOK = PhraseBook(RAP)
THURSDAY = date(2026, 3, 12)
ASK, YES, NO = "hard_ask", "commitment_ack", "ask_declined_ack"
STATED, CALLS, STORY = "next_step_stated", "follow_up_promised", "own_story"

Said = tuple[str, str]
"""What was said, and its cues."""


def after(*said: Said, step: Step = Step.ASK) -> tuple[str | None, str | None, str | None] | None:
    """Who, what and when stand in the end; None where no next step does."""
    tracker = PhraseNextStep(RAP, SPANISH.corrections, SPANISH.spelling)
    last: NextStep | None = None
    for text, cues in said:
        spoken = SPANISH.read(text)
        found = tuple(Cue(name, 0, 0, 0.9) for name in cues.split())
        whens = SPANISH.find_whens(spoken, THURSDAY)
        news = tracker.hear(spoken, BOOK.find(spoken), found, step, whens)
        last = news or last
    if last is None or (last.what is None and last.when is None):
        return None
    return last.who, last.what, last.when


ASKED: Said = ("¿Vienes a la junta el sábado a las cinco?", ASK)


@pytest.mark.parametrize(
    ("said", "stands"),
    [
        ((ASKED,), ("them", "attend_meeting", "2026-03-14T17:00")),
        ((ASKED, ("Ay, qué alegría.", YES)), ("them", "attend_meeting", "2026-03-14T17:00")),
        (
            (ASKED, ("Qué bueno.", YES), ("Perdón, es el domingo.", STATED)),
            ("them", "attend_meeting", "2026-03-15T17:00"),
        ),
        (
            (ASKED, ("Es el lunes, no, mentira, el martes a las siete.", STATED)),
            ("them", "attend_meeting", "2026-03-17T19:00"),
        ),
        ((("¿Firmas la carta?", ASK), ("Me alegra.", YES)), ("them", "sign", None)),
        ((ASKED, ("Entonces es un no.", NO)), None),
        ((ASKED, ("Lo piensas con calma.", NO)), None),
        (
            (ASKED, ("Lo piensas con calma.", NO), ("Yo te marco el jueves.", CALLS)),
            ("organizer", "call", "2026-03-19"),
        ),
        (
            (ASKED, ("Entonces es un no.", NO), ("Bueno, ven, el sábado a las seis.", STATED)),
            ("them", "attend_meeting", "2026-03-14T18:00"),
        ),
        (
            (
                ASKED,
                ("Qué bueno.", YES),
                ("Quedamos el sábado a las cinco.", STATED),
                ("Y el lunes te marco a las seis.", f"{STATED} {CALLS}"),
            ),
            ("them", "attend_meeting", "2026-03-14T17:00"),
        ),
        ((("Nosotras fuimos el lunes a las seis.", STORY),), None),
        ((("Quedamos el viernes a mediodía.", STATED),), ("them", "other", "2026-03-13T12:00")),
    ],
)
def test_next_step_phrases_what_stands(
    said: tuple[Said, ...], stands: tuple[str | None, str | None, str | None] | None
) -> None:
    assert after(*said) == stands


def test_next_step_phrases_days_of_small_talk_are_none() -> None:
    assert after(("¿Cómo estuvo el domingo?", ""), step=Step.MAKE_SPACE) is None


def test_next_step_phrases_the_call_as_a_whole_outweighs_one_line() -> None:
    tracker = PhraseNextStep(RAP, SPANISH.corrections, SPANISH.spelling)
    for text, cues, answer in ((*ASKED, "yes"), ("No pasa nada.", NO, "yes")):
        spoken = SPANISH.read(text)
        found = tuple(Cue(name, 0, 0, 0.9) for name in cues.split())
        whens = SPANISH.find_whens(spoken, THURSDAY)
        news = tracker.hear(spoken, BOOK.find(spoken), found, Step.ASK, whens, answer)
        assert news is None or news.when == "2026-03-14T17:00"
