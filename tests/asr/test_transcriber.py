"""The real child process: its words, its death, its hanging, its forgetting, its end."""

from __future__ import annotations

import logging
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from multiprocessing.connection import Connection, Listener
from pathlib import Path

import psutil
import pytest

from companion.asr.protocol import TranscriberState
from companion.asr.transcriber import AnswerLimits, ProcessTranscriber
from companion.domain.speech import GapReason, Hypothesis
from companion.settings import RecognizerSettings
from tests.fakes.recognizer import scripted_spec, segment_events
from tests.fakes.sound import FakeClock

LONG_S = 60.0
ONLY_FINALS = RecognizerSettings(partials=False)


class Gate:
    """Holds the child before an operation, until the test lets it go on."""

    def __init__(self) -> None:
        self._listener = Listener()
        self._line: Connection | None = None
        self.address = str(self._listener.address)

    def wait(self) -> str:
        if self._line is None:
            self._line = self._listener.accept()
        assert self._line.poll(LONG_S), "the recognizer did not come to the gate"
        operation: str = self._line.recv()
        return operation

    def let_go(self) -> None:
        assert self._line is not None
        self._line.send("go")

    def next_process(self) -> None:
        if self._line is not None:
            self._line.close()
        self._line = None

    def close(self) -> None:
        self.next_process()
        self._listener.close()


@contextmanager
def gate() -> Iterator[Gate]:
    held = Gate()
    try:
        yield held
    finally:
        held.close()


def push_all(transcriber: ProcessTranscriber, segment_id: int, start_s: float, text: str) -> None:
    for event in segment_events(segment_id, start_s, text):
        transcriber.push(event)


def finals(transcriber: ProcessTranscriber) -> list[Hypothesis]:
    assert transcriber.drain(LONG_S)
    return [h for h in transcriber.poll() if h.final]


def texts(hypotheses: list[Hypothesis]) -> list[tuple[int, str]]:
    return [(h.segment_id, h.text) for h in hypotheses]


def wait_for_death(pid: int) -> None:
    psutil.wait_procs([psutil.Process(pid)] if psutil.pid_exists(pid) else [], timeout=LONG_S)
    assert not psutil.pid_exists(pid)


@pytest.mark.parametrize("decodes_ahead", [False, True])
def test_transcriber_turns_sound_into_finals_in_order(decodes_ahead: bool) -> None:
    with ProcessTranscriber(scripted_spec(decodes_ahead=decodes_ahead), ONLY_FINALS) as t:
        push_all(t, 1, 0.0, "alpha bravo charlie")
        push_all(t, 2, 5.0, "delta echo")
        push_all(t, 3, 9.0, "golf golf golf - hotel")
        got = finals(t)
        assert texts(got) == [
            (1, "alpha bravo charlie"),
            (2, "delta echo"),
            (3, "golf golf golf hotel"),
        ]
        assert [round(h.end_s, 3) for h in got] == [0.9, 5.6, 10.5]
        assert got[0].confidence == pytest.approx(0.9)
        assert t.gaps() == []
        assert t.status().state is TranscriberState.READY
        assert t.status().lag_s == 0


def test_transcriber_takes_sound_while_the_model_loads() -> None:
    with (
        gate() as g,
        ProcessTranscriber(scripted_spec(gate=g.address, at="load"), ONLY_FINALS) as t,
    ):
        push_all(t, 1, 0.0, "alpha bravo")
        assert g.wait() == "load"
        assert t.status().state is TranscriberState.LOADING
        assert t.status().lag_s == pytest.approx(0.6)
        assert t.poll() == []
        g.let_go()
        assert texts(finals(t)) == [(1, "alpha bravo")]


def test_transcriber_child_killed_in_mid_segment_loses_no_utterance() -> None:
    with (
        gate() as g,
        ProcessTranscriber(scripted_spec(gate=g.address, at="final"), ONLY_FINALS) as t,
    ):
        push_all(t, 1, 0.0, "alpha bravo charlie")
        push_all(t, 2, 2.0, "delta")
        g.wait()
        pid = t.process_id
        assert pid is not None
        os.kill(pid, signal.SIGKILL if hasattr(signal, "SIGKILL") else signal.SIGTERM)
        g.next_process()
        for _ in range(2):
            g.wait()
            g.let_go()
        assert texts(finals(t)) == [(1, "alpha bravo charlie"), (2, "delta")]
        assert t.status().restarts == 1
        assert t.process_id != pid
        assert t.gaps() == []


