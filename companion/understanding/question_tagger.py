"""Question clauses found by a trained model, with and without marks.

A linear-chain conditional random field (Lafferty, McCallum and Pereira, 2001) gives each word a
label: begins or goes on with a question of some kind, or with a statement. Its weights come from
`companion.trainer.train_questions`; here they are only added up and decoded. Where the text has
marks they bind: a clause does not reach beyond its sentence, and a sentence that ends with a
question mark ends in a question. Where it has none, all ways to read it are weighed; see
`stretches`.
"""

from __future__ import annotations

import io
import zipfile
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import BinaryIO

import numpy as np
from numpy.typing import NDArray

from companion.domain.dialogue import Question, QuestionKind
from companion.errors import ModelError
from companion.understanding.chain import Floats, best_path, marginals
from companion.understanding.question_features import features
from companion.understanding.questions import MAX_QUESTIONS
from companion.understanding.stretches import Stretch, choose, stretches
from companion.understanding.words import Spoken, word_set

FORM = 1
"""Of the artefact; another one is refused."""

FILE = "questions.en.npz"
STATEMENT = "statement"
SORTS = (*(kind.value for kind in QuestionKind), STATEMENT)
LABELS = tuple(f"{place} {sort}" for sort in SORTS for place in ("begin", "go on"))
"""The labels of words: even ones begin a clause, the odd one after it goes on with it."""

MAX_BARE_WORDS = 80
"""Nobody asks this long without a pause: a longer clause without marks is no question but noise."""

