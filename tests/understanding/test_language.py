"""Languages as files: what they say, how mistakes in them are told, and that English needs none."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from companion import locations
from companion.documents import parse_document
from companion.errors import RapError
from companion.understanding import phrase_end
from companion.understanding.cards import claims_about_them
from companion.understanding.dates import find_whens
from companion.understanding.language import known_languages, language_of
from companion.understanding.questions import RuleQuestionDetector
from companion.understanding.rap import check_rap
from companion.understanding.words import ENGLISH, read

SHIPPED = locations.shipped("configs", "languages", "es.yaml")
SPANISH_RAP = locations.shipped("configs", "raps", "one-on-one.es.yaml")
SPANISH = language_of("es")


@pytest.fixture(autouse=True)
def _forget_languages() -> Iterator[None]:
    language_of.cache_clear()
    yield
    language_of.cache_clear()


def own_language(code: str, text: str) -> Path:
    folder = locations.user_config() / "languages"
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{code}.yaml"
    path.write_text(text, encoding="utf-8")
    return path


def test_language_english_is_what_it_always_was() -> None:
    english = language_of("en")
    assert english.spelling is ENGLISH
    assert english.find_whens is find_whens
    assert english.mid_phrase is phrase_end.mid_phrase
    assert english.claims_about_them is claims_about_them
    assert isinstance(english.questions(), RuleQuestionDetector)
    assert english.read("What's José's name?") == read("What's José's name?")
    assert english.off_record == ()


def test_language_lists_what_there_is() -> None:
    assert known_languages() == ("en", "es")
    own_language("qu", "schema: 1")
    assert known_languages() == ("en", "es", "qu")


def test_language_unknown_is_refused_with_those_that_are_known() -> None:
    with pytest.raises(RapError, match="nothing is known of the language 'eo'; use one of en, es"):
        language_of("eo")


def test_language_of_a_rap_must_be_known() -> None:
    text = SPANISH_RAP.read_text("utf-8").replace("language: es", "language: eo")
    with pytest.raises(RapError, match="line 18, language: nothing is known of the language 'eo'"):
        check_rap(parse_document(text.encode(), "rap.yaml"))


@pytest.mark.parametrize(
    ("old", "new", "complaint"),
    [
        ("contractions:", "contractons:", "unknown key; did you mean 'contractions'"),
        (
            "{weekday} en ocho",
            "{weakday} en ocho",
            "there is no {weakday}; use one of clock, count",
        ),
        ("{hour} y media", "* y media", "has a star; a day or a time is said in fixed words"),
        ('"{hour} y cuarto"', '"un cuarto"', "says no time; use {hour} or {clock}, or give 'at'"),
        ('las|la) {hour} menos {minutes}"', 'las|la) {hour} menos"', "has no {minutes} in 'say'"),
        ('- "por que"', '- "(por que"', "has a '(' without its ')'; close it"),
        ("means: weekend", "means: weekday_end", "calendar.days"),
    ],
)
def test_language_file_tells_its_mistakes_with_line_and_remedy(
    old: str, new: str, complaint: str
) -> None:
    text = SHIPPED.read_text("utf-8")
    assert old in text
    own_language("es", text.replace(old, new, 1))
    with pytest.raises(RapError, match=r"es\.yaml cannot be used; mend it there") as error:
        language_of("es")
    assert complaint in str(error.value)


def test_language_own_file_comes_before_the_shipped_one() -> None:
    text = SHIPPED.read_text("utf-8").replace('off_record: ["', 'off_record: ["punto aparte", "')
    own_language("es", text)
    assert language_of("es").off_record[0] == "punto aparte"


@pytest.mark.parametrize(
    ("written", "norms"),
    [
        ("¿Cómo está, Señora Muñoz?", ["como", "esta", "senora", "munoz"]),
        ("COMO ESTA", ["como", "esta"]),
        ("Pa' mañana a las 6:30 p.m.", ["para", "manana", "a", "las", "6:30", "pm"]),
        ("porfa, ok", ["por", "favor", "okay"]),
    ],
)
def test_language_spanish_words_are_compared_without_accents(
    written: str, norms: list[str]
) -> None:
    assert SPANISH.read(written).norms == norms


def test_language_spanish_words_keep_their_places_in_the_text() -> None:
    text = "¿Y mañana, Señora?"
    spoken = SPANISH.read(text)
    assert [text[w.start_char : w.end_char] for w in spoken.words] == ["Y", "mañana", "Señora"]


def test_language_spanish_abbreviations_end_no_sentence() -> None:
    assert len(SPANISH.read("La Sra. Ortiz dijo que no. Y ya.").sentences) == 2


@pytest.mark.parametrize(
    ("text", "held"),
    [
        ("y entonces le dije que", True),
        ("fuimos con la", True),
        ("porque", True),
        ("nos vemos...", True),
        ("este", True),
        ("fuimos a la reunión", False),
        ("no sé con qué.", False),
        ("", False),
        ("gracias", False),
    ],
)
def test_language_spanish_phrases_are_held_open(text: str, held: bool) -> None:
    assert SPANISH.mid_phrase(text) is held


@pytest.mark.parametrize(
    ("card", "claims"),
    [
        ("Quiere un cambio en su trabajo.", True),
        ("Ya está convencida: pide la firma.", True),
        ("Tiene miedo de firmar.", True),
        ("Le preocupa su familia.", True),
        ("Están de acuerdo contigo.", True),
        ("Pregunta qué quiere cambiar.", False),
        ("Pregunta si tiene miedo.", False),
        ("¿Quiere una pausa?", False),
        ("Respira y guarda silencio.", False),
        ("Di que es común temer perder lo poco que hay.", False),
    ],
)
def test_language_spanish_cards_claim_nothing_of_the_other_person(card: str, claims: bool) -> None:
    assert SPANISH.claims_about_them(card) is claims


def test_language_claims_are_told_where_they_stand_in_a_rap() -> None:
    text = SPANISH_RAP.read_text("utf-8")
    old = "Pregunta quién gana cuando nada cambia."
    document = parse_document(text.replace(old, "Quiere un cambio ya.").encode(), "rap.yaml")
    with pytest.raises(RapError, match=r"steps\.2\.goals\.1\.prompts\.1\.text: claims what the"):
        check_rap(document)
