"""Question clauses in Spanish: spans and kinds, with marks and without, and what asks nothing."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from companion.understanding.language import language_of

SPANISH = language_of("es")
DETECTOR = SPANISH.questions()


def asked(text: str) -> list[tuple[str, str]]:
    return [(q.text, q.kind.value) for q in DETECTOR.find(SPANISH.read(text))]


@pytest.mark.parametrize(
    ("text", "questions"),
    [
        ("¿Cómo te va?", [("¿Cómo te va?", "open")]),
        ("Oye, ¿y qué te dijo el jefe?", [("¿y qué te dijo el jefe?", "open")]),
        ("¿Y a ti qué te dijeron?", [("¿Y a ti qué te dijeron?", "open")]),
        ("¿Por qué será que no contratan?", [("¿Por qué será que no contratan?", "open")]),
        ("¿Quién crees que manda ahí?", [("¿Quién crees que manda ahí?", "open")]),
        ("¿Quién te lo dijo?", [("¿Quién te lo dijo?", "narrow")]),
        ("¿Cuántos son en tu turno?", [("¿Cuántos son en tu turno?", "narrow")]),
        ("¿A qué hora sale usted?", [("¿A qué hora sale usted?", "narrow")]),
        ("¿Desde cuándo vive ahí?", [("¿Desde cuándo vive ahí?", "narrow")]),
        ("¿En qué piso está?", [("¿En qué piso está?", "narrow")]),
        ("¿Te gusta el trabajo?", [("¿Te gusta el trabajo?", "closed")]),
        ("¿Sabes quién firma?", [("¿Sabes quién firma?", "closed")]),
        ("¿Usted vive sola?", [("¿Usted vive sola?", "closed")]),
        ("¿O sea que ya no te pagan?", [("¿O sea que ya no te pagan?", "closed")]),
        ("Te gusta el trabajo?", [("Te gusta el trabajo?", "closed")]),
        ("Sigues de noche, ¿verdad?", [("Sigues de noche, ¿verdad?", "closed")]),
        ("Ya le avisaron, ¿no?", [("Ya le avisaron, ¿no?", "closed")]),
        ("¿Qué tal el jueves?", [("¿Qué tal el jueves?", "closed")]),
        ("Ajá. ¿Y luego? ¿Qué hicieron?", [("¿Y luego?", "closed"), ("¿Qué hicieron?", "open")]),
        ("Y me dijo, ¿tú quién te crees?", [("¿tú quién te crees?", "rhetorical")]),
        ("Se fue, ¿quién sabe?", [("¿quién sabe?", "rhetorical")]),
        ("Cómo te fue con la doctora.", [("Cómo te fue con la doctora.", "open")]),
    ],
)
def test_spanish_questions_with_marks(text: str, questions: list[tuple[str, str]]) -> None:
    assert asked(text) == questions


@pytest.mark.parametrize(
    ("text", "kinds"),
    [
        ("cómo te fue con la doctora", ["open"]),
        ("como te fue con la doctora", ["open"]),
        ("que te dijo el supervisor", ["open"]),
        ("y usted qué sintió en ese momento", ["open"]),
        ("por que crees que no arreglan nada", ["open"]),
        ("a qué hora entras", ["narrow"]),
        ("cuantos son en tu turno", ["narrow"]),
        ("te gusta tu trabajo", ["closed"]),
        ("has hablado con los vecinos", ["closed"]),
        ("puedes venir el jueves", ["closed"]),
        ("tiene tiempo ahorita", ["closed"]),
        ("ya no hay calefacción verdad", ["closed"]),
    ],
)
def test_spanish_questions_without_marks(text: str, kinds: list[str]) -> None:
    assert [kind for _, kind in asked(text)] == kinds


@pytest.mark.parametrize(
    "text",
    [
        "",
        "¡Qué coraje!",
        "Qué bueno que viniste.",
        "que bueno que viniste",
        "qué alegría me da",
        "Cuando yo llegué no había nada.",
        "cuando yo llegue no habia nada",
        "como te digo no hay prisa",
        "Si quieres lo dejamos.",
        "si quieres lo dejamos",
        "que bajen la velocidad y que dejen ir al baño",
        "tienes razón",
        "No sé quién manda ahí.",
        "no se quien manda ahi",
        "Cuéntame más de eso.",
        "que te vaya bien",
        "el que firma es el dueño",
        "por eso te llamo",
    ],
)
def test_spanish_questions_are_not_invented(text: str) -> None:
    assert asked(text) == []


@given(st.text(alphabet="aeiouqncmt ¿?¡!.,áéíóúñ", max_size=200))
def test_spanish_questions_lie_within_the_text_and_do_not_overlap(text: str) -> None:
    end = 0
    for question in DETECTOR.find(SPANISH.read(text)):
        assert end <= question.start_char < question.end_char <= len(text)
        assert question.text == text[question.start_char : question.end_char]
        end = question.end_char
