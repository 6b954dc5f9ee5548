"""A rap put to the test: on labelled calls, as written and bare, and on stories."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Protocol, TypeVar

from companion.errors import InputError
from companion.settings import CallSettings
from companion.trainer.advice import Advice, advice
from companion.trainer.evaluate import Evaluation, evaluate
from companion.trainer.labelled import LabelledCall, bare
from companion.trainer.misses import CallMiss, worst_misses
from companion.trainer.stories import Stories
from companion.trainer.story_checks import StoryOutcome, try_stories, with_lines
from companion.understanding.rap import Rap

ThingT = TypeVar("ThingT")


@dataclass(frozen=True, slots=True)
class RapTest:
    """What came of a test."""

    rap: Rap
    stories_file: str
    """Empty where there were no stories."""
    stories: tuple[StoryOutcome, ...]
    written: Evaluation | None
    """None where there were no calls."""
    bare: Evaluation | None
    """The same without marks and capitals; None where that was not asked for."""
    misses: tuple[CallMiss, ...]
    advice: tuple[Advice, ...]

    @property
    def failed(self) -> tuple[StoryOutcome, ...]:
        """Stories that did not come out as written."""
        return tuple(outcome for outcome in self.stories if not outcome.passed)


class Watcher(Protocol):
    """Told of every call and story as it is taken, to show progress."""

    def over(self, things: Iterable[ThingT]) -> Iterable[ThingT]:
        """The things, one after the other."""


class Unwatched:
    """Shows no progress."""

    def over(self, things: Iterable[ThingT]) -> Iterable[ThingT]:
        """The things as they are."""
        return things


def run_test(
    rap: Rap,
    calls: Sequence[LabelledCall],
    stories: Stories | None,
    settings: CallSettings,
    watcher: Watcher | None = None,
    *,
    with_bare: bool = True,
) -> RapTest:
    """Test a rap.

    Args:
        rap: the conversation to test.
        calls: labelled calls; may be empty where there are stories.
        stories: short calls with what is expected of them.
        settings: of the call.
        watcher: sees every call and story as it is taken.
        with_bare: also on the calls without marks and capitals.

    Raises: InputError where there is nothing to test on.
    """
    if not calls and stories is None:
        raise InputError("there is nothing to test on; name labelled calls, or --stories FILE")
    watcher = watcher or Unwatched()
    outcomes = (
        try_stories(watcher.over(with_lines(stories)), rap, settings) if stories is not None else ()
    )
    written = rough = None
    if calls:
        written = evaluate(watcher.over(calls), rap, settings, of_the_rap_only=True)
        if with_bare:
            rough_calls = [bare(call) for call in calls]
            rough = evaluate(watcher.over(rough_calls), rap, settings, of_the_rap_only=True)
    played = written.played if written is not None else ()
    return RapTest(
        rap,
        "" if stories is None else stories.name,
        outcomes,
        written,
        rough,
        worst_misses(played, rap),
        advice(played, rap),
    )
