"""Who tells the answer to the ask while a call goes on: by what was learned, or by words alone."""

from __future__ import annotations

from companion.domain.dialogue import Field, Step
from companion.understanding.answers import ANSWERS, AnswerModel, Floats
from companion.understanding.evidence import Evidence, Group
from companion.understanding.words import Spoken

Found = tuple[Field, str, float]
"""What is proposed, its value, and how likely it is."""


class LearnedAnswerListener:
    """The likeliest answer so far, whenever it changes."""

    MOVED = 0.1
    """So much surer or less sure is worth saying again."""
    HOLDS = 0.8
    OVERTURNS = 0.95
    """A yes that is so likely gives way, until there is a new ask, only to what is surer still:
    "no, don't you bring a thing" comes after many a yes."""

    def __init__(self, model: AnswerModel) -> None:
        self._model = model
        self._said: tuple[str, float] | None = None

    @property
    def answer(self) -> str | None:
        """What was told last; None before there was anything to tell."""
        return None if self._said is None else self._said[0]

    def hear(self, figures: Floats, *, asked: bool) -> list[Found]:
        """The answer after this utterance, where there is news.

        Args:
            figures: of the call so far; see `answers.FIGURES`.
            asked: whether the ask was heard in this utterance. As long as nothing was asked,
                "not asked" is no news.
        """
        likely = self._model.probabilities(figures)
        best = int(likely.argmax())
        value, probability = ANSWERS[best], float(likely[best])
        if self._said is None:
            if value == "not_asked" and not asked:
                return []
        elif self._said[0] == value and abs(self._said[1] - probability) < self.MOVED:
            return []
        if not asked and self._holds_against(value, probability):
            return []
        self._said = value, probability
        return [(Field.COMMITMENT, value, probability)]

    def _holds_against(self, value: str, probability: float) -> bool:
        said, sure = self._said or ("", 0.0)
        held = said == "yes" and sure >= self.HOLDS
        return held and value != "yes" and probability < self.OVERTURNS


class PhraseAnswerListener:
    """The answer to the ask, as the organizer's own words let it be heard.

    Said back ("so that's a yes"), welcomed ("so glad you're in"), or accepted ("no worries, a no
    is fine"). A weaker word does not overturn a stronger one until there is a new ask.
    """

    PLAIN = 0.85
    """A cue and words that agree with it."""
    CUE_ONLY = 0.65
    ALONE = 0.5
    """How likely a cue must be where no word supports it."""
    WORDS_ONLY = 0.6
    SPAN = 4
    """Words alone count so many utterances after the ask; later they are about something else."""
    KEEPS = 0.1
    """An answer gives way to another one that is at most so much less sure."""

    def __init__(self) -> None:
        self._since_ask: int | None = None
        self._probability = 0.0

    def hear(
        self,
        spoken: Spoken,
        evidence: Evidence,
        sure: dict[str, float],
        step: Step,
        *,
        asked: bool,
    ) -> list[Found]:
        """The answer in this utterance, where it is as sure as what was heard before."""
        if self._since_ask is not None:
            self._since_ask += 1
        if asked:
            self._since_ask = 0
            self._probability = 0.0
        value, probability = self._answer(spoken, evidence, sure, step)
        if value is None or probability < self._probability - self.KEEPS:
            return []
        self._probability = max(self._probability, probability)
        return [(Field.COMMITMENT, value, probability)]

    def _answer(
        self, spoken: Spoken, evidence: Evidence, sure: dict[str, float], step: Step
    ) -> tuple[str | None, float]:
        words = {
            m.key[1]
            for m in evidence.of(Group.ANSWER)
            if spoken.sentences[spoken.words[m.first].sentence].mark != "?"
        }
        accepted = self._trusted(sure.get("commitment_ack", 0.0), "yes" in words)
        declined = self._trusted(sure.get("ask_declined_ack", 0.0), "no" in words)
        if not accepted and not declined:
            soon = self._since_ask is not None and 0 < self._since_ask <= self.SPAN
            if not words or not soon or step is not Step.ASK:
                return None, 0.0
            return _heaviest(words), self.WORDS_ONLY
        if self._since_ask is None and step is not Step.ASK:
            return None, 0.0  # "you don't have to answer" before anything was asked
        if "maybe" in words:
            return "maybe", self.PLAIN
        if accepted >= declined:
            return "yes", self.PLAIN if "yes" in words else self.CUE_ONLY
        return "no", self.PLAIN if "no" in words else self.CUE_ONLY

    def _trusted(self, probability: float, words_agree: bool) -> float:
        """A cue that no word supports must be likely by itself to count as an answer."""
        return probability if words_agree or probability >= self.ALONE else 0.0


def _heaviest(words: set[str]) -> str:
    """'Not a yes and not a no' holds all three words, and means the first of these."""
    return next(value for value in ("maybe", "no", "yes") if value in words)
