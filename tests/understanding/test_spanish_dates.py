"""Days and times as Spanish says them, with and without accents, and what is no day to come."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from companion.understanding.language import language_of
from companion.understanding.words import without_accents

SPANISH = language_of("es")
WEDNESDAY = date(2026, 4, 8)


def when(text: str, today: date = WEDNESDAY) -> list[str]:
    """The likeliest readings; a time alone as itself."""
    found = SPANISH.find_whens(SPANISH.read(text), today)
    return [w.iso or w.times[0].isoformat(timespec="minutes") for w in found if w.dates or w.times]


@pytest.mark.parametrize(
    ("text", "iso"),
    [
        ("nos vemos el jueves", "2026-04-09"),
        ("el miércoles", "2026-04-15"),
        ("este sábado a las diez de la mañana", "2026-04-11T10:00"),
        ("el jueves que viene a las seis y media de la tarde", "2026-04-09T18:30"),
        ("el próximo lunes a las siete", "2026-04-13T19:00"),
        ("el lunes de la otra semana", "2026-04-13"),
        ("el viernes de la próxima semana", "2026-04-17"),
        ("la semana que viene, el martes a las cinco", "2026-04-14T17:00"),
        ("el viernes en ocho", "2026-04-17"),
        ("de mañana en ocho", "2026-04-16"),
        ("de hoy en quince", "2026-04-22"),
        ("mañana a las cuatro", "2026-04-09T16:00"),
        ("mañana por la mañana a las nueve", "2026-04-09T09:00"),
        ("mañana en la noche, a las nueve", "2026-04-09T21:00"),
        ("pasado mañana a mediodía", "2026-04-10T12:00"),
        ("hoy en la noche a las ocho", "2026-04-08T20:00"),
        ("esta tarde como a las cinco", "2026-04-08T17:00"),
        ("dentro de tres días", "2026-04-11"),
        ("en dos semanas", "2026-04-22"),
        ("en ocho días", "2026-04-15"),
        ("el diecinueve a las siete", "2026-04-19T19:00"),
        ("el día cinco", "2026-05-05"),
        ("el 19 de junio a las 7pm", "2026-06-19T19:00"),
        ("el treinta y uno de mayo", "2026-05-31"),
        ("jueves 23 de abril, a las 18:30", "2026-04-23T18:30"),
        ("el martes veintiuno", "2026-04-21"),
        ("el primer lunes de junio", "2026-06-01"),
        ("el último viernes del mes", "2026-04-24"),
        ("el domingo al mediodía", "2026-04-12T12:00"),
        ("el sábado, un cuarto para las seis", "2026-04-11T17:45"),
        ("el sábado a las seis menos cuarto", "2026-04-11T17:45"),
        ("el lunes a las siete y cuarto", "2026-04-13T19:15"),
        ("el lunes a las seis y veinte", "2026-04-13T18:20"),
        ("diez para las seis, el viernes", "2026-04-10T17:50"),
        ("el viernes a la una", "2026-04-10T13:00"),
        ("a las seis, en el salón", "18:00"),
        ("tipo siete y media", "19:30"),
    ],
)
def test_spanish_dates_are_resolved(text: str, iso: str) -> None:
    assert when(text) == [iso]
    assert when(without_accents(text).lower().replace(",", "")) == [iso]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "el jueves pasado nos gritó",
        "todos los lunes entramos a las seis",
        "los viernes nos pagan",
        "cada domingo",
        "por la mañana hace frío",
        "trabaja toda la mañana",
        "éramos seis y llegaron doce",
        "el segundo es peor",
        "sales a las dos y descansas",
        "trabajas de seis a dos",
        "el treinta por ciento",
        "el jueves no",
        "no el viernes",
        "a las dos compañeras las corrieron",
        "tres semanas sin agua",
        "en marzo corrieron a cuatro",
        "desde el lunes no hay gas",
    ],
)
def test_spanish_dates_are_not_invented(text: str) -> None:
    assert when(text) == []


def test_spanish_dates_without_a_part_of_the_day_keep_both_readings_at_eight() -> None:
    (found,) = SPANISH.find_whens(SPANISH.read("el lunes a las ocho"), WEDNESDAY)
    assert found.options == ("2026-04-13T08:00", "2026-04-13T20:00")


@given(st.text(max_size=300), st.dates(date(2000, 1, 1), date(9999, 1, 1)))
def test_spanish_dates_never_fail(text: str, today: date) -> None:
    spoken = SPANISH.read(text)
    for found in SPANISH.find_whens(spoken, today):
        assert 0 <= found.first < found.end <= len(spoken.words)
