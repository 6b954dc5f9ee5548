"""The parts of a rap, as a schema: what each one holds, and what it is for.

The descriptions are for trainers. They stand in the published schema, where an editor shows them
beside the line that is being written.
"""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator
from typing_extensions import Self

from companion.domain.dialogue import Step
from companion.understanding.cards import card_problem
from companion.understanding.phrases import PhraseError, compile_phrase
from companion.understanding.rewrites import check_template
from companion.understanding.vocabulary import STEP_NAMES

MAX_EXAMPLE_CHARS = 400


def _check_card(text: str) -> str:
    problem = card_problem(text)
    if problem:
        raise ValueError(problem)
    return text


def _check_phrase(phrase: str) -> str:
    try:
        compile_phrase(phrase)
    except PhraseError as error:
        raise ValueError(str(error)) from None
    return phrase


CardText = Annotated[str, AfterValidator(_check_card)]
Phrase = Annotated[str, AfterValidator(_check_phrase)]
Example = Annotated[str, Field(min_length=2, max_length=MAX_EXAMPLE_CHARS)]
Seconds = Annotated[float, Field(ge=0, le=7200)]
Share = Annotated[float, Field(gt=0, lt=1)]
LogOdds = Annotated[float, Field(ge=-3, le=3, allow_inf_nan=False)]


class RapPart(BaseModel):
    """Any part of a rap: unknown keys are refused, and nothing changes once it is read."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Card(RapPart):
    """A card's words, and what they are for."""

    text: CardText = Field(
        title="Words", description="At most twelve words, spoken to the organizer."
    )
    purpose: str = Field(
        title="Purpose", min_length=3, description="What the card is for, in a few words."
    )


class Goal(RapPart):
    """Something to reach within a step, and how to tell from the organizer's words that it was."""

    id: str = Field(
        title="Id", pattern=r"^[a-z0-9_.-]+$", description="A short name; unique in the rap."
    )
    text: str = Field(title="Words", min_length=3, description="As the checklist words it.")
    kind: Literal["goal", "ask", "close"] = Field(
        "goal",
        title="Kind",
        description="'ask' cards are held back while fear is open; 'close' ends the call.",
    )
    phrases: tuple[Phrase, ...] = Field(
        (), title="Phrases", description="Saying one of these meets the goal."
    )
    cues: tuple[str, ...] = Field((), title="Cues", description="Cues that meet the goal.")
    taps: tuple[str, ...] = Field(
        (), title="Taps", description="Taps of the organizer that meet the goal."
    )
    prompts: tuple[Card, ...] = Field(
        (), title="Cards", description="Cards for this goal, the best one first."
    )


class StepPart(RapPart):
    """One of the five steps."""

    step: str = Field(title="Step", description="make_space, what_moves_you, connect, plan or ask.")
    name: str = Field(
        title="Name", min_length=2, max_length=24, description="Short, for a status line."
    )
    aim: str = Field(
        title="Aim", min_length=3, description="What the step is for, for trainers to read."
    )
    pace_s: Seconds = Field(
        title="Pace", description="After so many seconds a bridge to the next step is offered."
    )
    done_after: int = Field(
        title="Done after", ge=1, description="Goals met before the bridge is offered."
    )
    open_question: CardText = Field(
        title="Open question", description="Offered where a question cannot be rewritten."
    )
    phrases: tuple[Phrase, ...] = Field(
        (), title="Phrases", description="Saying one speaks for this step."
    )
    words: tuple[Phrase, ...] = Field(
        (), title="Words", description="Weak evidence: single words of this step."
    )
    goals: tuple[Goal, ...] = Field(
        title="Goals", min_length=1, description="In the order of their weight."
    )
    bridges: tuple[Card, ...] = Field(
        (), title="Bridges", description="Cards that lead over to the next step."
    )
    examples: tuple[Example, ...] = Field(
        (),
        title="Examples",
        description="Whole sentences as organizers say them in this step: they teach it.",
    )

    @property
    def number(self) -> Step:
        """The step as the rest of the program knows it."""
        return STEP_NAMES[self.step]


