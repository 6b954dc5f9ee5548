"""The shipped Spanish rap: a proof that a rap is data. Phrases, rewrites, calls, and its parts."""

from __future__ import annotations

from datetime import date

import pytest

from companion import locations
from companion.coach.rewrite import Rewriter
from companion.domain.dialogue import Step
from companion.domain.speech import Utterance
from companion.settings import CallSettings
from companion.trainer.corpus import bare, read_calls
from companion.trainer.evaluate import Evaluation, evaluate
from companion.trainer.stories import load_stories
from companion.trainer.story_checks import try_stories, with_lines
from companion.understanding.analyzer import CallAnalyzer
from companion.understanding.evidence import Evidence, Group, PhraseBook
from companion.understanding.language import language_of
from companion.understanding.learned_parts import answers_for, learned_for, questions_for
from companion.understanding.question_phrases import PhraseQuestionDetector
from companion.understanding.rap import find_rap
from companion.understanding.step_models import PhraseStepModel
from companion.understanding.words import without_accents

RAP = find_rap("one-on-one.es")
ENGLISH_RAP = find_rap("one-on-one.en")
SPANISH = language_of("es")
BOOK = PhraseBook(RAP)
VALIDATION = locations.shipped("configs", "corpus", "es", "validation")
STORIES = locations.shipped("configs", "stories", "one-on-one.es.yaml")


def find(text: str) -> Evidence:
    return BOOK.find(SPANISH.read(text))


def test_spanish_rap_covers_what_the_english_one_does() -> None:
    for ours, theirs in zip(RAP.steps, ENGLISH_RAP.steps, strict=True):
        assert {g.id for g in ours.goals} == {g.id for g in theirs.goals}
        assert len(ours.examples) >= 40
        assert ours.bridges or ours.number is Step.ASK
    assert [c.name for c in RAP.cues] == [c.name for c in ENGLISH_RAP.cues]
    for ids in ("issues", "roles", "next_steps", "follow_ups", "realizations"):
        ours_ids = [part.id for part in getattr(RAP, ids)]
        assert ours_ids == [part.id for part in getattr(ENGLISH_RAP, ids)]


def test_spanish_rap_speaks_spanish_wherever_it_is_read() -> None:
    outline = RAP.outline()
    texts = [*outline.consent_script, *outline.preparation, *outline.afterwards, *outline.coping]
    texts += [card.text for part in RAP.steps for goal in part.goals for card in goal.prompts]
    english = {"the", "and", "ask", "what", "they", "with", "your", "is"}
    for text in texts:
        assert english.isdisjoint(SPANISH.read(text).norms), text


@pytest.mark.parametrize(
    ("text", "group", "name"),
    [
        ("¿Cómo has estado?", Group.STEP_PHRASE, "1"),
        ("¿Está bien para ti si apunto algo?", Group.CUE, "consent_asked"),
        ("¿Está bien para usted?", Group.EXEMPT, ""),
        ("Lo que más te enoja, ¿qué es lo que más te enoja de ahí?", Group.GOAL, "moves.issue"),
        ("No es tu culpa, de verdad.", Group.GOAL, "moves.permission"),
        ("No fue su culpa, señora.", Group.GOAL, "moves.permission"),
        ("A mí me pasó igualito.", Group.CUE, "own_story"),
        ("¿Quién crees tú que manda?", Group.CUE, "decision_maker_asked"),
        ("El gerente regional no quiere.", Group.ROLE, "regional manager"),
        ("La dueña del edificio.", Group.ROLE, "owner"),
        ("Nos descuentan la media hora.", Group.ISSUE, "wages"),
        ("Hay moho en el techo.", Group.ISSUE, "housing/repairs"),
        ("¿Puedo contar con usted?", Group.CUE, "hard_ask"),
        ("Te mando la dirección.", Group.FOLLOW_UP, "bring or send something"),
        ("Cuéntame más.", Group.INVITATION, ""),
        ("Entonces es un sí.", Group.ANSWER, "yes"),
        ("Entonces es un no.", Group.ANSWER, "no"),
        ("Piénselo con calma.", Group.ANSWER, "maybe"),
    ],
)
def test_spanish_rap_phrases_are_heard_with_and_without_accents(
    text: str, group: Group, name: str
) -> None:
    assert name in find(text).names(group)
    assert name in find(without_accents(text).lower().strip("¿?.")).names(group)


