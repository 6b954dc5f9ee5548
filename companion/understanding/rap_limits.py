"""The figures of a rap, as a schema: when the coach speaks, how readily a step is believed."""

from __future__ import annotations

from pydantic import Field, model_validator
from typing_extensions import Self

from companion.understanding.rap_values import LogOdds, RapPart, Seconds, Share


class Timing(RapPart):
    """Limits of the coach, in seconds and counts."""

    story_limit_s: Seconds = Field(
        90, title="Story limit", description="Seconds; a brief own story is over by then."
    )
    monologue_limit_s: Seconds = Field(
        60, title="Long turn", description="Seconds; one turn longer than this gets a hint."
    )
    card_patience_s: Seconds = Field(
        75, title="Patience", description="Seconds after which a card may give way."
    )
    closed_run: int = Field(
        3, title="Closed run", ge=2, le=10, description="Closed questions before the nudge."
    )
    question_from: Share = Field(
        0.5, title="Question from", description="From this probability on, a question counts."
    )
    card_cooldown_s: Seconds | None = Field(
        None,
        title="Card cooldown",
        description="Seconds between two cards; left out: the organizer's setting.",
    )
    card_speech_s: Seconds | None = Field(
        None,
        title="Card speech",
        description="Seconds of own speech between two; left out: the organizer's setting.",
    )
    nudge_cooldown_s: Seconds | None = Field(
        None,
        title="Nudge cooldown",
        description="Seconds before a nudge; left out: the organizer's setting.",
    )


class StepWeights(RapPart):
    """How much more readily each step is believed than what was learned would have it."""

    make_space: LogOdds = Field(
        0.0, title="Make space", description="In log-odds; 0 is as learned."
    )
    what_moves_you: LogOdds = Field(0.0, title="What moves you", description="In log-odds.")
    connect: LogOdds = Field(0.0, title="Connect", description="In log-odds.")
    plan: LogOdds = Field(0.0, title="Plan", description="In log-odds.")
    ask: LogOdds = Field(0.0, title="Ask", description="In log-odds.")


class Tracking(RapPart):
    """How readily the companion believes that the step has changed."""

    stay: Share = Field(
        0.8, title="Stay", description="Chance that an utterance is in the same step."
    )
    forward: Share = Field(
        0.14, title="Forward", description="Chance of going on to the next step."
    )
    back: Share = Field(0.03, title="Back", description="Chance of going back one step.")
    sure: Share = Field(
        0.7, title="Sure", description="From this probability on, the companion is sure."
    )
    hold: float = Field(
        0.0, title="Hold", ge=0, le=3, description="Log-odds for staying in the step that is on."
    )
    weights: StepWeights = Field(
        StepWeights(), title="Weights", description="How readily each step is believed."
    )
    cue_doubt: LogOdds = Field(
        0.0, title="Cue doubt", description="How much surer than usual a cue must be, in log-odds."
    )

    @model_validator(mode="after")
    def _leave_room(self) -> Self:
        if self.stay + self.forward + self.back > 1:
            raise ValueError("stay, forward and back come to more than 1; lower one of them")
        return self
