"""What to add to a rap, worked out from what labelled calls missed: concrete, and in its own words.

The lines that are quoted show what to write more of. They belong to the calls that measure, so
they are not to be copied: a rap that was taught its own test proves nothing.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from companion.domain.dialogue import Step
from companion.trainer.card_faults import card_faults
from companion.trainer.labelled import CUES
from companion.trainer.played import Played
from companion.understanding.rap import Rap

FEWEST = 3
"""Fewer misses of a kind may be chance."""
MOST_LINES = 5
MOST_ADVICE = 8
_WEAK_RECALL = 0.7
_WEAK_PRECISION = 0.6


@dataclass(frozen=True, slots=True)
class Advice:
    """One thing to do."""

    what: str
    """What goes wrong, and how often."""
    do: str
    """What to change in the rap, and where."""
    weight: float
    """How many lines it is about."""
    lines: tuple[str, ...] = field(default=(), repr=False)
    """Lines that show it."""


def advice(played: Sequence[Played], rap: Rap) -> tuple[Advice, ...]:
    """What would help most, first."""
    found = [*_steps(played, rap), *_cues(played, rap), *_nudges(played, rap)]
    return tuple(sorted(found, key=lambda a: -a.weight)[:MOST_ADVICE])


def _steps(played: Sequence[Played], rap: Rap) -> Iterator[Advice]:
    lines: dict[tuple[Step, Step], list[tuple[float, str]]] = defaultdict(list)
    calls: dict[tuple[Step, Step], set[str]] = defaultdict(set)
    for p in played:
        for truth, turn in zip(p.truth, p.turns, strict=True):
            guess = turn.heard.step
            if truth is not guess.step:
                lines[truth, guess.step].append((guess.probability, turn.utterance.text))
                calls[truth, guess.step].add(p.call.call_id)
    for (truth, guessed), missed in lines.items():
        if len(missed) < FEWEST:
            continue
        right, wrong = rap.step(truth), rap.step(guessed)
        in_calls = len(calls[truth, guessed])
        where = "one call" if in_calls == 1 else f"{in_calls} calls"
        yield Advice(
            f"Step {int(truth)} ({right.name}) is taken for step {int(guessed)} ({wrong.name}): "
            f"{len(missed)} lines in {where}.",
            f"Add sentences of this sort, in your own words, to the examples of step {int(truth)} "
            f"(steps, {right.step}, examples), and short pieces that only belong there to its "
            f"phrases. Look whether a phrase of step {int(guessed)} ({wrong.step}) fits them too, "
            "and make that one more exact.",
            len(missed),
            _surest(missed),
        )


def _cues(played: Sequence[Played], rap: Rap) -> Iterator[Advice]:
    of_the_rap = {cue.name for cue in rap.cues}
    for name in CUES:
        missed, needless, hits = [], [], 0
        for p in played:
            for labelled, turn in p.pairs:
                likely = {cue.name: cue.probability for cue in turn.heard.cues}
                if name in labelled.cues and name in likely:
                    hits += 1
                elif name in labelled.cues:
                    missed.append((1.0, turn.utterance.text))
                elif name in likely:
                    needless.append((likely[name], turn.utterance.text))
        if name not in of_the_rap:
            continue
        if len(missed) >= FEWEST and hits < _WEAK_RECALL * (hits + len(missed)):
            yield Advice(
                f"The cue {name!r} was missed in {len(missed)} of {hits + len(missed)} lines.",
                f"Add sentences of this sort, in your own words, to its examples (cues, {name}, "
                "examples), and what they have in common to its phrases.",
                len(missed) / 2,
                _surest(missed),
            )
        if len(needless) >= FEWEST and hits < _WEAK_PRECISION * (hits + len(needless)):
            yield Advice(
                f"The cue {name!r} was seen in {len(needless)} lines that do not show it.",
                f"Make its phrases more exact (cues, {name}, phrases), or write what rules it "
                "out under 'unless'.",
                len(needless) / 2,
                _surest(needless),
            )


def _nudges(played: Sequence[Played], rap: Rap) -> Iterator[Advice]:
    lines = [
        (1.0, p.turns[fault.at].utterance.text)
        for p in played
        for fault in card_faults(p, rap.timing.closed_run)
        if fault.false_nudge
    ]
    if len(lines) >= FEWEST:
        yield Advice(
            f"{len(lines)} nudges came up without a run of closed questions.",
            "Add what invites people to tell something to 'invitations', what needs a yes or a no "
            "to 'exemptions', or raise 'closed_run' under 'timing'.",
            2 * len(lines),
            _surest(lines),
        )


def _surest(lines: Sequence[tuple[float, str]]) -> tuple[str, ...]:
    """Those of which the companion was surest, each once."""
    ordered = sorted(lines, key=lambda line: -line[0])
    return tuple(dict.fromkeys(text for _, text in ordered))[:MOST_LINES]
