"""Everything that is learned for a rap, on the cores that there are.

The parts do not depend on each other, so each is learned in a process of its own. What comes out
does not depend on how many processes there were, nor on which was done first: the same calls and
rap give the same bytes.
"""

from __future__ import annotations

import multiprocessing
import os
import signal
import time
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ProcessPoolExecutor, as_completed
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass, field
from typing import Any

from threadpoolctl import threadpool_limits

from companion.errors import CompanionError
from companion.trainer import train_questions
from companion.trainer.cross_fitted import cross_fitted
from companion.trainer.held_out import HeldOut, held_out
from companion.trainer.labelled import LabelledCall
from companion.trainer.train import LEAST_CALLS, to_bytes, train_with_trial
from companion.trainer.train_answers import has_each_answer, train_answers
from companion.understanding.rap import Rap

MAX_PROCESSES = 2
"""Each holds the whole corpus as features: some hundred megabytes with that which ships."""
QUESTION_LANGUAGE = "en"
"""What is looked at in questions are English words; in other languages rules tell them."""
FEW_UTTERANCES = 1500
"""With fewer, starting another process takes longer than it saves."""


@dataclass(frozen=True, slots=True)
class Learned:
    """The artefacts of one rap, as the bytes of their files."""

    understanding: bytes = field(repr=False)
    questions: bytes | None = field(repr=False)
    """None where questions are told by rules: in other languages, or where no call holds any."""
    answers: bytes | None = field(repr=False)
    """None where one of the four answers is in too few calls."""
    held_out: HeldOut


@dataclass(frozen=True, slots=True)
class Progress:
    """How far the learning has come."""

    done: int
    parts: int
    left_s: float | None
    """A guess of the seconds to go; None before the first part is done."""


@dataclass(frozen=True, slots=True)
class _Part:
    """One piece of work, and how long it takes against the others."""

    name: str
    work: Callable[..., Any]
    arguments: tuple[Any, ...] = field(repr=False)
    share: float = 1.0


def learn(
    calls: Sequence[LabelledCall],
    loose: Sequence[LabelledCall],
    rap: Rap,
    *,
    processes: int | None = None,
    report: Callable[[Progress], None] = lambda progress: None,
) -> Learned:
    """Learn from calls, from loose lines (for questions only), and from the rap's examples.

    Args:
        calls: at least ten.
        loose: labelled lines that are no calls; may be none.
        rap: its phrases are looked at, and its examples are learned from.
        processes: how many at once; None for as many as pay.
        report: told after each part.

    Raises: ValueError with fewer than ten calls.
    """
    if len(calls) < LEAST_CALLS:
        raise ValueError(f"training needs at least {LEAST_CALLS} calls; there are {len(calls)}")
    everything = (*calls, *loose)
    parts = [_Part("understanding", _understanding, (tuple(calls), rap), share=1.5)]
    asks = any(u.questions for call in everything for u in call.utterances)
    if rap.language == QUESTION_LANGUAGE and asks:
        parts += [
            _Part(f"questions {n}", train_questions.learn_member, (everything, n), share=1.0)
            for n in range(len(train_questions.RECIPES))
        ]
    found = _all_of(parts, processes or _processes_for(everything), report)
    understanding, answers, trial = found["understanding"]
    members = [result for name, result in found.items() if name.startswith("questions")]
    return Learned(
        understanding=understanding,
        questions=train_questions.combined(everything, members).to_bytes() if members else None,
        answers=answers,
        held_out=trial,
    )


def _understanding(
    calls: tuple[LabelledCall, ...], rap: Rap
) -> tuple[bytes, bytes | None, HeldOut]:
    trained = train_with_trial(calls, rap)
    hearing = cross_fitted(trained)
    answers = train_answers(calls, trained.table, hearing) if has_each_answer(calls) else None
    return to_bytes(trained.weights), answers, held_out(calls, trained.table, hearing)


def _processes_for(calls: Sequence[LabelledCall]) -> int:
    few = sum(len(call.utterances) for call in calls) < FEW_UTTERANCES
    return 1 if few else min(MAX_PROCESSES, os.cpu_count() or 1)


def _all_of(
    parts: Sequence[_Part], processes: int, report: Callable[[Progress], None]
) -> dict[str, Any]:
    """The results by name, in the order of the parts."""
    began_s = time.monotonic()
    done: dict[str, Any] = {}

    def finished(part: _Part, result: Any) -> None:
        done[part.name] = result
        share = sum(p.share for p in parts if p.name in done) / sum(p.share for p in parts)
        left_s = (time.monotonic() - began_s) * (1 - share) / share
        report(Progress(len(done), len(parts), left_s))

    report(Progress(0, len(parts), None))
    if processes == 1:
        for part in parts:
            finished(part, _alone(part.work, *part.arguments))
    else:
        _side_by_side(parts, processes, finished)
    return {part.name: done[part.name] for part in parts}


def _side_by_side(
    parts: Sequence[_Part], processes: int, finished: Callable[[_Part, Any], None]
) -> None:
    pool = ProcessPoolExecutor(
        processes, mp_context=multiprocessing.get_context("spawn"), initializer=_leave_ctrl_c
    )
    try:
        running: dict[Future[Any], _Part] = {
            pool.submit(_alone, part.work, *part.arguments): part for part in parts
        }
        for future in as_completed(running):
            finished(running[future], future.result())
    except BrokenProcessPool:
        raise CompanionError(
            "a helping process of the training was ended from outside, perhaps for want of "
            "memory; close other programs and try again"
        ) from None
    except BaseException:
        # What is still being learned is of no use to anybody: end it at once.
        for process in multiprocessing.active_children():
            process.terminate()
        raise
    finally:
        pool.shutdown(wait=True, cancel_futures=True)


def _alone(work: Callable[..., Any], *arguments: Any) -> Any:
    """One thread a process: quicker side by side, and the same sums on every machine."""
    with threadpool_limits(limits=1):
        return work(*arguments)


def _leave_ctrl_c() -> None:
    """Ctrl-C is for the program that started this one; it ends what it started."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
