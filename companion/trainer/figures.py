"""The figures of an evaluation, family by family. Names are stable; docs/measuring.md lists them.

Every family takes the played calls and the drawings of the bootstrap, and gives figures by name.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeAlias

import numpy as np

from companion.domain.dialogue import QuestionKind, Step
from companion.trainer import scores
from companion.trainer.bootstrap import Bootstrap, Measured
from companion.trainer.labelled import CUES, Truth
from companion.trainer.matching import (
    NEVER,
    change_delays,
    match_questions,
    same_phrase,
    same_role,
    same_when,
)
from companion.trainer.outcome import Outcome
from companion.trainer.played import Played
from companion.trainer.scores import Floats

Figures: TypeAlias = dict[str, Measured]


def confusion(truth: Sequence[Step], guesses: Sequence[Step]) -> Floats:
    """f64[5, 5]: how often each labelled step (row) was taken for each step (column)."""
    matrix = np.zeros((len(Step), len(Step)))
    for true, guess in zip(truth, guesses, strict=True):
        matrix[true - 1, guess - 1] += 1
    return matrix


def step_agreement(
    boot: Bootstrap, name: str, truth: Sequence[Sequence[Step]], guesses: Sequence[Sequence[Step]]
) -> Figures:
    """Accuracy and macro-F1 of guessed steps, call by call."""
    matrices = [confusion(t, g) for t, g in zip(truth, guesses, strict=True)]
    count = sum(len(t) for t in truth)
    return {
        f"{name}.accuracy": boot.measure(
            [(np.trace(m), m.sum()) for m in matrices], scores.share, count
        ),
        f"{name}.macro_f1": boot.measure(
            [scores.class_counts(m).tolist() for m in matrices], scores.macro_f1, count
        ),
    }


def step_figures(played: Sequence[Played], boot: Bootstrap) -> Figures:
    """Agreement, each step by itself, how sure the companion was, how late it noticed changes."""
    truth, guesses = [p.truth for p in played], [p.guesses for p in played]
    figures = step_agreement(boot, "steps", truth, guesses)
    counts = [scores.class_counts(confusion(t, g)) for t, g in zip(truth, guesses, strict=True)]
    for step in Step:
        own = [c[3 * (step - 1) : 3 * step].tolist() for c in counts]
        figures |= found_and_missed(boot, f"steps.{int(step)}", own)
    sure = [[(t, g.heard.step) for t, g in zip(p.truth, p.turns, strict=True)] for p in played]
    certain = [[(t is e.step) for t, e in call if e.sure] for call in sure]
    figures["steps.sure_share"] = boot.measure(
        [(len(c), len(call)) for c, call in zip(certain, sure, strict=True)],
        scores.share,
        sum(map(len, sure)),
    )
    figures["steps.sure_accuracy"] = boot.measure(
        [(sum(c), len(c)) for c in certain], scores.share, sum(map(len, certain))
    )
    delays = [change_delays(t, g) for t, g in zip(truth, guesses, strict=True)]
    figures["steps.delay_median"] = boot.quantile(delays, 0.5)
    figures["steps.changes_noticed"] = boot.measure(
        [(sum(d < NEVER for d in own), len(own)) for own in delays],
        scores.share,
        sum(map(len, delays)),
    )
    reached = [
        (set(map(int, t)), set(p.outcome.steps_reached)) for t, p in zip(truth, played, strict=True)
    ]
    visits = [_found(len(a & b), len(b), len(a)) for a, b in reached]
    return figures | found_and_missed(boot, "steps.reached", visits)


def question_figures(played: Sequence[Played], boot: Bootstrap) -> Figures:
    """Clauses found at all, of the right kind, and the kind alone where a clause was found."""
    kinds = [kind.value for kind in QuestionKind]
    of_any: list[list[float]] = []
    of_kind: dict[str, list[list[float]]] = {kind: [] for kind in kinds}
    of_pairs: list[tuple[float, float]] = []
    for p in played:
        labelled = [s for u, _ in p.pairs for s in u.questions]
        found = [q for _, t in p.pairs for q in t.questions]
        pairs = [pair for u, t in p.pairs for pair in match_questions(u.questions, t.questions)]
        of_any.append(_found(len(pairs), len(found), len(labelled)))
        right = [s.label for s, q in pairs if s.label == q.kind.value]
        of_pairs.append((len(right), len(pairs)))
        for kind in kinds:
            of_kind[kind].append(
                _found(
                    right.count(kind),
                    sum(q.kind.value == kind for q in found),
                    sum(s.label == kind for s in labelled),
                )
            )
    figures = found_and_missed(boot, "questions.any", of_any)
    for kind in kinds:
        figures |= found_and_missed(boot, f"questions.{kind}", of_kind[kind])
    figures["questions.kind_accuracy"] = boot.measure(
        of_pairs, scores.share, int(sum(n for _, n in of_pairs))
    )
    return figures


def cue_figures(played: Sequence[Played], boot: Bootstrap) -> Figures:
    """Cues by utterance: each, all together, and the mean of each."""
    counts: dict[str, list[list[float]]] = {name: [] for name in CUES}
    for p in played:
        said = [(set(u.cues), {cue.name for cue in t.heard.cues}) for u, t in p.pairs]
        for name in CUES:
            counts[name].append(
                _found(
                    sum(name in labelled and name in found for labelled, found in said),
                    sum(name in found for _, found in said),
                    sum(name in labelled for labelled, _ in said),
                )
            )
    by_call = [[c for name in CUES for c in counts[name][i]] for i in range(len(played))]
    together = np.asarray(by_call).reshape(len(played), len(CUES), 3).sum(axis=1)
    labelled_cues = int(together[:, 0].sum() + together[:, 2].sum())
    figures = {
        "cues.macro_f1": boot.measure(by_call, scores.macro_f1, labelled_cues),
        "cues.micro_f1": boot.measure(together.tolist(), scores.f1, labelled_cues),
    }
    for name in CUES:
        figures |= found_and_missed(boot, f"cues.{name}", counts[name])
    return figures


def outcome_figures(played: Sequence[Played], boot: Bootstrap) -> Figures:
    """What the call came to: issues, decision maker, next step, commitment."""
    issues = [
        _found(
            len(set(t.issues) & set(p.outcome.issues)),
            len(set(p.outcome.issues)),
            len(set(t.issues)),
        )
        if (t := p.call.truth)
        else [0.0, 0.0, 0.0]
        for p in played
    ]
    figures = found_and_missed(boot, "issues", issues)
    for name, judged, right in (
        ("decision_maker.accuracy", _always, _right_role),
        ("next_step.who", _with_next_step, _right_who),
        ("next_step.when", _with_next_step, _right_when),
        ("next_step.what", _with_next_step, _right_what),
        ("commitment.accuracy", _always, _right_commitment),
    ):
        figures[name] = _agreement(played, boot, judged, right)
    return figures


Judgement: TypeAlias = Callable[[Truth, Outcome], bool]


def _agreement(
    played: Sequence[Played], boot: Bootstrap, judged: Judgement, right: Judgement
) -> Measured:
    """The share of right calls among those to be judged; calls without a truth are not."""
    counts = []
    for p in played:
        truth = p.call.truth
        counts.append(
            (float(right(truth, p.outcome)), 1.0)
            if truth is not None and judged(truth, p.outcome)
            else (0.0, 0.0)
        )
    return boot.measure(counts, scores.share, int(sum(n for _, n in counts)))


def _always(truth: Truth, outcome: Outcome) -> bool:
    return True


def _with_next_step(truth: Truth, outcome: Outcome) -> bool:
    """A next step that was proposed though there is none counts against the companion."""
    return truth.has_next_step or outcome.has_next_step


def _right_role(truth: Truth, outcome: Outcome) -> bool:
    return same_role(truth.decision_maker, outcome.decision_maker)


def _right_who(truth: Truth, outcome: Outcome) -> bool:
    return truth.has_next_step and truth.next_who == outcome.next_who


def _right_when(truth: Truth, outcome: Outcome) -> bool:
    return (
        truth.has_next_step
        and outcome.has_next_step
        and same_when(truth.next_when, outcome.next_when)
    )


def _right_what(truth: Truth, outcome: Outcome) -> bool:
    return truth.has_next_step and same_phrase(truth.next_what, outcome.next_what)


def _right_commitment(truth: Truth, outcome: Outcome) -> bool:
    return truth.commitment == outcome.commitment


def card_figures(played: Sequence[Played], boot: Bootstrap) -> Figures:
    """How often the card changes, over the call and over the organizer's own speech."""
    cards = [sum(turn.card is not None for turn in p.turns) for p in played]
    call_minutes = [p.turns[-1].utterance.end_s / 60 for p in played]
    own_minutes = [sum(t.utterance.duration_s for t in p.turns) / 60 for p in played]
    total = sum(cards)
    return {
        "cards.a_minute": boot.measure(
            list(zip(cards, call_minutes, strict=True)), scores.share, total
        ),
        "cards.a_speaking_minute": boot.measure(
            list(zip(cards, own_minutes, strict=True)), scores.share, total
        ),
        "cards.while_listening": Measured(float(sum(p.restless_cards for p in played)), total),
    }


def time_figures(played: Sequence[Played], boot: Bootstrap) -> Figures:
    """Wall time of understanding and coach an utterance, in milliseconds."""
    took_ms = [[1000 * turn.took_s for turn in p.turns] for p in played]
    return {
        "time_ms.p50": boot.quantile(took_ms, 0.50),
        "time_ms.p95": boot.quantile(took_ms, 0.95),
    }


def found_and_missed(boot: Bootstrap, name: str, counts: Sequence[Sequence[float]]) -> Figures:
    """Precision, recall and F1 of true positives, false positives and false negatives a call."""
    hits, wrong, missed = (int(n) for n in np.asarray(counts).sum(axis=0))
    return {
        f"{name}.precision": boot.measure(counts, scores.precision, hits + wrong),
        f"{name}.recall": boot.measure(counts, scores.recall, hits + missed),
        f"{name}.f1": boot.measure(counts, scores.f1, hits + missed),
    }


def _found(hits: int, found: int, labelled: int) -> list[float]:
    """True positives, false positives, false negatives."""
    return [float(hits), float(found - hits), float(labelled - hits)]
