"""Redaction: what is not known to be safe is masked.

The way round matters. A list of names is never complete; a list of ordinary words is short, and
whatever it lacks is masked. United with it are recognizers of what ordinary words can give away:
numbers, addresses, employers and streets, ages, somebody's health, and names that are words.

It fails closed: should anything go wrong inside, the whole text is masked.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Collection, Iterable, Iterator, Sequence
from functools import lru_cache

from companion.redaction.ages import ages
from companion.redaction.capitals import capitalized
from companion.redaction.contexts import ContextModel, shipped_contexts
from companion.redaction.health import health_and_status
from companion.redaction.names import NameFinder
from companion.redaction.numbers import identifying_numbers
from companion.redaction.patterns import written_forms
from companion.redaction.places import places
from companion.redaction.spans import Redaction, Span, SpanType
from companion.redaction.spoken_addresses import spelled_out, spoken_addresses
from companion.redaction.vocabulary import EMPTY, Vocabulary, artefact, shipped_vocabulary
from companion.redaction.words import Found, Kind, Word, norm_at, read_words, to_span

LONGEST_TEXT = 100_000
"""Characters; a longer text is masked as a whole."""

_MASKS = {
    SpanType.PERSON: "[name]",
    SpanType.LOCATION: "[place]",
    SpanType.PHONE: "[number]",
    SpanType.ID: "[number]",
    SpanType.AGE: "[number]",
    SpanType.NUMBER: "[number]",
}
_OTHER_MASK = "[word]"
# The more telling type wins where two stretches overlap.
_RANK = {kind: rank for rank, kind in enumerate((
    SpanType.EMAIL, SpanType.URL, SpanType.HANDLE, SpanType.PHONE, SpanType.IMMIGRATION,
    SpanType.HEALTH, SpanType.AGE, SpanType.LOCATION, SpanType.ORG, SpanType.ID, SpanType.PERSON,
    SpanType.NUMBER, SpanType.WORD,
))}  # fmt: skip
# Digits with a short ending that say a day, a time or an amount.
_HARMLESS_MIX = re.compile(r"\d{1,2}(?:st|nd|rd|th|am|pm|a|p|s|x|h|hr|hrs|k|ish)\Z")
_JOINTS = re.compile(r"[\s'’-]{0,3}\Z")
_COMMA_JOINT = re.compile(r",\s\Z")
_MOST_ROUNDS = 8


class Redactor:
    """Masks texts with one vocabulary. Has no state between texts; safe to share by threads."""

    def __init__(self, vocabulary: Vocabulary, contexts: ContextModel | None = None) -> None:
        self._vocabulary = vocabulary
        self._contexts = contexts

    def redact(self, text: str, kept: Collection[str] = ()) -> Redaction:
        """A text with masks, and what they stand for.

        Args:
            text: one utterance or note; any text.
            kept: words that pass because a person typed them knowingly; case does not matter.

        Returns: the masked text. Redacting that again changes nothing. Spans are sorted and do
            not overlap; all between them is the text as it was.
        """
        if len(text) > LONGEST_TEXT:
            return _wholly_masked(text)
        passing = frozenset(w.norm for keep in kept for w in read_words(keep.lower()))
        try:
            return self._redact(text, passing)
        except Exception:  # noqa: BLE001 - whatever goes wrong, nothing may slip out unmasked
            return _wholly_masked(text)

    def _redact(self, text: str, passing: frozenset[str]) -> Redaction:
        """Masks until nothing more is found: a mask can make its neighbours tell more."""
        spans: list[Span] = []
        masked = text
        for _ in range(_MOST_ROUNDS):
            more = _merged(masked, self._spans(masked, passing))
            if not more:
                return Redaction(masked, tuple(spans))
            spans = _together(text, spans, more)
            masked = _with_masks(text, spans)
        return _wholly_masked(text)

    def _spans(self, text: str, passing: frozenset[str]) -> list[Span]:
        words = read_words(text)
        names = NameFinder(words, self._vocabulary)
        found = [to_span(words, f) for f in (*self._found(words), *names.find())]
        found += written_forms(text)
        if self._contexts is not None:
            masked = _covered(words, found)
            suspects = self._contexts.suspects(words, masked, names.just_words(), self._vocabulary)
            found += [to_span(words, suspect) for suspect in suspects]
        if passing:
            passed = [w for w in words if w.norm in passing]
            found = [part for span in found for part in _without(span, passed)]
        masks = [w for w in words if w.kind is Kind.MASK]
        return [part for span in found for part in _without(span, masks)]

    def _found(self, words: Sequence[Word]) -> Iterator[Found]:
        for at, word in enumerate(words):
            if word.kind is not Kind.MASK and not self._ordinary(word):
                yield Found(at, at + 1, self._unknown_type(words, at))
        yield from identifying_numbers(words)
        yield from spelled_out(words)
        yield from spoken_addresses(words, self._no_name)
        yield from ages(words, self._ordinary)
        yield from health_and_status(words)
        yield from places(words, self._ordinary)
        yield from capitalized(words)

    def _ordinary(self, word: Word) -> bool:
        if word.kind is Kind.LETTERS:
            return len(word.norm) == 1 or self._vocabulary.knows(word.norm)
        if word.kind is Kind.DIGITS:
            return True  # identifying_numbers judges them
        return word.kind is Kind.STRANGE and bool(_HARMLESS_MIX.match(word.norm))

    def _no_name(self, word: Word) -> bool:
        """An ordinary word that is not also somebody's name."""
        return self._ordinary(word) and not self._vocabulary.may_name(word.norm)

    def _unknown_type(self, words: Sequence[Word], at: int) -> SpanType:
        word = words[at]
        if word.kind is Kind.STRANGE:
            has_digit = any(c.isdigit() for c in word.norm)
            return SpanType.ID if has_digit else SpanType.WORD
        if self._vocabulary.is_name(word.norm):
            return SpanType.PERSON
        if norm_at(words, at - 1) in ("in", "near", "outside", "into", "through", "across"):
            return SpanType.LOCATION
        return SpanType.PERSON if word.capital and not word.opens else SpanType.WORD


