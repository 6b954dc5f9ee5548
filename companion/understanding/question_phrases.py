"""Question clauses by the phrases of a language file, with and without marks.

With marks, what stands between an opening and a closing question mark asks (or, where a language
has no opening mark, the sentence). Without marks, a clause asks where it begins as the file says
that questions begin. Kinds come from the beginning too: a question that is neither open nor
narrow is closed. Satisfies `QuestionDetector`.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from companion.domain.dialogue import Question, QuestionKind
from companion.understanding.language_parts import QuestionRules
from companion.understanding.phrases import Match, PhraseMatcher
from companion.understanding.questions import MAX_QUESTIONS
from companion.understanding.words import Sentence, Spelling, Spoken

OPENING_MARK = "¿"
MARKED, TAGGED, UNMARKED, BARE = 0.97, 0.9, 0.75, 0.7
"""How sure a question mark, a tag, a full stop after a clear form, and mere words make."""
LEAST_BARE_WORDS = 2
_MAX_TOLD_GAP = 1
_CLEAR = "clear"
_NOT_ASKING = "not asking"
_RHETORICAL = "rhetorical"
_TELLING = "telling"
_KINDS = {kind.value: kind for kind in QuestionKind}


@dataclass(frozen=True, slots=True)
class _Clause:
    """Words `first` to `end - 1` ask something."""

    first: int
    end: int
    kind: QuestionKind
    probability: float


class PhraseQuestionDetector:
    """Questions by a language's phrases. Exemptions are the analyzer's business."""

    def __init__(self, rules: QuestionRules, spelling: Spelling) -> None:
        self._lead_ins = frozenset(map(spelling.fold, rules.lead_ins))
        self._reported_after = frozenset(map(spelling.fold, rules.reported_after))
        self._tags = _word_tuples(rules.tags, spelling)
        self._bare_tags = _word_tuples(rules.bare_tags, spelling)
        opening = rules.openings
        self._matcher: PhraseMatcher[str] = PhraseMatcher(
            [
                *((QuestionKind.OPEN.value, phrase) for phrase in opening.open),
                *((QuestionKind.NARROW.value, phrase) for phrase in opening.narrow),
                *((QuestionKind.CLOSED.value, phrase) for phrase in opening.closed),
                *((QuestionKind.CLOSED.value, phrase) for phrase in opening.always_closed),
                *((_CLEAR, phrase) for phrase in opening.clear),
                *((_NOT_ASKING, phrase) for phrase in rules.not_asking),
                *((_RHETORICAL, phrase) for phrase in rules.rhetorical),
                *((_TELLING, phrase) for phrase in rules.telling),
            ],
            spelling,
        )

    def find(self, spoken: Spoken) -> tuple[Question, ...]:
        """See `QuestionDetector`."""
        by_place: dict[int, list[Match[str]]] = {}
        for match in self._matcher.find(spoken.words):
            by_place.setdefault(match.first, []).append(match)
        clauses: list[_Clause] = []
        for sentence in spoken.sentences:
            if sentence.mark == "?":
                clauses.append(self._marked(spoken, sentence, by_place))
            elif spoken.punctuated:
                clauses.extend(self._unmarked(spoken, sentence, by_place))
            else:
                clauses.extend(self._bare(spoken, sentence, by_place))
        return tuple(_question(spoken, clause) for clause in clauses[:MAX_QUESTIONS])

    def _marked(
        self, spoken: Spoken, sentence: Sentence, found: dict[int, list[Match[str]]]
    ) -> _Clause:
        """The question in a sentence that ends with a question mark."""
        opened = [i for i in range(sentence.first, sentence.end) if _opened(spoken, i)]
        first = opened[-1] if opened else self._led(spoken, sentence)
        end = sentence.end
        if opened and tuple(spoken.norms[first:end]) in self._tags:
            # "Sigues de noche, ¿verdad?" asks as a whole.
            before = max((o for o in opened if o < first), default=sentence.first)
            if before < first:
                return _Clause(before, end, QuestionKind.CLOSED, TAGGED)
        if self._is_rhetorical(spoken, first, end, found):
            return _Clause(first, end, QuestionKind.RHETORICAL, MARKED)
        tag = 0 if opened else self._tag_length(spoken, first, end, self._tags)
        kind = QuestionKind.CLOSED if tag else self._kind(spoken, first, end, found)
        return _Clause(first, end, kind, MARKED)

    def _kind(
        self, spoken: Spoken, first: int, end: int, found: dict[int, list[Match[str]]]
    ) -> QuestionKind:
        """By the opening of the clause, or, after a name or "y a ti", by the one inside."""
        for place in (self._past_lead_ins(spoken, first, end), *range(first + 1, end)):
            best = _longest(found.get(place, ()), _KINDS)
            if best is None or (place > first + 1 and not _accented(spoken, place, best)):
                continue
            return _KINDS[best.key]
        return QuestionKind.CLOSED

    def _unmarked(
        self, spoken: Spoken, sentence: Sentence, found: dict[int, list[Match[str]]]
    ) -> Iterable[_Clause]:
        """A recognizer sometimes prints a full stop after a question; only clear forms count."""
        first = self._led(spoken, sentence)
        best = _longest(found.get(first, ()), _KINDS)
        if sentence.mark != "." or sentence.end - first < LEAST_BARE_WORDS or best is None:
            return
        clear = best.key != QuestionKind.CLOSED.value and _accented(spoken, first, best)
        if clear and self._asks_bare(spoken, sentence, first, found.get(first, ())):
            yield _Clause(first, sentence.end, _KINDS[best.key], UNMARKED)

    def _bare(
        self, spoken: Spoken, sentence: Sentence, found: dict[int, list[Match[str]]]
    ) -> Iterable[_Clause]:
        """Questions in text without any marks."""
        openings: list[tuple[int, Match[str]]] = []
        for place in range(sentence.first, sentence.end):
            inside = bool(openings) and place < openings[-1][1].end
            matches = found.get(place, ())
            if not inside and self._asks_bare(spoken, sentence, place, matches):
                best = _longest(matches, _KINDS)
                assert best is not None
                openings.append((place, best))
        for number, (place, best) in enumerate(openings):
            limit = openings[number + 1][0] if number + 1 < len(openings) else sentence.end
            end = self._bare_end(spoken, best.end, limit)
            rhetorical = self._is_rhetorical(spoken, place, end, found)
            kind = QuestionKind.RHETORICAL if rhetorical else _KINDS[best.key]
            yield _Clause(place, end, kind, BARE)
        if not openings:
            at = sentence.first
            length = self._tag_length(spoken, at, sentence.end, self._bare_tags)
            if length and sentence.end - at - length >= LEAST_BARE_WORDS:
                yield _Clause(at, sentence.end, QuestionKind.CLOSED, BARE)

    def _asks_bare(
        self, spoken: Spoken, sentence: Sentence, place: int, matches: Iterable[Match[str]]
    ) -> bool:
        """Whether a question begins at a word, by words and accents alone."""
        matches = tuple(matches)
        best = _longest(matches, _KINDS)
        if best is None or sentence.end - place < LEAST_BARE_WORDS:
            return False
        if any(match.key == _NOT_ASKING for match in matches):
            return False
        before = spoken.norms[place - 1] if place > sentence.first else ""
        leads = not before or before in self._lead_ins
        if best.key == QuestionKind.CLOSED.value:
            return leads
        if not any(match.key == _CLEAR for match in matches):
            return False
        # "Y usted qué sintió": with its accent a question word asks after a name or a pronoun, too.
        return leads or (_accented(spoken, place, best) and before not in self._reported_after)

    def _bare_end(self, spoken: Spoken, at: int, limit: int) -> int:
        """Before the lead-in words of what follows."""
        while (
            limit > at and limit < len(spoken.norms) and spoken.norms[limit - 1] in self._lead_ins
        ):
            limit -= 1
        return limit

    def _led(self, spoken: Spoken, sentence: Sentence) -> int:
        return self._past_lead_ins(spoken, sentence.first, sentence.end)

    def _past_lead_ins(self, spoken: Spoken, first: int, end: int) -> int:
        """The first word that is not 'y', 'entonces', …; stays where nothing would be left."""
        at = first
        while at < end - 1 and spoken.norms[at] in self._lead_ins:
            at += 1
        return at

    def _tag_length(
        self, spoken: Spoken, first: int, end: int, tags: frozenset[tuple[str, ...]]
    ) -> int:
        """Words of a tag after a statement; 0 where there is none."""
        for length in range(1, min(4, end - first - 1) + 1):
            at = end - length
            apart = not spoken.punctuated or spoken.words[at].after_pause
            if apart and tuple(spoken.norms[at:end]) in tags:
                return length
        return 0

    def _is_rhetorical(
        self, spoken: Spoken, first: int, end: int, found: dict[int, list[Match[str]]]
    ) -> bool:
        """Quoted in a story, or a phrase that nobody is to answer."""
        if spoken.words[first].quoted:
            return True
        core = self._past_lead_ins(spoken, first, end)
        if any(m.key == _RHETORICAL and m.end == end for m in found.get(core, ())):
            return True
        if not spoken.words[first].after_pause:
            return False
        start = spoken.sentences[spoken.words[first].sentence].first
        return any(
            m.key == _TELLING and 0 <= first - m.end <= _MAX_TOLD_GAP
            for place in range(max(start, first - 4), first)
            for m in found.get(place, ())
        )


def _opened(spoken: Spoken, at: int) -> bool:
    """Whether an opening question mark stands right before a word."""
    start = spoken.words[at].start_char
    before = spoken.text[spoken.words[at - 1].end_char if at else 0 : start]
    return OPENING_MARK in before


def _accented(spoken: Spoken, place: int, match: Match[str]) -> bool:
    """Whether a word of the opening is written with an accent: 'qué' asks, 'que' may join."""
    first, last = spoken.words[place], spoken.words[min(match.end, place + 2) - 1]
    written = spoken.text[first.start_char : last.end_char].lower()
    return not written.isascii() or written.startswith("por qu")


def _longest(matches: Iterable[Match[str]], keys: Iterable[str]) -> Match[str] | None:
    """The longest of them; of equally long ones the last, which a file lists as the exception."""
    wanted = frozenset(keys)
    best: Match[str] | None = None
    for match in matches:
        if match.key in wanted and (best is None or match.end >= best.end):
            best = match
    return best


def _word_tuples(phrases: Iterable[str], spelling: Spelling) -> frozenset[tuple[str, ...]]:
    return frozenset(tuple(spelling.fold(phrase.lower()).split()) for phrase in phrases)


def _question(spoken: Spoken, clause: _Clause) -> Question:
    text = spoken.text
    start, end = spoken.words[clause.first].start_char, spoken.words[clause.end - 1].end_char
    if start and text[start - 1] == OPENING_MARK:
        start -= 1
    while end < len(text) and text[end] in "?!.":
        end += 1
    return Question(
        text=text[start:end],
        start_char=start,
        end_char=end,
        kind=clause.kind,
        probability=clause.probability,
    )
