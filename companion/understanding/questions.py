"""Question clauses: where they stand, and of what kind, with and without punctuation.

Rules only. With marks, a sentence's mark decides whether it asks; without marks (as the embedded
recognizer prints) a clause asks where it opens like a question: an auxiliary before its subject
("do you feel safe"), or a question word before an auxiliary ("what do you like"). A detector with
a trained model can take this one's place: it only has to satisfy `QuestionDetector`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from companion.domain.dialogue import Question, QuestionKind
from companion.understanding.openings import (
    DISCOURSE,
    STARTERS,
    Opening,
    OpeningForm,
    opening_at,
    spoken_wh,
)
from companion.understanding.words import Sentence, Spoken, word_set

MAX_QUESTIONS = 60
_TAG_WORDS = frozenset({"right", "correct", "yeah", "huh", "no", "okay", "yes"})
_RHETORICAL = (
    ("who", "knows"),
    ("who", "cares"),
    ("you", "know"),
    ("you", "know", "what"),
    ("guess", "what"),
    ("know", "what", "i", "mean"),
    ("you", "know", "what", "i", "mean"),
    ("you", "see"),
    ("why", "bother"),
    ("what", "can", "you", "do"),
    ("how", "about", "that"),
    ("is", "not", "that", "something"),
)
_SAYING = word_set("say says said saying asked asks goes went like told thought think")
_TELLERS = word_set("i he she they we who people everyone boss manager landlord")
_BACKCHANNELS = word_set("okay yeah mm mhm uh-huh right wow oh well so um uh hmm")


class QuestionDetector(Protocol):
    """Finds the question clauses of one utterance."""

    def find(self, spoken: Spoken) -> tuple[Question, ...]:
        """Questions in the order of their spans, which do not overlap."""


@dataclass(frozen=True, slots=True)
class _Clause:
    """Words `first` to `end - 1` ask something; `opening` says how it opens, if it does."""

    first: int
    end: int
    opening: Opening | None
    probability: float


class RuleQuestionDetector:
    """Questions by their form. Exemptions are not its business: the analyzer marks them."""

    def find(self, spoken: Spoken) -> tuple[Question, ...]:
        """See `QuestionDetector`."""
        clauses: list[_Clause] = []
        for sentence in spoken.sentences:
            if sentence.mark == "?":
                clauses.append(_marked(spoken, sentence))
            elif spoken.punctuated:
                clauses.extend(_unmarked_sentence(spoken, sentence))
            else:
                clauses.extend(_bare(spoken, sentence))
        return tuple(_question(spoken, clause) for clause in clauses[:MAX_QUESTIONS])


def _marked(spoken: Spoken, sentence: Sentence) -> _Clause:
    """The question in a sentence that ends with a question mark."""
    start = _skip_discourse(spoken, sentence.first, sentence.end)
    places = [start] + [i for i in range(start + 1, sentence.end) if spoken.words[i].after_pause]
    for begin in places:
        if begin > start and _is_tag(spoken.norms[begin : sentence.end]):
            break  # "I'm not keeping you, am I?" asks as a whole
        place = _skip_discourse(spoken, begin, sentence.end)
        opening = opening_at(spoken.norms, place, sentence.end)
        if opening is not None:
            return _Clause(place, sentence.end, opening, 0.97)
    # "And you told them what?", "So for you what would be better?": the opening stands inside.
    for place in range(start + 1, sentence.end):
        opening = opening_at(spoken.norms, place, sentence.end)
        if (
            opening is not None
            and opening.form is OpeningForm.WH
            and opening.inverted
            and spoken.norms[place - 1]
            not in _SAYING | {"know", "see", "about", "of", "is", "that"}
        ):
            return _Clause(place, sentence.end, opening, 0.85)
    return _Clause(start, sentence.end, spoken_wh(spoken.norms, start, sentence.end), 0.9)


def _is_tag(norms: list[str]) -> bool:
    """'am i', 'is it not', 'did they': an auxiliary and a pronoun, and no more."""
    opening = opening_at(norms, 0, len(norms))
    short = len(norms) - norms.count("not") == 2
    return short and opening is not None and opening.form is OpeningForm.AUXILIARY


def _unmarked_sentence(spoken: Spoken, sentence: Sentence) -> list[_Clause]:
    """A recognizer sometimes prints a full stop after a question; only clear forms count."""
    start = _skip_discourse(spoken, sentence.first, sentence.end)
    opening = opening_at(spoken.norms, start, sentence.end)
    if opening is None or not opening.plain or not opening.inverted:
        return []
    if sentence.mark == "!" or sentence.end - start < 3:
        return []
    return [_Clause(start, sentence.end, opening, 0.75)]


def _bare(spoken: Spoken, sentence: Sentence) -> list[_Clause]:
    """Questions in text without any marks."""
    norms = spoken.norms
    openings: list[tuple[int, Opening]] = []
    at = sentence.first
    while at < sentence.end and len(openings) < MAX_QUESTIONS:
        joined = spoken.words[at].joined
        opening = None if joined else opening_at(norms, at, sentence.end)
        if opening is not None and _can_begin(norms, sentence.first, at, opening):
            openings.append((at, opening))
            at = opening.end
        else:
            at += 1
    clauses = []
    for number, (first, opening) in enumerate(openings):
        limit = openings[number + 1][0] if number + 1 < len(openings) else sentence.end
        end = _clause_end(norms, opening.end, limit)
        clauses.append(_Clause(first, end, opening, 0.8 if opening.plain else 0.65))
    if not clauses or clauses[-1].end < sentence.end:
        clauses.extend(_closing_tag(spoken, sentence, clauses[-1].end if clauses else 0))
    return clauses


def _can_begin(norms: list[str], first: int, at: int, opening: Opening) -> bool:
    """Whether a question may begin here in text without marks."""
    if at == first:
        return True
    before = norms[at - 1]
    if before in STARTERS:
        return opening.plain or before in DISCOURSE - {"and", "or", "but", "like", "just"}
    if opening.form is OpeningForm.WH:
        return opening.inverted and opening.plain and before not in _NOT_BEFORE_WH
    return opening.plain and opening.strong and before not in _NOT_BEFORE_AUX


_NOT_BEFORE_WH = word_set(
    "know knows knew see sees understand about of is was are tell me exactly that wonder remember "
    "matter matters just like for on in to at with from and or i you he she we they it no"
)
_NOT_BEFORE_AUX = word_set(
    "i he she we they it you that this there who what which where when why how as than nor neither "
    "if to not would could can will should do does did have has had is are was were never the a "
    "an my your our their his her and or people everybody nobody only"
)


def _clause_end(norms: list[str], at: int, limit: int) -> int:
    """Where a question without a mark ends: at a word that starts something new."""
    for place in range(at + 1, limit):
        word = norms[place]
        following = norms[place + 1] if place + 1 < limit else ""
        if word in _BACKCHANNELS and place - at >= 1 and not _inside(norms, place):
            return place
        if word in ("because", "so", "and", "but") and following in ("i", "we", "my"):
            return place
        if word == "i" and following in ("mean", "will", "am", "was", "hear", "know", "had"):
            return place
    return limit


def _inside(norms: list[str], place: int) -> bool:
    """'okay', 'right', 'well', 'so' inside a phrase rather than between two."""
    before = norms[place - 1]
    return before in (
        "is",
        "be",
        "feel",
        "are",
        "the",
        "all",
        "your",
        "not",
        "as",
        "very",
        "a",
        "do",
    )


_NOT_BEFORE_TAG = word_set(
    "all that is be about just yeah not the a your my our are have every to got"
)


def _closing_tag(spoken: Spoken, sentence: Sentence, after: int) -> list[_Clause]:
    """A tag at the end of bare text: "… is it not", "… right"."""
    norms = spoken.norms
    start = max(sentence.first, after)
    length = sentence.end - start
    if length < 4:
        return []
    before = norms[sentence.end - 2]
    if norms[sentence.end - 1] in ("right", "correct") and before not in _NOT_BEFORE_TAG:
        return [_Clause(max(start, sentence.end - 12), sentence.end, None, 0.6)]
    tail = norms[sentence.end - 3 : sentence.end]
    if tail[1] == "not" and tail[2] in ("it", "you", "they", "he", "she", "we", "that"):
        return [_Clause(max(start, sentence.end - 12), sentence.end, None, 0.7)]
    return []


def _skip_discourse(spoken: Spoken, first: int, end: int) -> int:
    """The first word that is not 'so', 'okay', 'well', …; stays put where nothing would be left."""
    at = first
    while at < end - 1 and spoken.words[at].norm in DISCOURSE:
        at += 1
    return at if at < end - 1 or spoken.words[at].norm not in DISCOURSE else first


def _question(spoken: Spoken, clause: _Clause) -> Question:
    first, last = spoken.words[clause.first], spoken.words[clause.end - 1]
    end_char = last.end_char
    text = spoken.text
    while end_char < len(text) and text[end_char] in "?!.":
        end_char += 1
    return Question(
        text=text[first.start_char : end_char],
        start_char=first.start_char,
        end_char=end_char,
        kind=_kind(spoken, clause),
        probability=clause.probability,
    )


def _kind(spoken: Spoken, clause: _Clause) -> QuestionKind:
    norms = spoken.norms[clause.first : clause.end]
    if spoken.words[clause.first].quoted or _is_told(spoken, clause.first):
        return QuestionKind.RHETORICAL
    if tuple(norms) in _RHETORICAL:
        return QuestionKind.RHETORICAL
    opening = clause.opening
    if opening is None:
        if norms[-1] in ("what", "who", "where", "why", "how", "when") and len(norms) <= 6:
            return QuestionKind.OPEN if norms[-1] in ("what", "why", "how") else QuestionKind.NARROW
        return QuestionKind.CLOSED
    if opening.form is OpeningForm.AUXILIARY:
        return QuestionKind.CLOSED
    if len(norms) > 4 and norms[-1] in _TAG_WORDS and spoken.words[clause.end - 1].after_pause:
        return QuestionKind.CLOSED
    return QuestionKind.NARROW if opening.narrow else QuestionKind.OPEN


def _is_told(spoken: Spoken, first: int) -> bool:
    """'and he says …', 'I was like …': the question belongs to a story."""
    if first < 2 or not spoken.words[first].after_pause:
        return False
    before = [w.norm for w in spoken.words[max(0, first - 4) : first]]
    return before[-1] in _SAYING and bool(_TELLERS.intersection(before[:-1]))