@lru_cache(maxsize=2)
def shipped_redactor(language: str = "en") -> Redactor:
    """The redactor with the list of words and the weights that ship with the program.

    For a language without a list no word is known to be harmless, so every word is masked.

    Raises: CompanionError where a list or the weights are damaged.
    """
    if language != "en" and not artefact(language).is_file():
        return Redactor(EMPTY)
    return Redactor(shipped_vocabulary(language), shipped_contexts(language))


def mask_of(kind: SpanType) -> str:
    """What stands in the place of a span."""
    return _MASKS.get(kind, _OTHER_MASK)


def _wholly_masked(text: str) -> Redaction:
    if not text.strip():
        return Redaction(text)
    return Redaction(_OTHER_MASK, (Span(0, len(text), SpanType.WORD),))


def _covered(words: Sequence[Word], spans: Iterable[Span]) -> list[bool]:
    """Which words a span touches."""
    covered = [word.kind is Kind.MASK for word in words]
    for span in spans:
        at = bisect_right(words, span.start, key=_end_of)
        while at < len(words) and words[at].start < span.end:
            covered[at] = True
            at += 1
    return covered


def _end_of(word: Word) -> int:
    return word.end


def _without(span: Span, words: Iterable[Word]) -> list[Span]:
    """What is left of a span beside some words."""
    parts = [span]
    for word in words:
        cut: list[Span] = []
        for part in parts:
            if word.end <= part.start or part.end <= word.start:
                cut.append(part)
                continue
            if part.start < word.start:
                cut.append(Span(part.start, word.start, part.type))
            if word.end < part.end:
                cut.append(Span(word.end, part.end, part.type))
        parts = cut
    return parts


def _merged(text: str, spans: Iterable[Span]) -> list[Span]:
    """Sorted and disjoint; neighbours that seem to be one thing become one span."""
    result: list[Span] = []
    for span in sorted((_trimmed(text, s) for s in spans), key=lambda s: (s.start, s.end)):
        if span.start >= span.end:
            continue
        if result and _are_one(text, result[-1], span):
            last = result[-1]
            kind = min(last.type, span.type, key=_RANK.__getitem__)
            result[-1] = Span(last.start, max(last.end, span.end), kind)
        else:
            result.append(span)
    return result


def _trimmed(text: str, span: Span) -> Span:
    start, end = span.start, span.end
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    return Span(start, end, span.type)


def _are_one(text: str, left: Span, right: Span) -> bool:
    if right.start < left.end:
        return True
    between = text[left.end : right.start]
    if _COMMA_JOINT.match(between):
        return left.type is right.type is SpanType.LOCATION
    return bool(_JOINTS.match(between)) and (
        mask_of(left.type) == mask_of(right.type) or SpanType.WORD in (left.type, right.type)
    )


def _with_masks(text: str, spans: Sequence[Span]) -> str:
    parts = []
    at = 0
    for span in spans:
        parts += [text[at : span.start], mask_of(span.type)]
        at = span.end
    return "".join([*parts, text[at:]])


def _together(text: str, spans: Sequence[Span], more: Sequence[Span]) -> list[Span]:
    """Spans of the text, with those of the masked text brought back to their places in it."""
    if not spans:
        return list(more)
    places: list[tuple[int, int]] = []  # where each kept stretch of the masked text comes from
    at = moved = 0
    for span in spans:
        places.append((at + moved, at))
        moved += len(mask_of(span.type)) - (span.end - span.start)
        at = span.end
    places.append((at + moved, at))

    def original(offset: int) -> int:
        masked_at, text_at = max(p for p in places if p[0] <= offset)
        return text_at + offset - masked_at

    back = [Span(original(s.start), original(s.end - 1) + 1, s.type) for s in more]
    return _merged(text, [*spans, *back])
