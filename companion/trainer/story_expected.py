"""What a story expects: after a line, and of the draft at the end.

The descriptions stand in the published schema, where an editor shows them beside the line that is
being written.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal, TypeAlias

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field

from companion.domain.dialogue import QuestionKind
from companion.errors import InputError
from companion.trainer.source import check_when

NOTHING = "none"
"""Stands for 'there must be none' where a list or a value is expected."""


def _as_list(value: Any) -> Any:
    """One value may stand where a list may, and 'none' for an empty one."""
    if value == NOTHING:
        return []
    return [value] if isinstance(value, str) else value


def _check_when(value: str) -> str:
    try:
        return check_when(value, "this")
    except InputError:
        raise ValueError("must be a day or a day and time, such as 2026-03-19T18:00") from None


def _only_true(value: bool) -> bool:
    if not value:
        raise ValueError("must be true; leave the line out where it does not matter")
    return value


def _as_truth_or_text(schema: dict[str, Any]) -> None:
    """An editor reads `nudge: true` as a truth; the loader keeps every scalar as text."""
    schema.pop("anyOf", None)
    schema["type"] = ["boolean", "string"]


Words: TypeAlias = Annotated[tuple[str, ...], BeforeValidator(_as_list)]
Kinds: TypeAlias = Annotated[tuple[QuestionKind, ...], BeforeValidator(_as_list)]
Steps: TypeAlias = Annotated[
    tuple[Annotated[int, Field(ge=1, le=5)], ...], BeforeValidator(_as_list)
]
StepNumber: TypeAlias = Annotated[int, Field(ge=1, le=5)]
Count: TypeAlias = Annotated[int, Field(ge=0, le=10_000)]
Seconds: TypeAlias = Annotated[float, Field(ge=0, le=3600)]
When: TypeAlias = Annotated[str, AfterValidator(_check_when)]
Always: TypeAlias = Annotated[bool, AfterValidator(_only_true)]
Who: TypeAlias = Literal["them", "organizer", "both"]
Answer: TypeAlias = Literal["yes", "no", "maybe", "not_asked", "none"]


class StoryPart(BaseModel):
    """Any part of a story file: unknown keys are refused."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Counts(StoryPart):
    """How many questions were counted so far."""

    open: Count | None = Field(None, title="Open", description="Open questions.")
    closed: Count | None = Field(None, title="Closed", description="Closed questions.")
    narrow: Count | None = Field(None, title="Narrow", description="Questions for one fact.")
    rhetorical: Count | None = Field(
        None, title="Rhetorical", description="Questions not asked of the listener."
    )


class StepExpected(StoryPart):
    """A next step: who does what, and when."""

    who: Who | None = Field(None, title="Who", description="'them', 'organizer' or 'both'.")
    what: str | None = Field(
        None, title="What", description="A kind of next step from the rap's list, or a few words."
    )
    when: When | None = Field(
        None, title="When", description="A day or a day and time, such as 2026-03-19T18:00."
    )


class Expected(StoryPart):
    """What is expected once a line is over. Only what is written here is looked at."""

    step: StepNumber | None = Field(
        None, title="Step", description="The step that is shown, 1 to 5."
    )
    sure: bool | None = Field(
        None, title="Sure", description="Whether the companion is sure of the step."
    )
    questions: Kinds | None = Field(
        None,
        title="Questions",
        description="The kinds of the questions in this line, in their order; 'none' for none.",
    )
    cues: Words = Field((), title="Cues", description="Cues that this line shows.")
    not_cues: Words = Field((), title="Not these cues", description="Cues that it does not show.")
    goals: Words = Field((), title="Goals", description="Ids of goals that were met by now.")
    not_goals: Words = Field(
        (), title="Not these goals", description="Ids of goals that were not met so far."
    )
    card: Words = Field(
        (),
        title="Card",
        description="What stands on the card: its kind (goal, bridge, nudge, story, monologue, "
        "care, ask, close), a goal's id, or how its words begin. Any one of several.",
    )
    not_card: Words = Field(
        (), title="Not this card", description="What does not stand on the card."
    )
    nudge: str | None = Field(
        None,
        title="Nudge",
        json_schema_extra=_as_truth_or_text,
        description="true: an open rewrite came up; false: none did; or how its words begin.",
    )
    silence: Always | None = Field(
        None, title="Silence", description="true: the card did not change during this line."
    )
    counts: Counts | None = Field(
        None, title="Counts", description="Questions of each kind, counted from the beginning."
    )
    heard: Count | None = Field(
        None,
        title="Heard",
        description="How many of your lines the companion still knows of. Off the record takes "
        "lines away.",
    )
    listening: bool | None = Field(
        None, title="Listening", description="Whether the microphone is listened to."
    )


class AtEnd(StoryPart):
    """What is expected of the draft at the end of the call, and of what could be saved of it."""

    issues: Words = Field((), title="Issues", description="Issues that are proposed.")
    not_issues: Words = Field((), title="Not these issues", description="Issues that are not.")
    decision_maker: str | None = Field(
        None, title="Decision maker", description="The role's id, or 'none'."
    )
    ask: str | None = Field(
        None, title="Ask", description="The kind of the ask, as in the list of next steps; or none."
    )
    commitment: Answer | None = Field(
        None, title="Commitment", description="yes, no, maybe, not_asked, or none for no proposal."
    )
    next_step: StepExpected | None = Field(
        None, title="Next step", description="Who, what and when; only what is written is compared."
    )
    no_next_step: Always | None = Field(
        None, title="No next step", description="true: no next step is proposed."
    )
    follow_up: str | None = Field(
        None, title="Follow-up", description="The id in the rap's list, or none."
    )
    self_care: bool | None = Field(
        None, title="Self-care", description="Whether care for oneself was talked about."
    )
    steps_reached: Steps | None = Field(
        None, title="Steps reached", description="Exactly these steps."
    )
    counts: Counts | None = Field(None, title="Counts", description="Questions of each kind.")
    heard: Count | None = Field(
        None, title="Heard", description="How many of your lines came into the draft."
    )
    draft: bool | None = Field(
        None, title="Draft", description="false: there is no draft, as after consent is withdrawn."
    )
    can_save: bool | None = Field(
        None, title="Can save", description="Whether anything may be saved of this call."
    )
    forgotten: Words = Field(
        (),
        title="Forgotten",
        description="Words that were said and may stand nowhere any more: not in the text, not on "
        "the card, not in the draft, not in what is saved. Take words that no card of the rap has.",
    )
    not_saved: Words = Field(
        (),
        title="Not saved",
        description="Words that were said or typed and may not stand in what is saved.",
    )
