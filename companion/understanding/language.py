"""A language as understanding needs it: its words, its questions, its days, its half sentences.

English is in code and in models that were trained for it. Every other language is a file,
`configs/languages/<code>.yaml`, that says what a rap in it need not say; see `language_parts`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache

from companion import locations
from companion.documents import read_document, validate_document
from companion.errors import RapError
from companion.understanding import phrase_end
from companion.understanding.calendar_forms import CalendarReader
from companion.understanding.cards import claims_about_them
from companion.understanding.dates import When, find_whens
from companion.understanding.language_parts import LanguageRules
from companion.understanding.openings import DISCOURSE
from companion.understanding.phrases import PhraseMatcher
from companion.understanding.question_phrases import PhraseQuestionDetector
from companion.understanding.questions import QuestionDetector, RuleQuestionDetector
from companion.understanding.words import ENGLISH, Spelling, Spoken, plain_spelling, read, word_set

ENGLISH_CODE = "en"
_FOLDER = "languages"


@dataclass(frozen=True, slots=True)
class Language:
    """What is known of one language."""

    code: str
    spelling: Spelling
    find_whens: Callable[[Spoken, date], list[When]] = field(repr=False)
    """The days and times to come of an utterance, against the day of the call."""
    mid_phrase: Callable[[str], bool] = field(repr=False)
    """Whether words so far end in mid-phrase, so that a short silence is a breath."""
    claims_about_them: Callable[[str], bool] = field(repr=False)
    """Whether a card's text claims what the other person feels, wants or agrees to."""
    lead_ins: frozenset[str] = field(repr=False)
    """Words that lead into a question without being part of it."""
    tags: frozenset[str] = field(default=frozenset(), repr=False)
    """Words that end a question without being part of what is asked."""
    denials: frozenset[str] = field(default=frozenset(), repr=False)
    """Beside a role they rule it out."""
    corrections: tuple[str, ...] = field(default=(), repr=False)
    """Phrases after which a new day takes the place of another."""
    joined: tuple[tuple[str, str], ...] = field(default=(), repr=False)
    """Words that become one where a rewrite brings them together: 'de el' and 'del'."""
    off_record: tuple[str, ...] = ()
    """Spoken phrases that take the call off the record."""
    rules: LanguageRules | None = field(default=None, repr=False)
    """The file; None for English."""

    @property
    def is_english(self) -> bool:
        """Whether what was written and trained for English fits."""
        return self.code == ENGLISH_CODE

    def read(self, text: str) -> Spoken:
        """An utterance as words."""
        return read(text, self.spelling)

    def questions(self) -> QuestionDetector:
        """The detector of questions by rules; for English a trained one is better."""
        if self.rules is None:
            return RuleQuestionDetector()
        return PhraseQuestionDetector(self.rules.questions, self.spelling)


@lru_cache(maxsize=8)
def language_of(code: str) -> Language:
    """What is known of a language, kept while the program runs.

    Raises: RapError where nothing is, with the languages that there are; DocumentError where its
        file is no YAML document.
    """
    if code == ENGLISH_CODE:
        return _english()
    path = locations.find_config(_FOLDER, f"{code}.yaml")
    if not path.is_file():
        raise RapError(
            f"nothing is known of the language '{code}'; use one of "
            f"{', '.join(known_languages())}, or describe it in {_FOLDER}/{code}.yaml "
            "beside your raps, as es.yaml does"
        )
    document = read_document(path)
    rules, problems = validate_document(document, LanguageRules)
    if rules is None or problems:
        raise RapError(
            f"{document.name} cannot be used; mend it there and try again:\n  "
            + "\n  ".join(str(problem) for problem in problems)
        )
    return _described(code, rules)


def known_languages() -> tuple[str, ...]:
    """The codes of the languages that a rap may have."""
    folders = (locations.user_config() / _FOLDER, locations.shipped("configs", _FOLDER))
    found = {path.stem for folder in folders for path in folder.glob("*.yaml")}
    return tuple(sorted({ENGLISH_CODE, *found}))


def _english() -> Language:
    return Language(
        code=ENGLISH_CODE,
        spelling=ENGLISH,
        find_whens=find_whens,
        mid_phrase=phrase_end.mid_phrase,
        claims_about_them=claims_about_them,
        lead_ins=DISCOURSE,
        denials=word_set("not never nor neither only"),
    )


def _described(code: str, rules: LanguageRules) -> Language:
    spelling = plain_spelling(
        rules.contractions, frozenset(rules.abbreviations), accents_matter=rules.accents_matter
    )
    held = phrase_end.HeldWords(
        frozenset(map(spelling.fold, rules.phrase_end.holds)),
        frozenset(map(spelling.fold, rules.phrase_end.unless_marked)),
    )
    return Language(
        code=code,
        spelling=spelling,
        find_whens=CalendarReader(rules.calendar, spelling).whens,
        mid_phrase=lambda text: held.mid_phrase(spelling.fold(text)),
        claims_about_them=_ClaimFinder(rules, spelling).claims,
        lead_ins=frozenset(map(spelling.fold, rules.questions.lead_ins)),
        tags=frozenset(spelling.fold(tag) for tag in rules.questions.tags),
        denials=frozenset(map(spelling.fold, rules.denials)),
        corrections=rules.corrections,
        joined=tuple(rules.joined.items()),
        off_record=rules.off_record,
        rules=rules,
    )


class _ClaimFinder:
    """Claims about the other person, by the phrases of a language file."""

    def __init__(self, rules: LanguageRules, spelling: Spelling) -> None:
        self._spelling = spelling
        self._phrases: PhraseMatcher[str] = PhraseMatcher(
            [("", phrase) for phrase in rules.claims], spelling
        )
        self._unless = frozenset(map(spelling.fold, rules.claims_unless))

    def claims(self, text: str) -> bool:
        """Whether a sentence states such a claim, and neither asks nor supposes it."""
        spoken = read(text, self._spelling)
        for match in self._phrases.find(spoken.words):
            sentence = spoken.sentences[spoken.words[match.first].sentence]
            before = spoken.norms[sentence.first : match.first]
            if sentence.mark != "?" and self._unless.isdisjoint(before):
                return True
        return False