class CuePart(RapPart):
    """How a cue is heard, and which step it speaks for."""

    name: str = Field(title="Name", description="One of the fixed list of cues.")
    step: str | None = Field(
        None, title="Step", description="The step that this cue is evidence for."
    )
    weight: float = Field(1.0, title="Weight", ge=0, le=4, description="How strongly, in log-odds.")
    probability: Share = Field(
        0.8, title="Probability", description="How sure one phrase makes of the cue."
    )
    phrases: tuple[Phrase, ...] = Field(
        title="Phrases", min_length=1, description="Saying one of these gives the cue."
    )
    unless: tuple[Phrase, ...] = Field(
        (), title="Unless", description="Phrases that rule the cue out."
    )
    only_in: tuple[str, ...] = Field(
        (), title="Only in", description="Steps in which it counts; empty: all."
    )
    examples: tuple[Example, ...] = Field(
        (), title="Examples", description="Whole sentences that give this cue: they teach it."
    )


class ChoicePart(RapPart):
    """An entry of a fixed list: what is kept, what people read, how it is heard."""

    id: str = Field(title="Id", description="What is kept in records.")
    text: str = Field(title="Words", min_length=2, description="What people read.")
    phrases: tuple[Phrase, ...] = Field(
        (), title="Phrases", description="Saying one of these speaks for this entry."
    )


class IssuePart(ChoicePart):
    """An issue, and how it is heard: plainly, or only in passing."""

    passing: tuple[Phrase, ...] = Field(
        (),
        title="Passing words",
        description="Words that may be about this issue; one alone is not enough.",
    )
    weight: float = Field(
        1.0,
        title="Weight",
        gt=0,
        le=4,
        description="How readily it is believed; what most people live with weighs more.",
    )


class AnswerPart(ChoicePart):
    """An answer to the ask, and the organizer's words that let it be heard."""

    id: Literal["yes", "no", "maybe"] = Field(title="Id", description="yes, no or maybe.")


class NextStepPart(ChoicePart):
    """A kind of next step, and who usually does it."""

    who: Literal["them", "organizer", "both"] = Field(
        "them", title="Who", description="Who usually does it: them, organizer or both."
    )


class Realization(RapPart):
    """One of the three realizations; only ever set by the organizer."""

    id: str = Field(title="Id", description="A short name; unique in the list.")
    text: str = Field(title="Words", min_length=3, description="What people read.")


class Rewrite(RapPart):
    """A closed question and its open form: 'do you like {it}' and 'What do you like about {it}?'"""

    closed: str = Field(title="Closed", description="How the closed question begins, with blanks.")
    open: str = Field(title="Open", description="The open question that takes its place.")

    def model_post_init(self, context: object) -> None:
        """Refuse templates whose blanks do not fit together."""
        check_template(self.closed, self.open)


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


class Exemptions(RapPart):
    """Questions that need a yes or a no, and so do not count as closed ones in a run."""

    consent: tuple[Phrase, ...] = Field(
        (), title="Consent", description="Questions whether something is all right."
    )
    time_check: tuple[Phrase, ...] = Field(
        (), title="Time check", description="Questions about the time and the line."
    )
    the_ask: tuple[Phrase, ...] = Field((), title="The ask", description="Words of an ask.")
    reading_back: tuple[Phrase, ...] = Field(
        (), title="Reading back", description="Questions whether it was heard right."
    )


class CoachCards(RapPart):
    """Cards that belong to no goal."""

    story: tuple[Card, ...] = Field(
        title="Story", min_length=1, description="The own story has grown long."
    )
    monologue: tuple[Card, ...] = Field(
        title="Long turn", min_length=1, description="After a long turn."
    )
    care: tuple[Card, ...] = Field(
        title="Care", min_length=1, description="Fear or distress came up."
    )
    no_is_fine: tuple[Card, ...] = Field(
        title="No is fine", min_length=1, description="After a no or a not yet."
    )
    close: tuple[Card, ...] = Field(title="Close", min_length=1, description="Everything is said.")
