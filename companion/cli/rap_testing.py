"""The ways in which `companion rap test` prints what came of it."""

from __future__ import annotations

import json
from pathlib import Path

from companion.cli.terminal_text import visible
from companion.errors import InputError
from companion.trainer.findings import findings
from companion.trainer.rap_test import RapTest
from companion.trainer.report_data import data_of_test, junit
from companion.trainer.story_checks import StoryOutcome

MOST_ADVICE = 3


def check_way_out(as_json: bool, as_junit: bool) -> None:
    """Raises: InputError where two forms are asked for at once."""
    if as_json and as_junit:
        raise InputError("--json and --junit both write here; --out FOLDER writes both to files")


def as_object(test: RapTest) -> str:
    """One JSON object; names are stable, see docs/measuring.md."""
    return json.dumps(data_of_test(test), allow_nan=False)


def as_junit_text(test: RapTest) -> str:
    """The stories as JUnit XML."""
    return junit({visible(test.rap.name): test.stories})


def as_text(test: RapTest, out: Path | None) -> str:
    """What works, what does not yet, and where to read more."""
    found = findings(test)
    lines = [f"{visible(test.rap.name)} {test.rap.version}"]
    for title, works in (("What works", True), ("Not yet", False)):
        own = [finding.text for finding in found if finding.works is works]
        if own:
            lines += ["", title, *(f"  {text}" for text in own)]
    if test.failed:
        lines += ["", "Stories that came out differently"]
        for outcome in test.failed:
            lines += story_lines(outcome)
    if test.advice:
        lines += ["", "What to add"]
        lines += [f"  {item.what}" for item in test.advice[:MOST_ADVICE]]
    lines.append("")
    if out is not None:
        lines.append(f"The report is in {out / 'report.html'}. It quotes lines of the calls.")
    else:
        lines.append("With --out FOLDER: the worst misses in their context, and every figure.")
    return "\n".join(lines)


def story_lines(outcome: StoryOutcome) -> list[str]:
    """A story that failed, for the terminal."""
    story = outcome.story
    kind = "safety" if story.safety else "must pass" if story.must_pass else "a wish"
    return [
        f"  {visible(story.name)} ({kind})",
        *(f"    {visible(str(miss))}" for miss in outcome.misses),
    ]
