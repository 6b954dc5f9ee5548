"""Two raps side by side on the same calls and stories: what was fixed, and what was broken.

Differences of figures come with the interval of the difference over the same drawings of calls
(the paired bootstrap), and where that holds zero the data do not tell.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from enum import Enum

from companion.errors import InputError
from companion.trainer.bootstrap import Measured, difference
from companion.trainer.labelled import CUES, LabelledUtterance
from companion.trainer.matching import match_questions
from companion.trainer.played import Played
from companion.trainer.rap_changes import RapChange, rap_changes
from companion.trainer.rap_test import RapTest
from companion.trainer.replay import Turn
from companion.trainer.story_checks import Miss
from companion.understanding.rap import Rap

_OF_THE_RAP = (
    "steps.",
    "questions.",
    "cues.",
    "issues.",
    "decision_maker.",
    "next_step.",
    "commitment.",
    "nudges.",
    "cards.wrong_step",
    "cards.while_listening",
)
"""Redaction, time and what steps are compared with are the same for every rap."""
_LESS_IS_BETTER = (
    "steps.calibration_error",
    "steps.brier",
    "steps.delay_median",
    "nudges.",
    "cards.",
)
_NOTHING = 0.0005
"""Less is printed as nothing, and is no reason to keep or to drop a change."""
FEWEST_CALLS = 6
"""Were every one of fewer calls better, it could still be chance once in twenty (the sign test),
and drawing from so few again and again does not make them more."""


class Effect(str, Enum):
    """What the newer rap did to one thing."""

    FIXED = "fixed"
    BROKEN = "broken"
    CHANGED = "changed"
    """Different, and nothing says which is right."""


class Verdict(str, Enum):
    """What can be said of a figure."""

    BETTER = "better"
    WORSE = "worse"
    SAME = "the same"
    UNKNOWN = "too little data to tell"


@dataclass(frozen=True, slots=True)
class Change:
    """One thing in a call that the two raps see differently."""

    what: str
    """'step', 'question', 'cue', 'goal' or 'card'."""
    effect: Effect
    call_id: str
    at: int
    """Which utterance of the call, from 0."""
    start_s: float
    before: str = field(repr=False)
    after: str = field(repr=False)
    text: str = field(repr=False)
    """The utterance. From a role-play call; for the report only."""


@dataclass(frozen=True, slots=True)
class FigureChange:
    """One figure of both raps."""

    name: str
    before: Measured
    after: Measured
    grown: Measured
    verdict: Verdict


@dataclass(frozen=True, slots=True)
class StoryChange:
    """A story of which the outcome differs."""

    name: str
    effect: Effect
    guards: bool
    """It must pass."""
    misses: tuple[Miss, ...]
    """Of the rap with which it does not pass."""


@dataclass(frozen=True, slots=True)
class Kept:
    """How many things of a kind are the same with both raps."""

    right: int
    wrong: int


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two raps side by side."""

    before: Rap
    after: Rap
    calls: tuple[str, ...]
    rap_changes: tuple[RapChange, ...]
    figures: tuple[FigureChange, ...]
    changes: tuple[Change, ...]
    kept: dict[str, Kept]
    """By what: 'step', 'question', 'cue', 'story'."""
    stories: tuple[StoryChange, ...]

    def count(self, what: str, effect: Effect) -> int:
        """How many things of a kind were fixed, broken or changed."""
        if what == "story":
            return sum(story.effect is effect for story in self.stories)
        return sum(c.what == what and c.effect is effect for c in self.changes)


def compare(before: RapTest, after: RapTest) -> Comparison:
    """Set two tests side by side.

    Raises: InputError where they were not made on the same calls and stories.
    """
    old, new = before.written, after.written
    calls = () if old is None else old.calls
    names = [[o.story.name for o in test.stories] for test in (before, after)]
    if calls != (() if new is None else new.calls) or names[0] != names[1]:
        raise InputError("two raps can be compared on the same calls and stories only; name both")
    pairs = list(zip(old.played, new.played, strict=True)) if old is not None and new else []
    verdicts = [verdict for a, b in pairs for verdict in _verdicts(a, b)]
    changes = [c for a, b in pairs for c in _changes(a, b)]
    kept = {
        what: Kept(
            sum(v.what == what and v.right == (True, True) for v in verdicts),
            sum(v.what == what and v.right == (False, False) for v in verdicts),
        )
        for what in ("step", "question", "cue")
    }
    outcomes = list(zip(before.stories, after.stories, strict=True))
    kept["story"] = Kept(
        sum(a.passed and b.passed for a, b in outcomes),
        sum(not a.passed and not b.passed for a, b in outcomes),
    )
    return Comparison(
        before.rap,
        after.rap,
        calls,
        rap_changes(before.rap, after.rap),
        _figure_changes(before, after),
        tuple(changes),
        kept,
        tuple(
            StoryChange(
                a.story.name,
                Effect.FIXED if b.passed else Effect.BROKEN,
                a.story.guards,
                a.misses or b.misses,
            )
            for a, b in outcomes
            if a.passed is not b.passed
        ),
    )


