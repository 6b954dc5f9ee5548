"""An utterance as n-grams: what the learned models count. The same in training and in a call.

Words in runs of one to three, characters in runs of two to five within a word, and the words of
the two utterances before. On labelled calls this beat sentence embeddings, and it can say which
words decided.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

WORD_RUNS = 3
CHAR_RUNS = (2, 5)
BEFORE = 2
"""So many earlier utterances count, as single words."""

START = "<start>"
"""Stands for an utterance before the first one."""

WORDS = "w"
CHARS = "c"
EARLIER = "e"
BLOCKS = (WORDS, CHARS, EARLIER)
"""Each block of n-grams is weighted and scaled to length one by itself."""

_TOKEN = re.compile(r"[^\W\d_]+(?:'[^\W\d_]+)*|\?")
_MOST_WORDS = 400
"""Words beyond these are not looked at: time stays bounded for a text of any length."""


def tokens(text: str) -> list[str]:
    """Lower-case words and question marks; numbers and other marks are left out."""
    return _TOKEN.findall(text.lower().replace("’", "'"))[:_MOST_WORDS]


def blocks(words: Sequence[str], before: Sequence[Sequence[str]]) -> dict[str, list[str]]:
    """The n-grams of an utterance by block.

    Args:
        words: its `tokens`.
        before: the tokens of the utterances before it, the nearest first.
    """
    return {
        WORDS: list(_word_runs(words)),
        CHARS: list(_char_runs(words)),
        EARLIER: [f"{i} {w}" for i, said in enumerate(before[:BEFORE]) for w in said]
        + [f"{i} {START}" for i in range(len(before), BEFORE)],
    }


def _word_runs(words: Sequence[str]) -> Iterable[str]:
    for n in range(1, WORD_RUNS + 1):
        for at in range(len(words) - n + 1):
            yield " ".join(words[at : at + n])


def _char_runs(words: Sequence[str]) -> Iterable[str]:
    shortest, longest = CHAR_RUNS
    for word in words:
        padded = f" {word} "
        for n in range(shortest, longest + 1):
            for at in range(len(padded) - n + 1):
                yield padded[at : at + n]
