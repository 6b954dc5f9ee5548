"""How well labelled calls are understood and redacted: every figure with its count and interval."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import chain
from types import MappingProxyType

from companion.errors import InputError
from companion.redaction.redactor import shipped_redactor
from companion.settings import CallSettings
from companion.trainer.baselines import by_position, by_words, word_evidence
from companion.trainer.bootstrap import Bootstrap, Measured
from companion.trainer.card_faults import fault_figures
from companion.trainer.certainty import certainty_figures
from companion.trainer.figures import (
    Figures,
    card_figures,
    confusion,
    cue_figures,
    outcome_figures,
    question_figures,
    step_agreement,
    step_figures,
    time_figures,
)
from companion.trainer.labelled import LabelledCall
from companion.trainer.played import Played, play
from companion.trainer.redaction_scores import redaction_figures
from companion.trainer.scores import Floats
from companion.understanding.rap import Rap


@dataclass(frozen=True, slots=True)
class Evaluation:
    """The figures of one rap on some labelled calls."""

    rap: str
    calls: tuple[str, ...]
    utterances: int
    figures: Mapping[str, Measured]
    """By their stable names, such as 'steps.accuracy' or 'questions.closed.f1'."""
    confusion: tuple[tuple[int, ...], ...]
    """Rows are labelled steps 1 to 5, columns detected ones."""
    played: tuple[Played, ...] = field(repr=False)
    """The calls themselves, for a closer look."""


def evaluate(
    calls: Iterable[LabelledCall],
    rap: Rap,
    settings: CallSettings | None = None,
    *,
    of_the_rap_only: bool = False,
) -> Evaluation:
    """Play labelled calls and compare what was understood with the labels.

    Args:
        calls: taken one after the other, so that a generator can show progress.
        rap: the conversation that the calls follow.
        settings: of the call; the defaults where None.
        of_the_rap_only: without redaction, which no rap changes, and without what steps are
            compared with; that takes not much more than half of the time.

    Raises: InputError where there is no call.
    """
    settings = settings or CallSettings()
    played = []
    evidence = []
    for call in calls:
        played.append(play(call, rap, settings))
        if not of_the_rap_only:
            evidence.append(word_evidence(call, rap))
    if not played:
        raise InputError("there is no call to measure on; name labelled calls or a folder of them")
    boot = Bootstrap(len(played))
    truth = [p.truth for p in played]
    figures: Figures = {
        **step_figures(played, boot),
        **certainty_figures(played, boot),
        **question_figures(played, boot),
        **cue_figures(played, boot),
        **outcome_figures(played, boot),
        **card_figures(played, boot),
        **fault_figures(played, boot, rap.timing.closed_run),
        **time_figures(played, boot),
    }
    if not of_the_rap_only:
        redactor = shipped_redactor(rap.language)
        figures |= _baseline_figures(played, evidence, boot)
        figures |= redaction_figures([p.call for p in played], redactor, boot)
    matrix = confusion(list(chain(*truth)), list(chain(*(p.guesses for p in played))))
    return Evaluation(
        rap=f"{rap.name} {rap.version}",
        calls=tuple(p.call.call_id for p in played),
        utterances=sum(map(len, truth)),
        figures=MappingProxyType(figures),
        confusion=tuple(tuple(int(n) for n in row) for row in matrix),
        played=tuple(played),
    )


def _baseline_figures(
    played: Sequence[Played], evidence: Sequence[Floats], boot: Bootstrap
) -> Figures:
    """A single call has no positions: there is no other one to fit them on."""
    calls = [p.call for p in played]
    guesses = {
        "position": by_position(calls, of_the_whole=False),
        "position_in_whole": by_position(calls, of_the_whole=True),
        "no_filter": by_words(calls, evidence),
    }
    figures: Figures = {}
    for name, of_calls in guesses.items():
        if of_calls is not None:
            truth = [p.truth for p in played]
            figures |= step_agreement(boot, f"baseline.{name}", truth, of_calls)
    return figures
