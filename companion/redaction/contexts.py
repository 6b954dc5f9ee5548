"""How likely a word is a name by the words around it, learned from hand-written calls.

A list of safe words cannot tell "hi hope" from "i hope", nor "at silver mesa" from "at the mesa".
A logistic regression over the words around can: it is trained on labelled calls in which names are
replaced by ordinary words, so that it has to judge the place and not the word. Its weights ship as
a readable list, a feature and its weight a line. See `companion.trainer.train_contexts`.
"""

from __future__ import annotations

import gzip
import zlib
from collections.abc import Collection, Iterator, Mapping, Sequence
from functools import lru_cache
from pathlib import Path

from companion import locations
from companion.errors import CompanionError
from companion.redaction.function_words import FUNCTION_WORDS, word_set
from companion.redaction.numbers import is_number
from companion.redaction.spans import SpanType
from companion.redaction.vocabulary import Vocabulary
from companion.redaction.words import Found, Kind, Word

WEIGHT_UNIT = 0.01
"""Weights are written as whole numbers of this."""
THRESHOLD = -4.5
"""Log-odds above which a word is masked. Low: a name that slips costs more than a word too many."""
FAMILIAR_THRESHOLD = -2.5
"""The same for words that the calls are full of."""

# They stand where names stand, and name nobody: days, months, languages, programs.
_NOBODY = word_set(
    """
    monday tuesday wednesday thursday friday saturday sunday mondays tuesdays wednesdays thursdays
    fridays saturdays sundays january february march july september october november december
    christmas easter thanksgiving ramadan english spanish french zoom signal whatsapp facebook
    instagram google youtube slack email mom dad mum mama god everyone everybody noon midnight am pm
    immigration health safety housing wages rent pay schedule help
    work works working home school lunch church line nights days twice once
    """
)
_SMALL_WORD_WITHIN = 3
_MASKED = "#"
_NUMBER = "0"
_BEFORE_TEXT, _AFTER_TEXT = "<", ">"
_STOPS = frozenset(".!?…")


class ContextModel:
    """Weights of features, and the words they are asked about."""

    def __init__(
        self,
        weights: Mapping[str, float],
        threshold: float = THRESHOLD,
        familiar_threshold: float = FAMILIAR_THRESHOLD,
    ) -> None:
        self._weights = weights
        self._threshold = threshold
        self._familiar_threshold = familiar_threshold

    def suspects(
        self,
        words: Sequence[Word],
        masked: Sequence[bool],
        settled: Collection[int],
        vocabulary: Vocabulary,
    ) -> Iterator[Found]:
        """Words that stand where names stand.

        Args:
            words: the text.
            masked: for each word, whether it is masked already; those are not judged again.
            settled: places of words that are known to be just words there.
            vocabulary: what the words are.
        """
        seen = neighbours(words, masked, vocabulary)
        get = self._weights.get
        for at, word in enumerate(words):
            if not masked[at] and at not in settled and may_be_judged(word):
                told = features(words, seen, at, word.norm, vocabulary)
                familiar = f"w {word.norm}" in self._weights
                limit = self._familiar_threshold if familiar else self._threshold
                if sum(get(feature, 0.0) for feature in told) > limit:
                    yield Found(at, at + 1, SpanType.WORD)


def may_be_judged(word: Word) -> bool:
    """Only words of letters that carry content are asked about."""
    content = word.norm not in FUNCTION_WORDS and word.norm not in _NOBODY
    return word.kind is Kind.LETTERS and len(word.norm) > 1 and content


def neighbours(words: Sequence[Word], masked: Sequence[bool], vocabulary: Vocabulary) -> list[str]:
    """What each word is to the words beside it: masked, a number, or itself."""
    seen = []
    for word, is_masked in zip(words, masked, strict=True):
        if is_masked or word.kind in (Kind.MASK, Kind.STRANGE):
            seen.append(_MASKED)
        elif is_number(word):
            seen.append(_NUMBER)
        else:
            known = len(word.norm) == 1 or vocabulary.knows(word.norm)
            seen.append(word.norm if known else _MASKED)
    return seen


