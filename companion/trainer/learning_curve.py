"""Would more training text still help? Trains on parts of the calls, measures on others.

For each share of the training calls several draws of whole calls are made; everything learned
from a draw hears the validation calls, which none was trained on, as a live call would. What the
figures gain from one share to the next, against how far draws of one share lie apart, answers the
question.
"""

from __future__ import annotations

import random
import statistics
import sys
from argparse import ArgumentParser
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from companion.domain.dialogue import Question, QuestionKind, Step
from companion.trainer import scores
from companion.trainer.build import corpus, rap_of
from companion.trainer.corpus import read_calls
from companion.trainer.figures import confusion
from companion.trainer.labelled import CUES, LabelledCall, Span, bare
from companion.trainer.matching import match_questions
from companion.trainer.train import train_weights
from companion.trainer.train_questions import train_weights as train_question_weights
from companion.understanding.analyzer import CallAnalyzer
from companion.understanding.learned import LearnedModel
from companion.understanding.question_tagger import QuestionTagger
from companion.understanding.rap import Rap

SHARES = (1 / 8, 1 / 4, 1 / 2, 3 / 4, 1.0)
DRAWS = 3
QUICK_SHARES = (5 / 6, 1.0)
QUICK_CALLS = 12
QUICK_MEASURED = 3
FIGURES = (
    "step accuracy",
    "step macro-F1",
    "cue macro-F1",
    "closed F1",
    "closed F1, bare",
)

Report = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Point:
    """What was learned from one share of the training calls."""

    share: float
    calls: int
    utterances: int
    """Of the training calls in a draw; the mean over draws."""
    draws: tuple[tuple[float, ...], ...]
    """For each draw the `FIGURES`."""

    def mean(self, figure: int) -> float:
        """The mean of a figure over the draws."""
        return statistics.mean(draw[figure] for draw in self.draws)

    def spread(self, figure: int) -> float:
        """How far the best and the worst draw lie apart."""
        values = [draw[figure] for draw in self.draws]
        return max(values) - min(values)


def learning_curve(
    training: Sequence[LabelledCall],
    validation: Sequence[LabelledCall],
    rap: Rap,
    shares: Sequence[float] = SHARES,
    draws: int = DRAWS,
    report: Report = lambda text: None,
) -> list[Point]:
    """Train on shares of the training calls and measure on the validation calls.

    Args:
        training: at least ten calls in the smallest share.
        validation: calls that are never trained on.
        rap: the conversation that the calls follow.
        shares: in (0, 1], rising.
        draws: of each share; the whole is drawn once, as there is only one.
        report: is told what is being done.

    Raises: ValueError where the smallest share is fewer than ten calls.
    """
    points = []
    for share in shares:
        count = round(share * len(training))
        measured, utterances = [], []
        for draw in range(1 if count == len(training) else draws):
            report(f"{count} of {len(training)} calls, draw {draw + 1}")
            drawn = drawn_calls(training, count, seed=draw)
            utterances.append(sum(len(call.utterances) for call in drawn))
            measured.append(_measured(drawn, validation, rap))
        points.append(Point(share, count, round(statistics.mean(utterances)), tuple(measured)))
    return points


def drawn_calls(calls: Sequence[LabelledCall], count: int, seed: int) -> list[LabelledCall]:
    """So many of the calls, drawn without replacement, in their old order."""
    kept = sorted(random.Random(seed).sample(range(len(calls)), count))
    return [calls[i] for i in kept]


def _measured(
    drawn: Sequence[LabelledCall], validation: Sequence[LabelledCall], rap: Rap
) -> tuple[float, ...]:
    model = LearnedModel(train_weights(drawn, rap))
    tagger = QuestionTagger(train_question_weights(drawn))
    steps, cues, closed = _heard(validation, rap, model, tagger)
    _, _, closed_bare = _heard([bare(call) for call in validation], rap, model, tagger)
    by_class = scores.class_counts(steps)[np.newaxis]
    return (
        float(np.trace(steps) / steps.sum()),
        float(scores.macro_f1(by_class)[0]),
        float(scores.macro_f1(cues.reshape(1, -1))[0]),
        float(scores.f1(closed[np.newaxis])[0]),
        float(scores.f1(closed_bare[np.newaxis])[0]),
    )


