"""The answer to the ask, weighed over the whole call: yes, no, maybe, or not asked.

The companion hears one side. Whether something was asked, and what came back, shows in the
organizer's own words around the ask: a welcome, an "I hear you", a day that is agreed on, or "let
me know". Figures of all of these run through the call; a small multinomial logistic model, learned
by `companion.trainer.train_answers`, turns them into four probabilities. What it says is a
proposal until the organizer taps it.
"""

from __future__ import annotations

import math
import zipfile
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import BinaryIO, TypeAlias

import numpy as np
from numpy.typing import NDArray

from companion import locations
from companion.errors import ModelError
from companion.understanding.doers import says

Floats: TypeAlias = NDArray[np.float32]

FORM = 1
"""Of the artefact; another one is refused."""
ANSWERS = ("yes", "no", "maybe", "not_asked")
FIGURES = (
    "asked at its clearest",
    "asked in all",
    "welcomed at its clearest",
    "declined at its clearest",
    "welcomed lately",
    "declined lately",
    "words of a yes lately",
    "words of a no lately",
    "words of a maybe lately",
    "a next step stated",
    "welcomed, and a next step stated",
    "declined, and no next step stated",
    "left open lately",
)
"""What a row of figures holds, in order."""
_LEFT_OPEN = (
    ("maybe",), ("may", "be"), ("not", "yes"), ("think", "about"), ("think", "it"), ("thinking",),
    ("sleep", "on"), ("pray",), ("decide",), ("talk", "it"), ("talk", "to", "your"),
    ("let", "me", "know"), ("yes", "or", "no"), ("an", "answer"), ("the", "answer"),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class AnswerSigns:
    """What one utterance tells of the answer. Probabilities are in [0, 1]."""

    asked: float
    welcomed: float
    declined: float
    stated: float
    """How likely the utterance asks, welcomes a yes, takes a no, states a next step."""
    plan_step: float
    ask_step: float
    """How likely the conversation is in step 4, and in step 5."""
    words: frozenset[str] = frozenset()
    """The rap's answers whose words are in it: 'yes', 'no', 'maybe'."""
    left_open: bool = False
    """Whether words of thinking it over, or of answering later, are in it."""

    def tells(self, least: float) -> bool:
        """Whether anything in it may be an ask or an answer."""
        likely = max(self.asked, self.welcomed, self.declined) >= least
        return likely or bool(self.words) or self.left_open


def signs(
    likely: Mapping[str, float],
    distribution: Sequence[float],
    words: Sequence[str],
    norms: Sequence[str],
) -> AnswerSigns:
    """The signs of an utterance.

    Args:
        likely: how likely each cue is, whether it is likely enough to be shown or not.
        distribution: of the steps 1 to 5 after the utterance.
        words: the rap's answers that it holds words of.
        norms: all of its words.
    """
    return AnswerSigns(
        asked=likely.get("hard_ask", 0.0),
        welcomed=likely.get("commitment_ack", 0.0),
        declined=likely.get("ask_declined_ack", 0.0),
        stated=likely.get("next_step_stated", 0.0),
        plan_step=distribution[3],
        ask_step=distribution[4],
        words=frozenset(words),
        left_open=says(norms, _LEFT_OPEN),
    )


class AnswerFigures:
    """Runs through a call and keeps a few sums of signs; no word of it."""

    FADE = 0.9
    OPEN_FADE = 0.95
    """What is left of earlier signs with each new one; small talk after an answer leaves it."""
    A_SIGN = 0.15
    AN_ASK = 0.3
    """An ask less likely than that does not add up with others."""
    ASKS = 0.5
    """From here on the words of the utterance are the ask's own and no answer."""
    BEFORE_ASK = 0.15
    ELSEWHERE = 0.1
    """What a sign counts before anything was asked, and outside of step 5."""

    def __init__(self) -> None:
        self._asked_most = self._asked_sum = 0.0
        self._welcomed_most = self._declined_most = self._stated_most = 0.0
        self._lately = dict.fromkeys(("welcomed", "declined", "yes", "no", "maybe", "open"), 0.0)

    def hear(self, heard: AnswerSigns) -> None:
        """Weigh the next utterance."""
        late = heard.plan_step + heard.ask_step
        weight = max(1 - math.exp(-2 * self._asked_sum), self.BEFORE_ASK)
        weight *= max(heard.ask_step, self.ELSEWHERE)
        if heard.tells(self.A_SIGN):
            self._fade("welcomed", weight * heard.welcomed)
            self._fade("declined", weight * heard.declined)
            if heard.asked < self.ASKS:
                for answer in ("yes", "no", "maybe"):
                    self._fade(answer, weight * (answer in heard.words))
                self._fade("open", weight * heard.left_open)
        self._welcomed_most = max(self._welcomed_most, weight * heard.welcomed)
        self._declined_most = max(self._declined_most, weight * heard.declined)
        self._stated_most = max(self._stated_most, weight * heard.stated)
        self._asked_most = max(self._asked_most, heard.asked * late)
        if heard.asked > self.AN_ASK:
            self._asked_sum += heard.asked * late

    @property
    def row(self) -> Floats:
        """f32[13], as `FIGURES` names them."""
        lately = self._lately
        values = (
            _log_odds(self._asked_most),
            self._asked_sum,
            _log_odds(self._welcomed_most),
            _log_odds(self._declined_most),
            lately["welcomed"],
            lately["declined"],
            lately["yes"],
            lately["no"],
            lately["maybe"],
            _log_odds(self._stated_most),
            self._welcomed_most * self._stated_most,
            self._declined_most * (1 - self._stated_most),
            lately["open"],
        )
        return np.asarray(values, dtype=np.float32)

    def _fade(self, name: str, added: float) -> None:
        fade = self.OPEN_FADE if name == "open" else self.FADE
        self._lately[name] = self._lately[name] * fade + added


@dataclass(frozen=True, slots=True)
class AnswerModel:
    """From figures to the probability of each answer."""

    weights: Floats = field(repr=False)
    """f32[4, 14], rows as `ANSWERS`, columns as `FIGURES`, then the offset."""

    def probabilities(self, row: Floats) -> Floats:
        """Of the answers in `ANSWERS`; f32[4], sums to 1."""
        odds = self.weights[:, :-1] @ row + self.weights[:, -1]
        shares = np.exp(odds - odds.max())
        likely: Floats = (shares / shares.sum()).astype(np.float32)
        return likely


def artefact(language: str) -> Path:
    """Where the answers' model of a language ships; may not exist."""
    return locations.shipped("models", f"answers.{language}.npz")


@lru_cache(maxsize=2)
def load(path: Path) -> AnswerModel:
    """Load an artefact; kept, since it does not change while the program runs.

    Raises: ModelError if it is damaged or of another form.
    """
    try:
        return read(path)
    except (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile, zlib.error):
        raise ModelError(
            f"{path} is damaged or of another version; reinstall companion, "
            "or rebuild it with scripts/train"
        ) from None


def read(source: Path | BinaryIO) -> AnswerModel:
    """Read an artefact from a file or from memory.

    Raises: whatever numpy and zipfile raise where it is damaged; ValueError for another form.
    """
    with np.load(source, allow_pickle=False) as arrays:
        weights = np.ascontiguousarray(arrays["weights"], dtype=np.float32)
        known = int(arrays["form"]) == FORM
    if not known or weights.shape != (len(ANSWERS), len(FIGURES) + 1):
        raise ValueError("form")
    return AnswerModel(weights)


def _log_odds(probability: float) -> float:
    held = min(max(probability, 0.01), 0.99)
    return math.log(held / (1 - held))
