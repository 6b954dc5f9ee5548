"""What a test found, in plain English: what works, and what does not yet."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from companion.domain.dialogue import Step
from companion.trainer.bootstrap import Measured
from companion.trainer.evaluate import Evaluation
from companion.trainer.rap_test import RapTest

FEW_CALLS = 8
"""With fewer calls no interval says much."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One sentence, and whether it is good news."""

    text: str
    works: bool


def findings(test: RapTest) -> tuple[Finding, ...]:
    """Everything worth knowing first, in the order of weight."""
    return (*_of_stories(test), *_of_calls(test))


def _of_stories(test: RapTest) -> Iterator[Finding]:
    total, failed = len(test.stories), len(test.failed)
    if not total:
        return
    guards = [outcome for outcome in test.stories if outcome.story.guards]
    broken = [outcome for outcome in guards if not outcome.passed]
    safe = [outcome for outcome in test.stories if outcome.story.safety is not None]
    if safe:
        unsafe = [outcome for outcome in safe if not outcome.passed]
        yield Finding(
            f"{_all_of(len(safe), 'safety story holds', 'safety stories hold')}."
            if not unsafe
            else f"{len(unsafe)} of {len(safe)} safety stories fail: a promise is broken.",
            not unsafe,
        )
    if guards:
        yield Finding(
            f"{_all_of(len(guards), 'story that must pass does', 'stories that must pass do')}."
            if not broken
            else f"{len(broken)} of {len(guards)} stories that must pass do not.",
            not broken,
        )
    wishes = failed - len(broken)
    if wishes:
        among = "wish among them does" if wishes == 1 else "wishes among them do"
        yield Finding(f"{wishes} {among} not pass yet.", False)


def _of_calls(test: RapTest) -> Iterator[Finding]:
    found = test.written
    if found is None:
        return
    if len(found.calls) < FEW_CALLS:
        calls = "one call" if len(found.calls) == 1 else f"{len(found.calls)} calls"
        yield Finding(
            f"These figures rest on {calls} only; take them as a first look, not as a proof.",
            False,
        )
    for name, enough, words in _SENTENCES:
        measured = found.figures[name]
        if measured.value is not None:
            yield Finding(words(measured), measured.value >= enough)
    yield from _of_steps(found)
    delay = found.figures["steps.delay_median"]
    if delay.count:
        yield _of_delay(delay)
    yield from _of_cards(found)
    if test.bare is not None:
        yield from _of_bare(found, test.bare)


_SENTENCES: tuple[tuple[str, float, Callable[[Measured], str]], ...] = (
    (
        "steps.accuracy",
        0.85,
        lambda m: f"The step that was shown was right after {share(m)} lines.",
    ),
    (
        "steps.sure_accuracy",
        0.95,
        lambda m: f"Where the companion said that it was sure, it was right in {share(m)} cases.",
    ),
    ("steps.sure_share", 0.6, lambda m: f"It was sure at {share(m)} lines."),
    ("questions.closed.recall", 0.8, lambda m: f"It noticed {share(m)} closed questions."),
    (
        "questions.closed.precision",
        0.8,
        lambda m: f"Of what it took for a closed question, {share(m)} were.",
    ),
    ("questions.open.recall", 0.8, lambda m: f"It noticed {share(m)} open questions."),
    (
        "steps.changes_noticed",
        0.8,
        lambda m: f"It noticed {share(m)} changes of step before the next one came.",
    ),
)


def _of_steps(found: Evaluation) -> Iterator[Finding]:
    """The step that is found worst, where one stands out."""
    recalls = [(found.figures[f"steps.{int(step)}.recall"], step) for step in Step]
    known = [(m.value, m, step) for m, step in recalls if m.value is not None]
    if not known:
        return
    value, measured, step = min(known, key=lambda one: one[0])
    yield Finding(
        f"Step {int(step)} is found least often: {share(measured)} of its lines.", value >= 0.8
    )


def _of_delay(delay: Measured) -> Finding:
    if delay.value is None:
        return Finding("Half of the changes of step were not noticed at all.", False)
    if delay.value == 0:
        return Finding("Half of the changes of step or more were noticed at once.", True)
    lines = _plural(int(delay.value), "line", "lines")
    return Finding(
        f"A change of step was typically noticed {delay.value:.0f} {lines} late.", delay.value <= 2
    )


def _of_cards(found: Evaluation) -> Iterator[Finding]:
    restless = found.figures["cards.while_listening"].value or 0
    yield Finding(
        "The card never changed by itself while the other person spoke."
        if restless == 0
        else f"The card changed {restless:.0f} times by itself while the other person spoke.",
        restless == 0,
    )
    rate = found.figures["nudges.false_in_10_min"]
    if rate.value is not None:
        yield Finding(
            "No nudge came up without a run of closed questions."
            if rate.value == 0
            else f"{rate.value:.2f} nudges in ten minutes came up without a run of closed "
            "questions.",
            rate.value <= 0.2,
        )


def _of_bare(written: Evaluation, rough: Evaluation) -> Iterator[Finding]:
    before, after = (e.figures["steps.accuracy"].value for e in (written, rough))
    if before is None or after is None:
        return
    lost = 100 * (before - after)
    yield Finding(
        "On text without marks and capitals, as a rough recognizer prints it, steps are found "
        + ("as well." if lost < 1 else f"less often by {lost:.0f} in 100 lines."),
        lost < 3,
    )
    closed = rough.figures["questions.closed.recall"]
    if closed.value is not None:
        yield Finding(
            f"On such text it noticed {share(closed)} closed questions.", closed.value >= 0.7
        )


def share(measured: Measured) -> str:
    """'95 of 100 (93 to 97 with other calls like these)'."""
    if measured.value is None:
        return "an unknown share of"
    text = f"{100 * measured.value:.0f} of 100"
    if measured.low is not None and measured.high is not None:
        text += f" ({100 * measured.low:.0f} to {100 * measured.high:.0f})"
    return text


def _all_of(n: int, one: str, many: str) -> str:
    return f"The one {one}" if n == 1 else f"All {n} {many}"


def _plural(n: int, one: str, many: str) -> str:
    return one if n == 1 else many
