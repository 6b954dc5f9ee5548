"""The open form of the organizer's own closed question.

"Do you like where you work?" becomes "What do you like about where you work?". Only the words of
the question are used, in memory, for one card. Works on punctuated text and on bare lower case.
"""

from __future__ import annotations

from companion.domain.prompt import MAX_WORDS
from companion.understanding.cards import card_problem
from companion.understanding.language import Language, language_of
from companion.understanding.openings import DISCOURSE
from companion.understanding.rap import Rap
from companion.understanding.rewrites import Template, compile_template
from companion.understanding.words import word_set

_AUXILIARIES = word_set("do does did have has is are was were can could would will")
_TAIL = word_set("right okay yeah no then though too anyway or not yet much lately nowadays")
_ADVERBS = word_set("ever even really actually always usually honestly")
"""A closed question takes them in its stride; "when do you ever" would be no English."""
_UPPER = {"i": "I"}


class Rewriter:
    """Compiled rewrites of a rap."""

    def __init__(self, rap: Rap) -> None:
        self._language = language_of(rap.language)
        spelling = self._language.spelling
        self._templates: tuple[Template, ...] = tuple(
            compile_template(rewrite.closed, rewrite.open, spelling) for rewrite in rap.rewrites
        )

    def open_form(self, question: str) -> str | None:
        """An open question about the same matter, or None where none would be good."""
        words, written = _words(question, self._language)
        if not words or len(words) > 2 * MAX_WORDS:
            return None
        for template in self._templates:
            text = template.apply(words, written)
            if text is not None:
                for apart, joined in self._language.joined:
                    text = text.replace(f" {apart} ", f" {joined} ")
                if _stands(text, self._language):
                    return text
        return None


def _words(question: str, language: Language) -> tuple[list[str], list[str]]:
    """The question's words, and how each was written, from its verb to before a tag."""
    spoken = language.read(question)
    words: list[str] = []
    written: list[str] = []
    for word in spoken.words:
        if word.joined:
            # The opened half of a contraction keeps its place; the written form stands once.
            words.append(word.norm)
            written.append("")
            continue
        words.append(word.norm)
        text = question[word.start_char : word.end_char]
        shouted = question.isupper() and len(question) > 3
        low = text.lower()
        written.append(_UPPER.get(low, low if shouted else text))
    if language.is_english:
        return _in_english(words, written)
    first, end = 0, len(words)
    while first < end and words[first] in language.lead_ins:
        first += 1
    while end > first + 2 and words[end - 1] in language.tags:
        end -= 1
    return words[first:end], written[first:end]


def _in_english(words: list[str], written: list[str]) -> tuple[list[str], list[str]]:
    """From the last start of the question's auxiliary to before a tag."""
    first = 0
    while first < len(words) and words[first] in DISCOURSE - _AUXILIARIES:
        first += 1
    # "Do you, do you feel safe": begin at the last start of the same words.
    for place in range(first + 1, max(first + 1, len(words) - 2)):
        if words[place : place + 2] == words[first : first + 2] and words[first] in _AUXILIARIES:
            first = place
    if words[first + 1 : first + 2] == ["not"]:  # "don't you think" asks what "do you think" asks
        del words[first + 1], written[first + 1]
    kept = [i for i in range(len(words)) if i <= first or words[i] not in _ADVERBS]
    words, written = [words[i] for i in kept], [written[i] for i in kept]
    end = len(words)
    while end > first + 3 and words[end - 1] in _TAIL:
        end -= 1
    return words[first:end], written[first:end]


def _stands(text: str, language: Language) -> bool:
    """Whether a rewrite is fit for a card: short, honest, and not torn off in the middle."""
    if card_problem(text) is not None or language.claims_about_them(text):
        return False
    if not language.is_english:
        return not language.mid_phrase(text.rstrip("?!. "))
    words = language.read(text).norms
    return bool(words) and words[-1] not in (
        "the",
        "a",
        "an",
        "to",
        "of",
        "and",
        "or",
        "your",
        "um",
    )