def _heard(
    calls: Sequence[LabelledCall], rap: Rap, model: LearnedModel, tagger: QuestionTagger
) -> tuple[scores.Floats, scores.Floats, scores.Floats]:
    """Confusion of steps, f64[5, 5]; counts of cues, f64[c, 3], and of closed questions, f64[3].

    Counts are true positives, false positives, false negatives.
    """
    steps = np.zeros((len(Step), len(Step)))
    cues = np.zeros((len(CUES), 3))
    closed = np.zeros(3)
    for call in calls:
        analyzer = CallAnalyzer(rap, call.call_date, questions=tagger, learned_model=model)
        for labelled in call.utterances:
            heard = analyzer.hear(labelled.utterance)
            steps += confusion([labelled.step], [heard.step.step])
            found = {cue.name for cue in heard.cues}
            for k, name in enumerate(CUES):
                cues[k] += _counts(name in labelled.cues, name in found)
            closed += _closed(labelled.questions, heard.questions)
    return steps, cues, closed


def _counts(labelled: bool, found: bool) -> tuple[int, int, int]:
    return int(labelled and found), int(found and not labelled), int(labelled and not found)


def _closed(labelled: Sequence[Span], found: Sequence[Question]) -> scores.Floats:
    kind = QuestionKind.CLOSED
    hits = sum(
        span.label == kind.value and question.kind is kind
        for span, question in match_questions(labelled, found)
    )
    wanted = sum(span.label == kind.value for span in labelled)
    said = sum(question.kind is kind for question in found)
    return np.asarray([hits, said - hits, wanted - hits], dtype=np.float64)


def as_table(points: Sequence[Point]) -> str:
    """The curve in Markdown: means over draws, and how far draws lie apart."""
    lines = [
        "| share | calls | utterances | draws | " + " | ".join(FIGURES) + " |",
        "|---" * (4 + len(FIGURES)) + "|",
    ]
    for point in points:
        cells = [
            f"{point.mean(i):.3f}" + (f" ± {point.spread(i) / 2:.3f}" * (len(point.draws) > 1))
            for i in range(len(FIGURES))
        ]
        lines.append(
            f"| {point.share:g} | {point.calls} | {point.utterances} | {len(point.draws)} | "
            + " | ".join(cells)
            + " |"
        )
    return "\n".join(lines)


def verdict(points: Sequence[Point]) -> str:
    """One plain sentence: would more text still help?

    A figure still climbs where the last share gains more over the one before than draws of that
    one lie away from their middle.
    """
    if len(points) < 2:
        return "One share alone tells nothing; measure at least two."
    before, last = points[-2], points[-1]
    climbing = [
        f"{name} (+{last.mean(i) - before.mean(i):.3f})"
        for i, name in enumerate(FIGURES)
        if last.mean(i) - before.mean(i) > before.spread(i) / 2
    ]
    if not climbing:
        return (
            f"More text of this kind would hardly help: from {before.calls} to {last.calls} calls "
            "no figure gained more than one draw differs from another."
        )
    return (
        f"More text would still help: from {before.calls} to {last.calls} calls "
        f"{', '.join(climbing)} gained more than one draw differs from another."
    )


def main(arguments: Sequence[str] | None = None) -> None:
    """Print the curve of the shipped training calls; for `scripts/learning_curve`."""
    parser = ArgumentParser(prog="scripts/learning_curve", description=__doc__)
    parser.add_argument("--draws", type=int, default=DRAWS, help="draws of each share")
    parser.add_argument(
        "--quick", action="store_true", help="a few calls and two shares, to see that it works"
    )
    given = parser.parse_args(arguments)
    training = read_calls([corpus("en", "train")])
    validation = read_calls([corpus("en", "validation")])
    shares: tuple[float, ...] = SHARES
    draws = given.draws
    if given.quick:
        training, validation = training[:QUICK_CALLS], validation[:QUICK_MEASURED]
        shares, draws = QUICK_SHARES, 1
    points = learning_curve(training, validation, rap_of("en"), shares, draws, _say)
    print(f"Measured on {len(validation)} validation calls, as written.\n")
    print(as_table(points))
    print(f"\n{verdict(points)}")


def _say(text: str) -> None:
    print(f"learning_curve: {text}", file=sys.stderr, flush=True)


if __name__ == "__main__":
    main()
