"""The parts of a rap, as a schema: what each one holds, and what it is for.

The descriptions are for trainers. They stand in the published schema, where an editor shows them
beside the line that is being written.
"""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from companion.domain.dialogue import Step
from companion.understanding.rap_values import CardText, Example, Phrase, RapPart, Seconds, Share
from companion.understanding.rewrites import check_template
from companion.understanding.vocabulary import STEP_NAMES


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