def features(
    words: Sequence[Word], seen: Sequence[str], at: int, own: str | None, vocabulary: Vocabulary
) -> list[str]:
    """What is known of a word and of the two words on either side.

    Args:
        words: the text.
        seen: see `neighbours`.
        at: the word in question.
        own: the word itself, in lower case; None to judge by the place alone.
        vocabulary: what the words are.
    """
    before = seen[at - 1] if at > 0 else _BEFORE_TEXT
    earlier = seen[at - 2] if at > 1 else _BEFORE_TEXT
    after = seen[at + 1] if at + 1 < len(seen) else _AFTER_TEXT
    later = seen[at + 2] if at + 2 < len(seen) else _AFTER_TEXT
    mark = "." if at == 0 else _mark(words[at].marks)
    mark_after = "." if at + 1 >= len(words) else _mark(words[at + 1].marks)
    kind = "" if own is None else _kind(own, vocabulary)
    capital = f"{words[at].capital:d}{words[at].opens:d}"
    told = [
        "all",
        f"1 {before}",
        f"2 {earlier} {before}",
        f"3 {earlier}",
        f"4 {after}",
        f"5 {after} {later}",
        f"6 {later}",
        f"7 {before} {after}",
        f"8 {mark} {mark_after}",
        f"9 {mark} {before}",
        f"a {mark_after} {after}",
        f"b {mark}",
        f"c {mark_after}",
        f"d {kind}",
        f"e {kind} {before}",
        f"f {kind} {after}",
        f"g {capital}",
        f"h {before[-3:]}",
        f"i {after[-3:]}",
    ]
    left, right = _small_word(seen, at, -1), _small_word(seen, at, 1)
    told += [f"j {left}", f"k {right}", f"l {left} {right}"]
    if own is not None:
        told += [f"w {own}", f"x {own[-2:]}", f"y {own[-3:]}", f"z {before} {own}"]
    return told


def _small_word(seen: Sequence[str], at: int, step: int) -> str:
    """The nearest word without content on one side, and how far it is."""
    for distance in range(1, _SMALL_WORD_WITHIN + 1):
        place = at + step * distance
        if not 0 <= place < len(seen):
            return f"{distance} -"
        if seen[place] in FUNCTION_WORDS:
            return f"{distance} {seen[place]}"
    return "-"


def _kind(norm: str, vocabulary: Vocabulary) -> str:
    if vocabulary.mostly_word(norm):
        return "?"
    if vocabulary.mostly_name(norm):
        return "~"
    return "+" if vocabulary.family_name(norm) else ""


def _mark(marks: str) -> str:
    marks = marks.strip("'’")
    if any(mark in _STOPS for mark in marks):
        return "."
    return "," if marks else ""


@lru_cache(maxsize=2)
def shipped_contexts(language: str = "en") -> ContextModel:
    """The weights that ship with the program.

    Raises: CompanionError where there are none for the language, or they are damaged.
    """
    return ContextModel(read_weights(artefact(language)))


def artefact(language: str = "en") -> Path:
    """The file of the weights."""
    return locations.shipped("models", f"name_contexts.{language}.txt.gz")


def read_weights(path: Path) -> dict[str, float]:
    """Weights from a file: a feature, a tab and a whole number a line.

    Raises: CompanionError where the file is missing or damaged.
    """
    try:
        lines = gzip.decompress(path.read_bytes()).decode("utf-8").split("\n")
        pairs = (line.split("\t") for line in lines if line)
        return {feature: int(weight) * WEIGHT_UNIT for feature, weight in pairs}
    except (OSError, EOFError, ValueError, zlib.error):
        raise CompanionError(
            f"{path.name}: the weights of redaction are missing or damaged; install companion again"
        ) from None
