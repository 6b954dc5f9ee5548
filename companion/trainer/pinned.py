"""A pinned baseline: what a rap reached, so that a change of it can be held against that.

One JSON file that is kept with the rap. It holds figures, outcomes of stories and fingerprints,
and not a word of any call.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from companion.errors import InputError
from companion.trainer.labelled import LabelledCall
from companion.trainer.source import load_json, read_text

FORM = 1
_Name = Annotated[str, Field(max_length=200)]
_Sha256 = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$|^$")]


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)


class Tolerances(_Part):
    """How much worse a figure may be than the pinned one; chance moves it a little."""

    step_recall: float = Field(0.03, ge=0, le=1)
    """Of each step, in [0, 1]."""
    false_nudges_in_10_min: float = Field(0.1, ge=0, le=60)


class PinnedRap(_Part):
    """Which rap was pinned."""

    name: _Name
    version: _Name
    sha256: _Sha256


class PinnedStory(_Part):
    """How a story came out."""

    passed: bool
    guards: bool
    """It must pass, or guards a promise."""


class Pinned(_Part):
    """The baseline."""

    form: Literal[1] = 1
    rap: PinnedRap
    calls: tuple[_Name, ...] = Field(max_length=10_000, strict=False)
    calls_sha256: _Sha256
    tolerances: Tolerances
    figures: dict[_Name, float | None] = Field(max_length=500)
    stories: dict[_Name, PinnedStory] = Field(max_length=1000)


def read_pinned(path: Path) -> Pinned:
    """Raises: InputError, naming the file and the key, and the way to mend it."""
    data = load_json(read_text(path), str(path))
    form = data.get("form") if isinstance(data, dict) else None
    if isinstance(form, int) and form > FORM:
        raise InputError(
            f"{path}, form: is {form}, and this program knows form {FORM}; renew the program, or "
            "pin anew with --pin"
        )
    try:
        return Pinned.model_validate(data)
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(str(part) for part in first["loc"]) or "the whole"
        raise InputError(
            f"{path}, {place}: is not as a baseline has it; mend it there, or pin anew with --pin"
        ) from None


def pinned_text(pinned: Pinned) -> str:
    """The baseline as the text of its file: sorted, so that a change of it reads well."""
    return json.dumps(pinned.model_dump(mode="json"), indent=2, sort_keys=True) + "\n"


def fingerprint(calls: Sequence[LabelledCall]) -> str:
    """SHA-256 over what was said and labelled in these calls; empty for none."""
    if not calls:
        return ""
    digest = hashlib.sha256()
    for call in calls:
        said = [
            (
                labelled.utterance.start_s,
                labelled.utterance.end_s,
                labelled.utterance.text,
                int(labelled.step),
                labelled.cues,
                [(s.start_char, s.end_char, s.label) for s in labelled.questions],
            )
            for labelled in call.utterances
        ]
        digest.update(json.dumps([call.call_id, call.call_date.isoformat(), said]).encode())
    return digest.hexdigest()
