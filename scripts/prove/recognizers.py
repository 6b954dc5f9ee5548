"""Faults of the recognizer's process in running calls: killed, hung, at random moments."""

from __future__ import annotations

import os
import random
import signal
import threading
import time

from companion.asr.transcriber import ProcessTranscriber
from companion.live.board import Notice, NoticeKind
from companion.live.call import LiveCall
from companion.live.health import LATE_FROM_S
from companion.settings import RecognizerSettings
from scripts.bench.table import progress
from scripts.prove.calls import WORDS_A_TURN, SpokenSource, listening, turns_of
from scripts.prove.faults import Fault
from tests.fakes.recognizer import WORD_S, scripted_spec

KILLED_TURNS = 5
HUNG_TURNS = 9
_STEP_S = 0.05


def killed(runs: int, rng: random.Random) -> Fault:
    """kill -9 of the child at a random moment of a call at the speed of speech."""
    fault = Fault("Recognizer killed", "kill -9 of its process at a random moment")
    for number in range(runs):
        progress(f"recognizer killed {number + 1} of {runs}")
        heard, said, _ = _call(KILLED_TURNS, rng, signal.SIGKILL)
        _judge(fault, heard, said)
    return fault


def hung(runs: int, rng: random.Random) -> Fault:
    """The child is stopped in its tracks (SIGSTOP), and nobody lets it go on."""
    fault = Fault(
        "Recognizer hangs",
        "its process is stopped (SIGSTOP) at a random moment, for good",
        notice_limit_s=LATE_FROM_S + 2.0,
    )
    for number in range(runs):
        progress(f"recognizer hung {number + 1} of {runs}")
        heard, said, told_s = _call(HUNG_TURNS, rng, signal.SIGSTOP)
        _judge(fault, heard, said)
        if told_s is None:
            fault.wrong.append("never told")
            fault.survived -= 1
        else:
            fault.noticed_s.append(told_s)
    return fault


def _judge(fault: Fault, heard: list[str], said: list[str]) -> None:
    lost = sum(max(0, WORDS_A_TURN - len(text.split())) for text in heard)
    lost += WORDS_A_TURN * max(0, len(said) - len(heard))
    fault.lose(lost * WORD_S)
    fault.take(None if heard == said else "not every word was heard as it was said")


def _call(
    turn_count: int, rng: random.Random, kind: signal.Signals
) -> tuple[list[str], list[str], float | None]:
    """One call with one fault: what was heard, what was said, seconds from fault to notice."""
    said = turns_of(turn_count, rng)
    source = SpokenSource(said, paced=True)
    transcriber = ProcessTranscriber(scripted_spec(), RecognizerSettings())
    call, conversation = listening(source, transcriber)
    # In the first half of the call, so that what comes after the fault is seen too.
    at_s = rng.uniform(1.5, source.length_s / 2)
    struck_s: list[float] = []

    def strike() -> None:
        pid = transcriber.process_id
        if pid is not None:
            os.kill(pid, kind)
            struck_s.append(time.monotonic())

    timer = threading.Timer(at_s, strike)
    told_s: float | None = None
    call.open()
    timer.start()
    try:
        number = 0
        while not call.is_over():
            call.step(_STEP_S)
            number, problem = _problem_since(call, number)
            if problem and struck_s and told_s is None:
                told_s = time.monotonic() - struck_s[0]
    finally:
        timer.cancel()
        call.close()
    return [u.text for u in conversation.utterances], said, told_s


def _problem_since(call: LiveCall, number: int) -> tuple[int, bool]:
    problem = False
    for event in call.board.events_since(number):
        number = event.number + 1
        problem |= isinstance(event.event, Notice) and event.event.kind is NoticeKind.PROBLEM
    return number, problem