def _figure_changes(before: RapTest, after: RapTest) -> tuple[FigureChange, ...]:
    if before.written is None or after.written is None:
        return ()
    found = []
    for name, old in before.written.figures.items():
        if name.startswith(_OF_THE_RAP):
            new = after.written.figures[name]
            grown = difference(old, new)
            told = verdict(name, old, new, grown, len(before.written.calls))
            found.append(FigureChange(name, old, new, grown, told))
    return tuple(found)


def verdict(name: str, old: Measured, new: Measured, grown: Measured, calls: int) -> Verdict:
    """What the difference of a figure tells: nothing, where its interval holds zero."""
    if old.value == new.value and (old.low, old.high) == (new.low, new.high):
        return Verdict.SAME
    if grown.low is None or grown.high is None or calls < FEWEST_CALLS:
        return Verdict.UNKNOWN
    if grown.low > _NOTHING or grown.high < -_NOTHING:
        less = name.startswith(_LESS_IS_BETTER)
        return Verdict.BETTER if (grown.low > 0) is not less else Verdict.WORSE
    return Verdict.UNKNOWN


@dataclass(frozen=True, slots=True)
class _Judged:
    """One labelled thing, and whether each rap was right about it."""

    what: str
    at: int
    right: tuple[bool, bool]
    before: str
    after: str


def _changes(a: Played, b: Played) -> Iterator[Change]:
    """What differs between two plays of one call: judged by labels, then goals and cards."""
    utterances = [turn.utterance for turn in a.turns]

    def change(what: str, effect: Effect, at: int, before: str, after: str) -> Change:
        said = utterances[at]
        return Change(what, effect, a.call.call_id, at, said.start_s, before, after, text=said.text)

    for judged in _verdicts(a, b):
        if judged.right[0] is not judged.right[1]:
            effect = Effect.FIXED if judged.right[1] else Effect.BROKEN
            yield change(judged.what, effect, judged.at, judged.before, judged.after)
    for at, (old, new) in enumerate(zip(a.turns, b.turns, strict=True)):
        for goal in dict.fromkeys((*old.heard.goals, *new.heard.goals)):
            seen = [goal in turn.heard.goals for turn in (old, new)]
            if seen[0] is not seen[1]:
                words = [f"{goal} met" if met else f"{goal} not met" for met in seen]
                yield change("goal", Effect.CHANGED, at, words[0], words[1])
        cards = [_card(turn) for turn in (old, new)]
        if cards[0] != cards[1]:
            yield change("card", Effect.CHANGED, at, cards[0], cards[1])


def _card(turn: Turn) -> str:
    return "no new card" if turn.card is None else f"“{turn.card.text}”"


def _verdicts(a: Played, b: Played) -> Iterator[_Judged]:
    """Everything that labels speak of, and whether each rap was right about it."""
    for at, (labelled, old, new) in enumerate(
        zip(a.call.utterances, a.turns, b.turns, strict=True)
    ):
        steps = [turn.heard.step.step for turn in (old, new)]
        yield _Judged(
            "step",
            at,
            (steps[0] is labelled.step, steps[1] is labelled.step),
            f"step {int(steps[0])}",
            f"step {int(steps[1])}",
        )
        cues = [{cue.name for cue in turn.heard.cues} for turn in (old, new)]
        for name in CUES:
            is_there = name in labelled.cues
            seen = [name in found for found in cues]
            if is_there or seen[0] or seen[1]:
                words = [f"{name} seen" if s else f"{name} not seen" for s in seen]
                yield _Judged(
                    "cue", at, (seen[0] is is_there, seen[1] is is_there), words[0], words[1]
                )
        yield from _question_verdicts(at, labelled, old, new)


def _question_verdicts(
    at: int, labelled: LabelledUtterance, old: Turn, new: Turn
) -> Iterator[_Judged]:
    pairs = [match_questions(labelled.questions, turn.questions) for turn in (old, new)]
    for span in labelled.questions:
        kinds = [
            next((q.kind.value for s, q in found if s is span), "not found") for found in pairs
        ]
        yield _Judged(
            "question", at, (kinds[0] == span.label, kinds[1] == span.label), kinds[0], kinds[1]
        )
    # Clauses that no label knows: right is the rap that does not find them.
    needless: list[Sequence[tuple[int, int]]] = [
        [
            (q.start_char, q.end_char)
            for q in turn.questions
            if all(q is not matched for _, matched in found)
        ]
        for turn, found in zip((old, new), pairs, strict=True)
    ]
    for place in dict.fromkeys((*needless[0], *needless[1])):
        seen = [place in found for found in needless]
        words = ["a needless question" if s else "no question" for s in seen]
        yield _Judged("question", at, (not seen[0], not seen[1]), words[0], words[1])
