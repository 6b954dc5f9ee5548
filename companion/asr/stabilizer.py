"""Words that stay: partial hypotheses split into committed and tentative text.

LocalAgreement-2 (Polák et al., IWSLT 2022, "CUNI-KIT System for Simultaneous Speech Translation
Task"; made known for Whisper by Macháček et al., 2023, "Turning Whisper into Real-Time
Transcription System"): words on which two hypotheses in a row agree, from the first word on,
are committed.

Committed words are never taken back, not by the final either: it keeps them and adds what comes
after them. Where a later hypothesis tells another story about committed words, the committed ones
are aligned with it (fewest word edits) and only the rest of it is taken. What may still change
in a committed word is its case and punctuation, as Whisper sets them with hindsight.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from companion.domain.metrics import scoring_words


@dataclass(frozen=True, slots=True)
class Stable:
    """A hypothesis in two parts. Text stays out of `repr`."""

    committed: str = field(repr=False)
    tentative: str = field(repr=False)


class Stabilizer:
    """Follows the hypotheses of one segment at a time."""

    def __init__(self) -> None:
        self._committed: list[str] = []
        self._tentative: list[str] = []

    def begin(self, committed: str = "") -> None:
        """Start a segment, or start it again with the words that were committed before."""
        self._committed = committed.split()
        self._tentative = []

    def partial(self, text: str, commit: bool = True) -> Stable:
        """Take the next partial hypothesis; commits what it and the last one agree on.

        Without `commit` nothing is committed yet, however much they agree.
        """
        rest = self._beyond_committed(text.split())
        agreed = _agreeing(self._tentative, rest) if commit else 0
        self._committed += rest[:agreed]
        self._tentative = rest[agreed:]
        return Stable(" ".join(self._committed), " ".join(self._tentative))

    def final(self, text: str) -> str:
        """The text of the segment: the committed words, then the rest of the final hypothesis."""
        self._committed += self._beyond_committed(text.split())
        self._tentative = []
        return " ".join(self._committed)

    def _beyond_committed(self, words: list[str]) -> list[str]:
        committed = [_bare(w) for w in self._committed]
        split = best_split(committed, [_bare(w) for w in words])
        for i, word in enumerate(words[: min(split, len(committed))]):
            if _bare(word) == committed[i]:
                self._committed[i] = word
        return words[split:]


def best_split(committed: Sequence[str], words: Sequence[str]) -> int:
    """How many of `words` stand for the committed ones: the split with the fewest word edits.

    Among equals the one nearest to the number of committed words. With equal prefixes that is
    exactly their number.
    """
    # distances[j]: edits from the committed words read so far to the first j of `words`.
    distances = list(range(len(words) + 1))
    for i, wanted in enumerate(committed, start=1):
        diagonal, distances[0] = distances[0], i
        for j, got in enumerate(words, start=1):
            cost = min(distances[j] + 1, distances[j - 1] + 1, diagonal + (wanted != got))
            diagonal, distances[j] = distances[j], cost
    n = len(committed)
    return min(range(len(words) + 1), key=lambda j: (distances[j], abs(j - n)))


def _agreeing(left: Sequence[str], right: Sequence[str]) -> int:
    count = 0
    for a, b in zip(left, right, strict=False):
        if _bare(a) != _bare(b):
            break
        count += 1
    return count


def _bare(word: str) -> str:
    """A word as it is compared; a token without letters (a dash) stays what it is."""
    return " ".join(scoring_words(word)) or word
