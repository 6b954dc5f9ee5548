"""The weights of `models/name_contexts.en.txt.gz`: how likely a word is a name.

Every labelled name of a person, a place or an employer is shown to the learner with ordinary words
in its place, and without any: what is to be learned is the place. All other words, as they are,
are the counter-examples. Both forms of the text are used, as written and bare.
"""

from __future__ import annotations

import gzip
import random
from collections.abc import Sequence

from companion.redaction.contexts import WEIGHT_UNIT, features, may_be_judged, neighbours
from companion.redaction.vocabulary import Vocabulary
from companion.redaction.words import Kind, read_words
from companion.trainer.corpus import LabelledCall, LabelledUtterance, bare

SEED = 20260312
NAMED = frozenset({"PERSON", "LOCATION", "ORG"})
STAND_INS = 2
"""Words shown in the place of each name; the place without a word comes on top."""
SHARE_OF_MASKED_NEIGHBOURS = 0.6
"""How often the other words of a name are shown as masked: in a call some are, some are not yet."""
PLAIN_FOR_PEOPLE = 150
PLAIN_FOR_PLACES = 3000
FEWEST_EXAMPLES = 3
SMALLEST_WEIGHT = 0.03
INVERSE_REGULARIZATION = 1.0


class Examples:
    """Examples, with the weight of each."""

    def __init__(self, vocabulary: Vocabulary) -> None:
        self.told: list[list[str]] = []
        self.names: list[int] = []
        self.weights: list[float] = []
        self._vocabulary = vocabulary
        self._random = random.Random(SEED)
        plain = sorted(w for w in vocabulary.plain if "'" not in w and len(w) > 2)
        self._random.shuffle(plain)
        people = {*vocabulary.mostly_words, *vocabulary.mostly_names, *vocabulary.family_names}
        self._people = sorted(w for w in people if "'" not in w) + sorted(plain[:PLAIN_FOR_PEOPLE])
        self._places = sorted(plain[:PLAIN_FOR_PLACES])

    def add(self, labelled: LabelledUtterance) -> None:
        """All judged words of an utterance."""
        words = read_words(labelled.utterance.text)
        labels = [
            next(
                (s.label for s in labelled.pii if s.start_char < w.end and w.start < s.end_char), ""
            )
            for w in words
        ]
        for at, word in enumerate(words):
            if word.kind is not Kind.LETTERS:
                continue
            masked = [
                bool(label) and self._random.random() < SHARE_OF_MASKED_NEIGHBOURS
                for label in labels
            ]
            if labels[at] in NAMED:
                seen = neighbours(words, masked, self._vocabulary)
                pool = self._people if labels[at] == "PERSON" else self._places
                for own in (*self._random.sample(pool, STAND_INS), None):
                    told = features(words, seen, at, own, self._vocabulary)
                    self._keep(told, 1, 1.0 if own is None else 1 / STAND_INS)
            elif not labels[at] and may_be_judged(word):
                seen = neighbours(words, [bool(label) for label in labels], self._vocabulary)
                self._keep(features(words, seen, at, word.norm, self._vocabulary), 0, 1.0)

    def _keep(self, told: list[str], name: int, weight: float) -> None:
        self.told.append(told)
        self.names.append(name)
        self.weights.append(weight)


def train_contexts(calls: Sequence[LabelledCall], vocabulary: Vocabulary) -> dict[str, int]:
    """Weights of features, in units of `WEIGHT_UNIT`; the same for the same calls."""
    from sklearn.feature_extraction.text import CountVectorizer
    from sklearn.linear_model import LogisticRegression

    examples = Examples(vocabulary)
    for call in calls:
        for form in (call, bare(call)):
            for labelled in form.utterances:
                examples.add(labelled)
    counter = CountVectorizer(analyzer=_as_they_are, binary=True, min_df=FEWEST_EXAMPLES)
    counted = counter.fit_transform(examples.told)
    learner = LogisticRegression(
        C=INVERSE_REGULARIZATION, solver="liblinear", max_iter=300, random_state=0
    )
    learner.fit(counted, examples.names, sample_weight=examples.weights)
    weights = {
        feature: float(learner.coef_[0][column]) for feature, column in counter.vocabulary_.items()
    }
    weights["all"] = weights.get("all", 0.0) + float(learner.intercept_[0])
    return {
        feature: round(weight / WEIGHT_UNIT)
        for feature, weight in sorted(weights.items())
        if abs(weight) >= SMALLEST_WEIGHT
    }


def _as_they_are(told: list[str]) -> list[str]:
    return told


def weights_as_bytes(weights: dict[str, int]) -> bytes:
    """The file of the weights: the same bytes each time."""
    lines = "".join(f"{feature}\t{weight}\n" for feature, weight in weights.items())
    return gzip.compress(lines.encode("utf-8"), 9, mtime=0)