@pytest.mark.parametrize("trouble", ["die", "raise"])
@pytest.mark.parametrize("at", ["begin", "feed", "partial", "final"])
def test_transcriber_recovers_where_the_recognizer_fails_once(
    trouble: str, at: str, tmp_path: Path
) -> None:
    spec = scripted_spec(trouble=trouble, at=at, times=1, tally=str(tmp_path / "tally"))
    with ProcessTranscriber(spec, RecognizerSettings(partial_every_s=0.1)) as t:
        events = segment_events(1, 0.0, "alpha bravo charlie delta echo foxtrot golf hotel")
        for event in events[:-1]:
            t.push(event)
        assert t.settle(LONG_S)
        t.push(events[-1])
        assert texts(finals(t)) == [(1, "alpha bravo charlie delta echo foxtrot golf hotel")]
        # A partial may be asked for before the death or, the machine being busy, not at all.
        assert t.status().restarts == 1 or at == "partial"


def test_transcriber_hung_child_is_replaced(tmp_path: Path) -> None:
    spec = scripted_spec(trouble="hang", at="final", times=1, tally=str(tmp_path / "tally"))
    limits = AnswerLimits(answer_s=1.0, per_sound_s=0.0)
    with ProcessTranscriber(spec, ONLY_FINALS, limits=limits) as t:
        push_all(t, 1, 0.0, "alpha bravo")
        push_all(t, 2, 1.0, "charlie")
        assert texts(finals(t)) == [(1, "alpha bravo"), (2, "charlie")]
        assert t.status().restarts >= 1


def test_transcriber_hang_over_a_long_segment_is_noticed_as_soon_as_over_a_short_one(
    tmp_path: Path,
) -> None:
    # An engine that works while it is fed has nothing left to decode at the end of a segment.
    spec = scripted_spec(trouble="hang", at="final", times=1, tally=str(tmp_path / "tally"))
    limits = AnswerLimits(answer_s=1.0, per_sound_s=100.0)
    with ProcessTranscriber(spec, ONLY_FINALS, limits=limits) as t:
        push_all(t, 1, 0.0, "alpha bravo charlie delta")
        assert texts(finals(t)) == [(1, "alpha bravo charlie delta")]
        assert t.status().restarts >= 1


def test_transcriber_tells_for_how_long_it_waits_for_an_answer() -> None:
    clock = FakeClock()
    with (
        gate() as g,
        ProcessTranscriber(
            scripted_spec(gate=g.address, at="final"), ONLY_FINALS, clock=clock
        ) as t,
    ):
        assert t.status().unanswered_s == 0.0
        push_all(t, 1, 0.0, "alpha bravo")
        g.wait()
        clock.advance(7.0)
        assert t.status().unanswered_s == pytest.approx(7.0)
        g.let_go()
        assert texts(finals(t)) == [(1, "alpha bravo")]
        assert t.settle(LONG_S)
        assert t.status().unanswered_s == 0.0


def test_transcriber_gives_a_segment_up_visibly_after_several_deaths(tmp_path: Path) -> None:
    spec = scripted_spec(trouble="die", at="final", times=3, tally=str(tmp_path / "tally"))
    with ProcessTranscriber(spec, ONLY_FINALS) as t:
        push_all(t, 1, 0.0, "alpha")
        push_all(t, 2, 1.0, "bravo")
        got = finals(t)
        assert texts(got) == [(1, ""), (2, "bravo")]
        assert got[0].withheld == "recognizer failed"
        [gap] = t.gaps()
        assert (gap.start_s, gap.end_s) == pytest.approx((0.0, 0.3))
        assert gap.reason is GapReason.RECOGNIZER_FAILED


@pytest.mark.parametrize(
    ("options", "in_the_detail"),
    [
        ({"refuse": "the folder x is missing; run 'companion models list'"}, "folder x is missing"),
        ({"trouble": "die", "at": "load"}, "companion doctor"),
        ({"trouble": "raise", "at": "load"}, "RuntimeError"),
        ({"no_such_option": True}, "TypeError"),
    ],
)
def test_transcriber_that_cannot_start_says_so_and_marks_gaps(
    options: dict[str, str | bool], in_the_detail: str
) -> None:
    with ProcessTranscriber(scripted_spec(**options), ONLY_FINALS) as t:
        push_all(t, 1, 0.0, "alpha")
        assert [h.withheld for h in finals(t)] == ["recognizer failed"]
        status = t.status()
        assert status.state is TranscriberState.FAILED
        assert in_the_detail in status.detail
        assert "secret" not in status.detail
        push_all(t, 2, 1.0, "bravo")
        assert [h.segment_id for h in finals(t)] == [2]
        assert len(t.gaps()) == 2


