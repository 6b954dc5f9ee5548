"""How well words were recognized: the word error rate, with its counts."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

_APOSTROPHES = str.maketrans({"’": "'", "‘": "'", "`": "'"})
# Recognizers write titles short, transcripts of speech write them out.
_TITLES = {"mr": "mister", "mrs": "missus", "dr": "doctor"}
_WORD = re.compile(r"[^\W_]+(?:'[^\W_]+)*")


def scoring_words(text: str) -> tuple[str, ...]:
    """The words of a text as they are compared: lower case, no punctuation, hyphens split.

    'Mr', 'Mrs' and 'Dr' count as spelled out. Digits and spelled numbers stay as they are
    written: write references as they are spoken.
    """
    plain = unicodedata.normalize("NFKC", text).translate(_APOSTROPHES).casefold()
    return tuple(_TITLES.get(word, word) for word in _WORD.findall(plain))


@dataclass(frozen=True, slots=True)
class WordErrors:
    """Counts of an alignment with the fewest errors; add them up over texts."""

    substitutions: int = 0
    deletions: int = 0
    insertions: int = 0
    reference_words: int = 0

    @property
    def errors(self) -> int:
        """Substitutions, deletions and insertions together."""
        return self.substitutions + self.deletions + self.insertions

    @property
    def rate(self) -> float:
        """WER: errors for each reference word. May exceed 1; 0 for nothing against nothing."""
        if self.reference_words == 0:
            return float(self.insertions > 0)
        return self.errors / self.reference_words

    def __add__(self, other: WordErrors) -> WordErrors:
        return WordErrors(
            self.substitutions + other.substitutions,
            self.deletions + other.deletions,
            self.insertions + other.insertions,
            self.reference_words + other.reference_words,
        )


def word_errors(reference: str, hypothesis: str) -> WordErrors:
    """Compare two texts word by word after `scoring_words`."""
    return align_words(scoring_words(reference), scoring_words(hypothesis))


def total_word_errors(pairs: Iterable[tuple[str, str]]) -> WordErrors:
    """The sum over (reference, hypothesis) pairs: longer texts weigh more."""
    total = WordErrors()
    for reference, hypothesis in pairs:
        total += word_errors(reference, hypothesis)
    return total


def align_words(reference: Sequence[str], hypothesis: Sequence[str]) -> WordErrors:
    """Levenshtein alignment over words, with counts by kind.

    Among alignments with equally few errors, substitutions are preferred, as sclite does.
    """
    # Each cell: (errors, insertions, deletions, substitutions); the first column is all deletions.
    row = [(j, j, 0, 0) for j in range(len(hypothesis) + 1)]
    for i, wanted in enumerate(reference, start=1):
        above, row = row, [(i, 0, i, 0)]
        for j, got in enumerate(hypothesis, start=1):
            errors, ins, dels, subs = above[j - 1]
            if wanted == got:
                row.append((errors, ins, dels, subs))
                continue
            best = (errors + 1, ins, dels, subs + 1)
            errors, ins, dels, subs = above[j]
            best = min(best, (errors + 1, ins, dels + 1, subs))
            errors, ins, dels, subs = row[j - 1]
            row.append(min(best, (errors + 1, ins + 1, dels, subs)))
    _, insertions, deletions, substitutions = row[-1]
    return WordErrors(substitutions, deletions, insertions, len(reference))