@pytest.mark.parametrize(
    ("question", "open_form"),
    [
        ("¿Te gusta tu trabajo?", "¿Qué es lo que te gusta de tu trabajo?"),
        ("¿Le gusta trabajar ahí, verdad?", "¿Qué es lo que le gusta de trabajar ahí?"),
        ("¿No te da miedo hablar?", "¿Qué es lo que da miedo de hablar?"),
        ("y te tratan bien", "¿Cómo te tratan?"),
        ("¿Has oído de la campaña?", "¿Qué has oído de la campaña?"),
        ("has oido de la campaña", "¿Qué has oído de la campaña?"),
        ("¿Confías en la supervisora?", "¿Qué haría falta para confiar en la supervisora?"),
        ("¿Sabe quién hace los horarios?", "¿Qué ha oído sobre quién hace los horarios?"),
        ("¿Cambiarías el horario?", "¿Qué cambiarías del horario?"),
        ("¿Cree que va a cambiar?", "¿Qué le hace pensar que va a cambiar, o que no?"),
    ],
)
def test_spanish_rap_opens_closed_questions(question: str, open_form: str) -> None:
    assert Rewriter(RAP).open_form(question) == open_form


@pytest.mark.parametrize("question", ["", "¿Y?", "¿Ya?", "¿Te gusta la?", "¿" + "no " * 40 + "?"])
def test_spanish_rap_opens_nothing_that_would_not_stand(question: str) -> None:
    assert Rewriter(RAP).open_form(question) is None


def test_spanish_rap_is_heard_with_its_own_learned_part() -> None:
    model = learned_for(RAP)
    assert model is not None
    assert model.understands(("oye", "y", "como", "te", "ha", "ido", "con", "el", "turno"))
    assert not model.understands(
        ("how", "has", "it", "been", "going", "with", "the", "new", "shift")
    )
    assert answers_for(RAP) is None
    assert isinstance(questions_for(RAP), PhraseQuestionDetector)


def test_spanish_rap_works_by_its_phrases_alone() -> None:
    analyzer = CallAnalyzer(RAP, date(2026, 3, 12), step_model=PhraseStepModel(RAP))
    said = (
        "Buenas tardes, ¿cómo ha estado? Gracias por contestarme.",
        "¿Qué es lo que más le pesa de ese trabajo?",
        "O sea que le gritan enfrente de todos, qué coraje.",
    )
    steps = [
        analyzer.hear(Utterance(i, i * 9.0, i * 9.0 + 4, text)).step.step
        for i, text in enumerate(said)
    ]
    assert steps[0] is Step.MAKE_SPACE
    assert steps[-1] is Step.WHAT_MOVES_YOU


def test_spanish_rap_keeps_what_was_measured_on_calls_never_trained_on() -> None:
    calls = read_calls([VALIDATION])
    written = evaluate(calls, RAP)
    least = {
        "steps.accuracy": 0.85,
        "questions.any.f1": 0.9,
        "cues.macro_f1": 0.6,
        "redaction.all.recall": 1.0,
    }
    assert {name for name, value in least.items() if _value(written, name) < value} == set()
    assert _value(evaluate([bare(call) for call in calls], RAP), "steps.accuracy") >= 0.85


def _value(found: Evaluation, name: str) -> float:
    value = found.figures[name].value
    assert value is not None
    return value


def test_spanish_rap_passes_its_stories() -> None:
    found = load_stories(STORIES, RAP)
    outcomes = try_stories(with_lines(found), RAP, CallSettings())
    assert sum(story.safety is not None for story in found.stories) >= 9
    assert [o.story.name for o in outcomes if not o.passed] == []
