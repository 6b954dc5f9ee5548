"""What the step detection has to beat: guesses from the position alone, and from words alone.

- *Position*: the utterance's number in the call against four thresholds. They are those that are
  right most often on the *other* calls of the same evaluation (leave one call out), so that no
  call is guessed with its own labels.
- *Position in the whole*: the same with the share of the call that has passed. It looks ahead, as
  it needs to know how long the call will be; it is here because older figures were made that way.
- *No filter*: the best guess for each utterance by itself, from its words and from how common each
  step is in the other calls, without the belief from the utterances before it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import numpy.typing as npt

from companion.domain.dialogue import Step
from companion.domain.speech import Utterance
from companion.trainer.labelled import LabelledCall
from companion.trainer.scores import Floats
from companion.understanding import ngrams
from companion.understanding.analyzer import CallAnalyzer
from companion.understanding.learned_parts import learned_for
from companion.understanding.observe import Observer
from companion.understanding.rap import Rap

LEAST_BELIEF = 1e-9
"""Keeps a division finite where a belief is 0."""
NOTHING_BEFORE: tuple[tuple[str, ...], ...] = ((),) * ngrams.BEFORE
"""Utterances without a word, so that an utterance does not count as the first of its call."""


def by_position(calls: Sequence[LabelledCall], *, of_the_whole: bool) -> list[list[Step]] | None:
    """Guesses from the position alone; None for a single call, which leaves nothing to fit on.

    Args:
        calls: at least two; each is guessed with thresholds of the others.
        of_the_whole: take the share of the call that has passed instead of the number.
    """
    if len(calls) < 2:
        return None
    places = [_places(len(call.utterances), of_the_whole) for call in calls]
    steps = [np.array([int(u.step) for u in call.utterances]) for call in calls]
    guesses = []
    for i, own in enumerate(places):
        others = [j for j in range(len(calls)) if j != i]
        thresholds = fit_thresholds(
            np.concatenate([places[j] for j in others]), np.concatenate([steps[j] for j in others])
        )
        guesses.append([Step(1 + int(n)) for n in np.searchsorted(thresholds, own, side="right")])
    return guesses


def _places(utterances: int, of_the_whole: bool) -> Floats:
    numbers = np.arange(utterances, dtype=np.float64)
    return (numbers + 0.5) / utterances if of_the_whole else numbers


def fit_thresholds(places: Floats, steps: npt.NDArray[np.int_]) -> Floats:
    """The four places from which steps 2, 3, 4 and 5 are guessed, right as often as possible.

    Dynamic programming over the distinct places: exact, in time linear in their number. Of
    equally good thresholds the earliest are taken; each lies midway between two places.

    Args:
        places: f64[n], where utterances stand.
        steps: i64[n], their steps, 1 to 5.

    Returns: f64[4], rising or equal; infinite beyond the first and the last place.
    """
    distinct, of_place = np.unique(places, return_inverse=True)
    # hits[s, k]: utterances of step s+1 among the first k places.
    hits = np.zeros((len(Step), len(distinct) + 1))
    for s in range(len(Step)):
        own = np.bincount(of_place[steps == s + 1], minlength=len(distinct))
        hits[s, 1:] = np.cumsum(own)
    best = hits[0]
    came_from = []
    for s in range(1, len(Step)):
        # Step s+1 is guessed from place j on: the best until j, and what it hits from there.
        gain = best - hits[s]
        rising = np.concatenate([[True], gain[1:] > np.maximum.accumulate(gain)[:-1]])
        came_from.append(np.maximum.accumulate(np.where(rising, np.arange(len(gain)), 0)))
        best = hits[s] + np.maximum.accumulate(gain)
    cut = len(distinct)
    cuts = []
    for origins in reversed(came_from):
        cut = int(origins[cut])
        cuts.append(cut)
    edges = np.concatenate([[-np.inf], (distinct[:-1] + distinct[1:]) / 2, [np.inf]])
    thresholds: Floats = edges[cuts[::-1]]
    return thresholds


def word_evidence(call: LabelledCall, rap: Rap) -> Floats:
    """How strongly each utterance by itself speaks for each step, whatever was said before.

    Returns: f64[utterances, 5], log ratios; 0 for all steps where the words say nothing.
    """
    model = learned_for(rap)
    if model is None:
        return _phrase_evidence(call, rap)
    observer = Observer(rap)
    weights = model.weights
    rows = np.zeros((len(call.utterances), len(Step)))
    for row, labelled in zip(rows, call.utterances, strict=True):
        seen = observer.look(labelled.utterance.text, call.call_date)
        if model.understands(seen.tokens):
            alone = model.score(seen.tokens, NOTHING_BEFORE, observer.dense(seen, weights.cues))
            row[:] = alone.step - weights.prior
    return rows


def _phrase_evidence(call: LabelledCall, rap: Rap) -> Floats:
    """The same where nothing was learned: the belief after the utterance, alone at the start of a
    call, over what is believed after silence at the same time."""
    analyzer = CallAnalyzer(rap, call.call_date)

    def belief(utterance: Utterance) -> Floats:
        analyzer.reset()
        return np.maximum(analyzer.hear(utterance).step.distribution, LEAST_BELIEF)

    said = [labelled.utterance for labelled in call.utterances]
    return np.array([np.log(belief(u) / belief(replace(u, text=""))) for u in said])


def by_words(calls: Sequence[LabelledCall], evidence: Sequence[Floats]) -> list[list[Step]]:
    """Guesses from the words of each utterance alone, and how common each step is otherwise.

    Args:
        calls: each is guessed with the frequencies of steps in the others.
        evidence: `word_evidence` of each call.
    """
    counts = np.array(
        [np.bincount([u.step - 1 for u in call.utterances], minlength=len(Step)) for call in calls]
    )
    # One more of each, so that no step is ruled out and a single call knows nothing.
    others = counts.sum(axis=0) - counts + 1
    return [
        [Step(1 + int(best)) for best in (words + np.log(common)).argmax(axis=1)]
        for words, common in zip(evidence, others, strict=True)
    ]
