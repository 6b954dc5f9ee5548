"""What the step detection has to beat: guesses from the position alone, and from words alone.

- *Position*: the utterance's number in the call against four thresholds. They are those that are
  right most often on the *other* calls of the same evaluation (leave one call out), so that no
  call is guessed with its own labels.
- *Position in the whole*: the same with the share of the call that has passed. It looks ahead, as
  it needs to know how long the call will be; it is here because older figures were made that way.
- *No filter*: the step model's best guess for each utterance by itself, without the belief from
  the utterances before it.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from companion.domain.dialogue import Step
from companion.trainer.labelled import LabelledCall
from companion.understanding.analyzer import CallAnalyzer
from companion.understanding.rap import Rap
from companion.understanding.steps import PerStep, PhraseStepModel, StepModel, UtteranceFeatures


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


def _places(utterances: int, of_the_whole: bool) -> npt.NDArray[np.float64]:
    numbers = np.arange(utterances, dtype=np.float64)
    return (numbers + 0.5) / utterances if of_the_whole else numbers


def fit_thresholds(
    places: npt.NDArray[np.float64], steps: npt.NDArray[np.int_]
) -> npt.NDArray[np.float64]:
    """The four places from which steps 2, 3, 4 and 5 are guessed, right as often as possible.

    Dynamic programming over the distinct places: exact, in time linear in their number. Of
    equally good thresholds the earliest are taken.

    Args:
        places: f64[n], where utterances stand.
        steps: i64[n], their steps, 1 to 5.

    Returns: f64[4], rising or equal; infinite where a step is never guessed.
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
    thresholds = []
    for origins in reversed(came_from):
        cut = int(origins[cut])
        thresholds.append(distinct[cut] if cut < len(distinct) else np.inf)
    return np.array(thresholds[::-1])


class _Overheard:
    """A step model that notes its own best guess of every utterance."""

    def __init__(self, model: StepModel) -> None:
        self._model = model
        self.guesses: list[Step] = []

    def log_likelihoods(self, features: UtteranceFeatures) -> PerStep:
        values = self._model.log_likelihoods(features)
        self.guesses.append(Step(1 + max(range(len(values)), key=values.__getitem__)))
        return values


def without_filter(call: LabelledCall, rap: Rap) -> list[Step]:
    """The step model's guesses for each utterance by itself."""
    model = _Overheard(PhraseStepModel(rap))
    analyzer = CallAnalyzer(rap, call.call_date, step_model=model)
    for labelled in call.utterances:
        analyzer.hear(labelled.utterance)
    return model.guesses
