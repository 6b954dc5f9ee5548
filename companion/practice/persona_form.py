"""The form of a persona: who it is, what it says, and what that depends on.

A persona is a conversation in branches, written by people. Its *moments* hold what it says; after
each of the organizer's turns the first branch that fits leads on. *Trust* is a number from 0 to 10
that the organizer's way of talking moves, and branches may ask for some of it.
"""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator
from typing_extensions import Self

from companion.understanding.rap_values import Phrase

MOST_TRUST = 10
MAX_LINE_CHARS = 400

Line = Annotated[str, Field(min_length=1, max_length=MAX_LINE_CHARS)]
Name = Annotated[str, Field(pattern=r"^[a-z0-9_-]{1,40}$")]
Trust = Annotated[int, Field(ge=0, le=MOST_TRUST)]
Shift = Annotated[int, Field(ge=-5, le=5)]


class Part(BaseModel):
    """Any part of a persona: unknown keys are refused, and nothing changes once it is read."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class When(Part):
    """What the organizer's turn must have been like. All that is given must hold."""

    question: Literal["open", "closed", "narrow", "any", "none"] | None = Field(
        None, description="The kind of its last question; 'tell me …' counts as open."
    )
    cue: tuple[str, ...] = Field((), description="One of these cues was heard, such as own_story.")
    says: tuple[Phrase, ...] = Field((), description="One of these phrases was said.")
    words_over: int | None = Field(None, ge=0, description="It has more words than this.")
    words_under: int | None = Field(None, ge=1, description="It has fewer words than this.")
    trust_from: Trust | None = Field(None, description="Trust is this much or more.")
    trust_below: Trust | None = Field(None, description="Trust is less than this.")


class Branch(Part):
    """Where the talk goes when the organizer's turn fits; without `when` it always fits."""

    when: When = Field(When(), description="What the organizer's turn must have been like.")
    go: Name | None = Field(None, description="The moment that follows.")
    says: tuple[Line, ...] = Field((), description="Said in passing; the moment stays.")
    trust: Shift = Field(0, description="What it does to trust.")

    @model_validator(mode="after")
    def _leads_somewhere(self) -> Self:
        if (self.go is None) == (not self.says):
            raise ValueError("a branch needs either 'go' or 'says'")
        return self


class Moment(Part):
    """A place in the conversation. Each visit says the next of its lines, then the last again."""

    id: Name = Field(description="A short name; unique.")
    says: tuple[Line, ...] = Field(min_length=1, description="What the person says here.")
    then: tuple[Branch, ...] = Field((), description="The first one that fits leads on.")
    tells: str | None = Field(
        None, max_length=120, description="What the organizer gets to hear here, for the debrief."
    )
    hint: str | None = Field(
        None, max_length=160, description="For the debrief: what would have led here."
    )
    declines: bool = Field(False, description="It is a no; who asks again from then on pushes.")
    ends: Literal["yes", "maybe", "no", "hung_up"] | None = Field(
        None, description="The call is over, and how."
    )


class Habits(Part):
    """What the organizer's way of talking does to trust, whatever the moment."""

    open_question: Shift = 1
    closed_question: Shift = 0
    reflection: Shift = 1
    own_story: Shift = 1
    long_turn: Shift = Field(-1, description="A turn of more than sixty words.")
    fear_addressed: Shift = 2
    coping_offered: Shift = 1
    confidentiality: Shift = 1
    asks_too_early: Shift = Field(-2, description="A hard ask while trust is below five.")
    pushes_after_no: Shift = Field(-3, description="Asks again after a no.")


class Persona(Part):
    """A made-up person to practice with."""

    format: Literal["1"] = Field(alias="schema", description="Version of this form.")
    name: str = Field(min_length=2, max_length=60, description="What they are called.")
    about: str = Field(min_length=10, max_length=400, description="What you know before you call.")
    practices: str = Field(min_length=5, max_length=200, description="What one learns with them.")
    language: str = Field(pattern=r"^[a-z]{2,3}$", description="Such as en.")
    voice: str | None = Field(
        None, pattern=r"^[a-z0-9_]{1,20}$", description="A voice of the speech synthesizer flite."
    )
    trust: Trust = Field(3, description="How much of it there is at the start.")
    habits: Habits = Habits()
    murmurs: tuple[Line, ...] = Field(
        min_length=2, description="Said where nothing fits, such as 'Mm-hm.'"
    )
    any_time: tuple[Branch, ...] = Field((), description="Branches that are tried first.")
    moments: tuple[Moment, ...] = Field(min_length=2, description="The first one begins.")
