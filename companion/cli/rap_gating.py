"""How `companion rap gate` pins a baseline and prints what it found."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

from companion.cli.terminal_text import visible
from companion.errors import InputError
from companion.trainer.gate import GateResult, pin
from companion.trainer.labelled import LabelledCall
from companion.trainer.pinned import Pinned, Tolerances, pinned_text
from companion.trainer.rap_test import RapTest
from companion.trainer.report_data import rap_data
from companion.understanding.rap import Rap


def pin_file(
    path: Path, test: RapTest, calls: Sequence[LabelledCall], before: Pinned | None
) -> None:
    """Write a baseline whole, or not at all; tolerances that were set by hand stay.

    Raises: InputError where a safety story does not hold, or the file cannot be written.
    """
    text = pinned_text(pin(test, calls, before.tolerances if before else Tolerances()))
    part = path.with_name(f".{path.name}.part")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        part.write_text(text, encoding="utf-8", newline="\n")
        part.replace(path)
    except OSError as error:
        part.unlink(missing_ok=True)
        raise InputError(
            f"{path} cannot be written ({error.strerror}); choose another place"
        ) from None


def pinned_text_for(path: Path, test: RapTest, calls: int) -> str:
    """What was pinned, and where."""
    held = sum(outcome.passed for outcome in test.stories)
    rap = f"{visible(test.rap.name)} {test.rap.version}"
    return f"{path}: pinned {rap} on {calls} calls and {len(test.stories)} stories ({held} pass)."


def as_text(found: GateResult, rap: Rap) -> str:
    """A line for each failure, and the verdict last."""
    lines = [f"FAILED {visible(text)}" for text in found.failures]
    lines += [f"note   {visible(text)}" for text in found.notes]
    on = f"on {found.stories} stories and {found.calls} calls"
    verdict = "may pass" if found.passed else "may not pass"
    return "\n".join([*lines, f"{visible(rap.name)} {rap.version} {verdict}, {on}."])


def as_object(found: GateResult, rap: Rap) -> str:
    """One JSON object."""
    return json.dumps(
        {
            "form": 1,
            "rap": rap_data(rap),
            "passed": found.passed,
            "failures": list(found.failures),
            "notes": list(found.notes),
            "stories": found.stories,
            "calls": found.calls,
        }
    )