def test_transcriber_falls_back_to_another_recognizer() -> None:
    with ProcessTranscriber(
        scripted_spec(refuse="the model is damaged; download it again"),
        ONLY_FINALS,
        fallback=scripted_spec(),
    ) as t:
        push_all(t, 1, 0.0, "alpha")
        assert texts(finals(t)) == [(1, "alpha")]
        assert "the model is damaged" in t.status().detail
        assert t.status().state is TranscriberState.READY


def test_transcriber_forget_ends_the_process_and_delivers_nothing() -> None:
    with (
        gate() as g,
        ProcessTranscriber(scripted_spec(gate=g.address, at="final"), ONLY_FINALS) as t,
    ):
        push_all(t, 1, 0.0, "alpha bravo")
        push_all(t, 2, 2.0, "charlie")
        open_one = segment_events(3, 4.0, "delta echo")
        t.push(open_one[0])
        g.wait()
        pid = t.process_id
        assert pid is not None
        t.forget()
        assert t.status().lag_s == 0
        assert t.drain(0.0)
        wait_for_death(pid)
        for event in open_one[1:]:
            t.push(event)
        g.next_process()
        push_all(t, 4, 8.0, "foxtrot")
        g.wait()
        g.let_go()
        assert texts(finals(t)) == [(4, "foxtrot")]
        assert t.status().restarts == 0
        assert t.gaps() == []


def test_transcriber_drain_times_out_while_a_final_is_missing() -> None:
    with (
        gate() as g,
        ProcessTranscriber(scripted_spec(gate=g.address, at="final"), ONLY_FINALS) as t,
    ):
        push_all(t, 1, 0.0, "alpha")
        g.wait()
        assert not t.drain(0.0)
        g.let_go()
        assert t.drain(LONG_S)


def test_transcriber_idle_death_is_noticed_and_mended() -> None:
    with ProcessTranscriber(scripted_spec(), ONLY_FINALS) as t:
        push_all(t, 1, 0.0, "alpha")
        finals(t)
        pid = t.process_id
        assert pid is not None
        psutil.Process(pid).kill()
        push_all(t, 2, 1.0, "bravo")
        assert texts(finals(t)) == [(2, "bravo")]


def test_transcriber_leaves_nothing_running() -> None:
    before = threading.active_count()
    with gate() as g:
        with ProcessTranscriber(scripted_spec(gate=g.address, at="final"), ONLY_FINALS) as t:
            push_all(t, 1, 0.0, "alpha")
            g.wait()
            pid = t.process_id
            assert pid is not None
        wait_for_death(pid)
    assert threading.active_count() == before


def test_transcriber_child_ends_when_its_parent_is_killed() -> None:
    # The parent is killed without warning while its child is in the middle of decoding.
    script = """
import sys
from companion.asr.transcriber import ProcessTranscriber
from companion.settings import RecognizerSettings
from tests.fakes.recognizer import scripted_spec, segment_events
from tests.fakes.sound import FakeClock
with ProcessTranscriber(scripted_spec(gate=sys.argv[1], at="final"), RecognizerSettings()) as t:
    for event in segment_events(1, 0.0, "alpha"):
        t.push(event)
    sys.stdin.read()
"""
    with (
        gate() as g,
        subprocess.Popen(
            [sys.executable, "-c", script, g.address],
            stdin=subprocess.PIPE,
            env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
        ) as parent,
    ):
        g.wait()
        children = psutil.Process(parent.pid).children(recursive=True)
        assert children
        parent.kill()
        _, alive = psutil.wait_procs(children, timeout=LONG_S)
    assert alive == []


@pytest.mark.skipif(sys.platform == "win32", reason="a console interrupt cannot be sent alone")
def test_transcriber_child_ignores_an_interrupt() -> None:
    with (
        gate() as g,
        ProcessTranscriber(scripted_spec(gate=g.address, at="final"), ONLY_FINALS) as t,
    ):
        push_all(t, 1, 0.0, "alpha")
        g.wait()
        pid = t.process_id
        assert pid is not None
        os.kill(pid, signal.SIGINT)
        g.let_go()
        assert texts(finals(t)) == [(1, "alpha")]
        assert t.process_id == pid


def test_transcriber_never_shows_words_in_repr_log_or_output(
    caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    spec = scripted_spec(trouble="raise", at="final")
    with caplog.at_level(logging.DEBUG), ProcessTranscriber(spec, ONLY_FINALS) as t:
        push_all(t, 1, 0.0, "alpha bravo")
        [failed] = finals(t)
        shown = (
            repr(failed) + repr(t) + repr(t.status()) + caplog.text + "".join(capfd.readouterr())
        )
    for word in ("alpha", "bravo", "secret"):
        assert word not in shown
