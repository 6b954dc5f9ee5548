"""The gate: may a changed rap take the place of the pinned one?

Safety stories have to hold, and stories that must pass have to, whatever was pinned. Figures may
be worse than the pinned ones by as much as chance moves them, and no more.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from companion.domain.dialogue import Step
from companion.errors import InputError
from companion.trainer.labelled import LabelledCall
from companion.trainer.pinned import Pinned, PinnedRap, PinnedStory, Tolerances, fingerprint
from companion.trainer.rap_test import RapTest

_NUDGES = "nudges.false_in_10_min"
_RESTLESS = "cards.while_listening"
_PINNED_FIGURES = (
    *(f"steps.{int(step)}.recall" for step in Step),
    _NUDGES,
    _RESTLESS,
    # Not gated; for people who look at what a change of the baseline means.
    "steps.accuracy",
    "steps.sure_accuracy",
    "steps.sure_share",
    "questions.closed.f1",
    "cues.macro_f1",
)


@dataclass(frozen=True, slots=True)
class GateResult:
    """What the gate says."""

    failures: tuple[str, ...]
    """Each a sentence; empty where the rap may pass."""
    notes: tuple[str, ...]
    """What is worth knowing and holds nothing back."""
    stories: int
    calls: int

    @property
    def passed(self) -> bool:
        """Nothing holds the rap back."""
        return not self.failures


def gate(test: RapTest, calls: Sequence[LabelledCall], pinned: Pinned) -> GateResult:
    """Hold a test against a baseline.

    Raises: InputError where the test was not made on what was pinned.
    """
    _check_same_ground(test, calls, pinned)
    failures = (*_stories(test, pinned), *_figures(test, pinned))
    return GateResult(failures, tuple(_notes(test, pinned)), len(test.stories), len(calls))


def pin(test: RapTest, calls: Sequence[LabelledCall], tolerances: Tolerances) -> Pinned:
    """The baseline that a test makes.

    Raises: InputError where a safety story does not hold: that is never a baseline.
    """
    unsafe = [o.story.name for o in test.failed if o.story.safety is not None]
    if unsafe:
        raise InputError(
            f"the safety story {unsafe[0]!r} does not hold, so nothing is pinned; "
            "'companion rap test' says what came instead"
        )
    figures = {} if test.written is None else test.written.figures
    return Pinned(
        rap=PinnedRap(name=test.rap.name, version=test.rap.version, sha256=test.rap.sha256),
        calls=tuple(call.call_id for call in calls),
        calls_sha256=fingerprint(calls),
        tolerances=tolerances,
        figures={
            name: None if value is None else round(value, 4)
            for name in _PINNED_FIGURES
            if name in figures
            for value in (figures[name].value,)
        },
        stories={
            o.story.name: PinnedStory(passed=o.passed, guards=o.story.guards) for o in test.stories
        },
    )


def _check_same_ground(test: RapTest, calls: Sequence[LabelledCall], pinned: Pinned) -> None:
    if pinned.calls and not calls:
        raise InputError(
            f"the baseline was pinned on {len(pinned.calls)} calls; name them on the command line"
        )
    if pinned.calls_sha256 != fingerprint(calls):
        raise InputError(
            "these are not the calls on which the baseline was pinned, or they were labelled "
            "anew; name those, or pin anew with --pin"
        )
    if pinned.stories and not test.stories:
        raise InputError("the baseline was pinned with stories; name them with --stories FILE")


def _stories(test: RapTest, pinned: Pinned) -> Iterator[str]:
    for outcome in test.failed:
        if outcome.story.guards:
            kind = "safety story" if outcome.story.safety else "story that must pass"
            yield f"{kind} {outcome.story.name!r} is broken: {outcome.misses[0]}"
    known = {outcome.story.name: outcome.story for outcome in test.stories}
    for name, was in pinned.stories.items():
        if not was.guards:
            continue
        if name not in known:
            yield f"story {name!r} was pinned and is gone; bring it back, or pin anew"
        elif not known[name].guards:
            yield f"story {name!r} must pass no more; set 'must_pass: true', or pin anew"


def _figures(test: RapTest, pinned: Pinned) -> Iterator[str]:
    if test.written is None:
        return
    found = test.written.figures
    allowed = pinned.tolerances
    for step in Step:
        name = f"steps.{int(step)}.recall"
        was, now = pinned.figures.get(name), found[name].value
        if was is not None and now is not None and now < was - allowed.step_recall:
            yield (
                f"step {int(step)} is found less often: {now:.1%} of its lines, pinned are "
                f"{was:.1%} with {allowed.step_recall:.1%} to spare"
            )
    was, now = pinned.figures.get(_NUDGES), found[_NUDGES].value
    if was is not None and now is not None and now > was + allowed.false_nudges_in_10_min:
        yield (
            f"more false nudges: {now:.2f} in ten minutes, pinned are {was:.2f} with "
            f"{allowed.false_nudges_in_10_min:.2f} to spare"
        )
    if found[_RESTLESS].value:
        yield "the card changed by itself while the other person spoke"


def _notes(test: RapTest, pinned: Pinned) -> Iterator[str]:
    for outcome in test.stories:
        was = pinned.stories.get(outcome.story.name)
        if not outcome.story.guards and was is not None and was.passed is not outcome.passed:
            came = "passes now" if outcome.passed else "does not pass any more"
            yield f"the wish {outcome.story.name!r} {came}"
    new = sum(outcome.story.name not in pinned.stories for outcome in test.stories)
    if new:
        yield f"{new} {'story is' if new == 1 else 'stories are'} not in the baseline yet"
    if test.rap.sha256 != pinned.rap.sha256:
        yield f"the rap was changed since {pinned.rap.version} was pinned"
