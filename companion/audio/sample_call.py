"""The script of a sample call: what is spoken, word for word, and the pauses in between.

`scripts/make_demo_audio` speaks it, `companion demo` plays that, and benchmarks compare a
recognizer's words with it.
"""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from companion import locations
from companion.documents import read_document, validate_document
from companion.errors import DocumentError

SHIPPED_NAME = "one-on-one.en"


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Turn(_Part):
    """One turn of the organizer."""

    text: str = Field(min_length=1, repr=False)
    pause_after_s: float = Field(ge=0.9, le=10)
    """Long enough that the endpointer ends a segment in it."""
    step: int = Field(ge=1, le=5)
    questions: tuple[Literal["open", "closed", "narrow", "rhetorical"], ...]
    """The kinds of the turn's questions, in order."""


class SampleCall(_Part):
    """A made-up call: the organizer's side only."""

    title: str = Field(min_length=1)
    language: str = Field(pattern=r"^[a-z]{2,3}$")
    voice: str = Field(min_length=1)
    """The synthesizer's voice."""
    synthetic: Literal["true"]
    """Says to every reader of the file that nobody real is speaking."""
    call_date: date
    turns: tuple[Turn, ...] = Field(min_length=1)

    @property
    def words(self) -> str:
        """Everything that is spoken, in order: the reference for a word error rate."""
        return " ".join(turn.text for turn in self.turns)


def shipped_script() -> Path:
    """The shipped sample call's script."""
    return locations.shipped("configs", "samples", f"{SHIPPED_NAME}.yaml")


def shipped_sound() -> Path:
    """The shipped sample call as sound: OGG Vorbis, mono, 16 kHz."""
    return locations.shipped("configs", "samples", f"{SHIPPED_NAME}.ogg")


def read_sample_call(path: Path | None = None) -> SampleCall:
    """The sample call at `path`, or the shipped one.

    Raises: DocumentError, naming every problem and its line.
    """
    path = path or shipped_script()
    script, problems = validate_document(read_document(path), SampleCall)
    if script is None:
        listed = "\n  ".join(str(problem) for problem in problems)
        raise DocumentError(f"{path} is not a sample call; mend these lines:\n  {listed}")
    return script
