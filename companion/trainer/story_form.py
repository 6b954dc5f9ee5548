"""The form of story files: what is said and tapped in a short call, and what is expected of it.

A story is a test that an organizer can write. The descriptions stand in the published schema,
where an editor shows them beside the line that is being written.
"""

from __future__ import annotations

import datetime
from typing import Annotated, Any, Literal, TypeAlias

from pydantic import ConfigDict, Field, model_validator
from typing_extensions import Self

from companion.trainer.story_expected import AtEnd, Expected, Seconds, StoryPart, When, Who

DEFAULT_DAY = datetime.date(2026, 3, 12)
"""A Thursday: the day of a story that names none."""
MAX_SAID_CHARS = 2000
Tap: TypeAlias = Literal[
    "fear",
    "ready",
    "off_record",
    "pause",
    "resume",
    "withdraw",
    "step",
    "pin",
    "unpin",
    "issue",
    "realization",
    "commitment",
    "next_step",
    "another_card",
    "end",
]
Safety: TypeAlias = Literal["off_record", "distress", "consent", "redaction"]
ConsentGiven: TypeAlias = Literal["summary", "help", "none"]

_VALUE_TAPS = ("step", "pin", "issue", "realization", "commitment")


def _as_text_or_number(schema: dict[str, Any]) -> None:
    """An editor reads the 3 of `value: 3` as a number; the loader keeps every scalar as text."""
    schema.pop("anyOf", None)
    schema["type"] = ["string", "integer"]


class Line(StoryPart):
    """One thing that happens: you say something, you tap something, or you listen."""

    say: str | None = Field(
        None,
        title="Say",
        min_length=1,
        max_length=MAX_SAID_CHARS,
        description="What you, the organizer, say.",
    )
    tap: Tap | None = Field(None, title="Tap", description="The key or button that you press.")
    wait_s: Seconds | None = Field(
        None, title="Wait", description="So many seconds in which you listen and say nothing."
    )
    after_s: Seconds | None = Field(
        None,
        title="After",
        description="Seconds of listening before this is said; 6 if left out, 0 at the beginning.",
    )
    lasts_s: Annotated[float, Field(gt=0, le=600)] | None = Field(
        None,
        title="Lasts",
        description="How long saying it takes, in seconds; an ordinary pace if left out.",
    )
    value: str | None = Field(
        None,
        title="Value",
        json_schema_extra=_as_text_or_number,
        description="What is tapped: the number of a step, an issue's id, a realization's id, or "
        "yes, no, maybe, not_asked.",
    )
    who: Who | None = Field(None, title="Who", description="Of a tapped next step.")
    what: str | None = Field(
        None, title="What", max_length=80, description="Of a tapped next step: its id, or words."
    )
    when: When | None = Field(None, title="When", description="Of a tapped next step.")
    expect: Expected = Field(
        Expected(), title="Expect", description="What is expected once this is over."
    )

    @model_validator(mode="after")
    def _is_one_thing(self) -> Self:
        given = [name for name in ("say", "tap", "wait_s") if getattr(self, name) is not None]
        if len(given) != 1:
            raise ValueError("must be one thing: 'say', 'tap' or 'wait_s'")
        if self.say is None and (self.after_s is not None or self.lasts_s is not None):
            raise ValueError("'after_s' and 'lasts_s' go with 'say'; use 'wait_s' to wait")
        if (self.tap in _VALUE_TAPS) is not (self.value is not None):
            wanted = ", ".join(_VALUE_TAPS)
            raise ValueError(f"'value' goes with these taps, and they need it: {wanted}")
        parts = (self.who, self.what, self.when)
        if self.tap != "next_step" and any(part is not None for part in parts):
            raise ValueError("'who', 'what' and 'when' go with 'tap: next_step'")
        if self.tap == "next_step" and None in parts:
            raise ValueError("'tap: next_step' needs 'who', 'what' and 'when'")
        return self


class Story(StoryPart):
    """A short call that must come out as written here."""

    name: str = Field(
        title="Name", min_length=3, max_length=120, description="What the story shows; unique."
    )
    about: str | None = Field(None, title="About", description="Why the story is here.")
    must_pass: bool = Field(
        False,
        title="Must pass",
        description="true: no change of the rap may break it. false: a wish, only reported.",
    )
    safety: Safety | None = Field(
        None,
        title="Safety",
        description="Which promise the story guards; such a story must always pass.",
    )
    consent: ConsentGiven = Field(
        "summary",
        title="Consent",
        description="What they agreed to: a summary, the help during the call only, or none.",
    )
    date: datetime.date = Field(
        DEFAULT_DAY, title="Date", description="The day of the call; dates refer to it."
    )
    note: str | None = Field(
        None,
        title="Note",
        max_length=240,
        description="What you type as a note when you look the draft through after the call.",
    )
    lines: tuple[Line, ...] = Field(
        title="Lines", min_length=1, max_length=400, description="What happens, in order."
    )
    at_end: AtEnd = Field(AtEnd(), title="At the end", description="What the draft holds.")

    @property
    def guards(self) -> bool:
        """True where the gate fails if this story does."""
        return self.must_pass or self.safety is not None


def _as_number(schema: dict[str, Any]) -> None:
    """An editor reads `schema: 1` as a number; the loader keeps every scalar as text."""
    schema.pop("const", None)
    schema.pop("type", None)
    schema["enum"] = [1, "1"]


class StoryFile(StoryPart):
    """A file of stories."""

    model_config = ConfigDict(title="Stories that test a rap")

    format: Literal["1"] = Field(
        alias="schema",
        title="Form",
        description="Version of this file's form.",
        json_schema_extra=_as_number,
    )
    rap: str = Field(
        title="Rap", min_length=2, description="The rap that the stories are for, such as its name."
    )
    stories: tuple[Story, ...] = Field(
        title="Stories", min_length=1, max_length=1000, description="The stories."
    )