_NEVER = -1e4
_BEGINS = np.arange(len(LABELS)) % 2 == 0
_ASKS = np.arange(len(LABELS)) < 2 * len(QuestionKind)
_SAME_CLAUSE = np.equal.outer(np.arange(len(LABELS)) // 2, np.arange(len(LABELS)) // 2)
_MAY_FOLLOW = _BEGINS[np.newaxis, :] | _SAME_CLAUSE
_END_MARKS = "?!.…"
_FILLERS = word_set("okay yeah mm mhm hmm um uh")
"""Before a question, not part of it."""


@dataclass(frozen=True, slots=True)
class QuestionWeights:
    """What training found. `f`: features; labels in the order of `LABELS`."""

    known: frozenset[str] = field(repr=False)
    """Words that count as themselves, since they occur in calls about many things."""
    rows: dict[str, int] = field(repr=False)
    """A feature to its row of `emission`."""
    emission: Floats = field(repr=False)
    """f32[f, 10], how much a feature speaks for a label."""
    transition: Floats = field(repr=False)
    """f32[10, 10], how well a label (column) follows another (row)."""

    def to_bytes(self) -> bytes:
        """The artefact; the same weights give the same bytes."""
        buffer = io.BytesIO()
        np.savez(
            buffer,
            form=np.int64(FORM),
            known=_packed(sorted(self.known)),
            features=_packed(sorted(self.rows, key=self.rows.__getitem__)),
            emission=self.emission.astype(np.float16),
            transition=self.transition.astype(np.float32),
        )
        return buffer.getvalue()


def read_weights(source: Path | BinaryIO) -> QuestionWeights:
    """The weights of an artefact in a file or in memory.

    Raises: ModelError where it is not one, or one of another form.
    """
    try:
        with np.load(source, allow_pickle=False) as arrays:
            if int(arrays["form"]) != FORM:
                raise ValueError
            names = _unpacked(arrays["features"])
            weights = QuestionWeights(
                frozenset(_unpacked(arrays["known"])),
                {name: row for row, name in enumerate(names)},
                arrays["emission"].astype(np.float32),
                arrays["transition"].astype(np.float32),
            )
        if weights.emission.shape != (len(names), len(LABELS)):
            raise ValueError
        if weights.transition.shape != (len(LABELS), len(LABELS)):
            raise ValueError
    except (OSError, ValueError, KeyError, EOFError, TypeError, zipfile.BadZipFile):
        name = source.name if isinstance(source, Path) else FILE
        raise ModelError(
            f"{name} is damaged or of another version; install companion again"
        ) from None
    return weights


def _packed(words: list[str]) -> NDArray[np.uint8]:
    return np.frombuffer("\n".join(words).encode(), dtype=np.uint8)


def _unpacked(packed: NDArray[np.uint8]) -> list[str]:
    return packed.tobytes().decode().split("\n")


class QuestionTagger:
    """Finds questions word by word; see `QuestionDetector`. Holds nothing of what was said."""

    def __init__(self, weights: QuestionWeights) -> None:
        self._weights = weights
        self._transition = np.where(_MAY_FOLLOW, weights.transition, np.float32(_NEVER))

    def find(self, spoken: Spoken) -> tuple[Question, ...]:
        """See `QuestionDetector`."""
        if not spoken.words:
            return ()
        scores = self._scores(spoken)
        found = self._marked(scores) if spoken.punctuated else self._bare(spoken, scores)
        return tuple(
            _question(spoken, clause.first, clause.end, SORTS[clause.sort], clause.chance)
            for clause in found[:MAX_QUESTIONS]
        )

    def _marked(self, scores: Floats) -> list[Stretch]:
        """The questions of the likeliest labels: with marks it is clear where clauses end."""
        labels = best_path(scores, self._transition)
        if not _ASKS[labels].any():
            return []
        chances = marginals(scores, self._transition)
        found = []
        for first, end in _clauses(labels):
            if _ASKS[labels[first]]:
                sort = int(labels[first]) // 2
                chance = chances[first:end, 2 * sort : 2 * sort + 2].sum(axis=1).mean()
                found.append(Stretch(first, end, sort, float(chance)))
        return found

    def _bare(self, spoken: Spoken, scores: Floats) -> list[Stretch]:
        """The questions that are worth reporting where nothing marks their ends."""
        found = choose(
            stretches(scores, self._transition, len(QuestionKind), MAX_BARE_WORDS),
            [word.start_char for word in spoken.words],
            [word.end_char for word in spoken.words],
        )
        return [replace(clause, first=_without_fillers(spoken, clause)) for clause in found]

    def _scores(self, spoken: Spoken) -> Floats:
        """f32[words, 10], how well each label fits each word, by its features and the marks."""
        weights = self._weights
        scores = np.zeros((len(spoken.words), len(LABELS)), dtype=np.float32)
        for at, row in enumerate(features(spoken, weights.known)):
            rows = [weights.rows[name] for name in row if name in weights.rows]
            scores[at] = weights.emission[rows].sum(axis=0)
        joined = [at for at, word in enumerate(spoken.words) if word.joined]
        starts = [s.first for s in spoken.sentences] if spoken.punctuated else [0]
        asked = [s.end - 1 for s in spoken.sentences if s.mark == "?"]
        for places, forbidden in ((joined, _BEGINS), (starts, ~_BEGINS), (asked, ~_ASKS)):
            scores[np.ix_(np.array(places, dtype=np.intp), forbidden)] = _NEVER
        return scores


def _without_fillers(spoken: Spoken, clause: Stretch) -> int:
    """The first word that is no filler; where all are, the last one."""
    first = clause.first
    while first < clause.end - 1 and spoken.words[first].norm in _FILLERS:
        first += 1
    return first


def _clauses(labels: NDArray[np.intp]) -> list[tuple[int, int]]:
    """First and end words of the clauses that the labels make."""
    starts = [0, *(np.flatnonzero(_BEGINS[labels[1:]]) + 1).tolist()]
    return list(zip(starts, [*starts[1:], len(labels)], strict=True))


def _question(spoken: Spoken, first: int, end: int, sort: str, chance: float) -> Question:
    """The clause of words `first` to `end - 1`, with the mark that closes it."""
    start_char, end_char = spoken.words[first].start_char, spoken.words[end - 1].end_char
    text = spoken.text
    while end_char < len(text) and text[end_char] in _END_MARKS:
        end_char += 1
    return Question(
        text=text[start_char:end_char],
        start_char=start_char,
        end_char=end_char,
        kind=QuestionKind(sort),
        probability=min(1.0, max(0.0, chance)),
    )
