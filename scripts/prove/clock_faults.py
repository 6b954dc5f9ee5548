"""Faults of time, on scripted clocks: a computer that slept in a call, a wall clock that jumps."""

from __future__ import annotations

import random
import tempfile
from datetime import datetime, timedelta, timezone
from pathlib import Path

import numpy as np

from companion.asr.inline import InlineTranscriber
from companion.audio.microphone import MicrophoneSource
from companion.audio.sound import seconds
from companion.audio.sound_server import SoundServer
from companion.clocks import SleepWatch
from companion.domain.speech import GapReason
from companion.errors import LockedError
from companion.live.board import Board, GapMarked, Notice
from companion.live.draft_keeper import RENEW_EVERY_S, DraftKeeper
from companion.live.follow import BoardFollower
from companion.records import to_json
from companion.store.attempts import Attempts, wait_s
from scripts.bench.table import progress
from scripts.prove.calls import CHUNK, TURN, WORDS_A_TURN, listening, turns_of
from scripts.prove.faults import Fault
from tests.fakes.board import snapshot
from tests.fakes.recognizer import WORD_S, ScriptedRecognizer, spoken
from tests.fakes.sound import FakeClock, FakeSystem, microphone
from tests.fakes.store import PASSPHRASE, fake_vault, summary_of

RATE_HZ = 16_000
BLOCKS_A_TURN = TURN // 480 + 1
_NOW = datetime(2026, 5, 4, 18, tzinfo=timezone.utc)


def asleep(runs: int, rng: random.Random) -> Fault:
    """The computer sleeps in the middle of a call; on waking the device is opened again."""
    fault = Fault("Computer asleep during a call", "1 minute to 8 hours, on scripted clocks")
    progress(f"asleep, {runs} times")
    for _ in range(runs):
        fault.take(_sleep_once(fault, rng))
    return fault


def _sleep_once(fault: Fault, rng: random.Random) -> str | None:
    clock = FakeClock()
    slept_s = 0.0
    system = FakeSystem(clock, [microphone(rate_hz=RATE_HZ)])
    source = MicrophoneSource(
        system=system,
        server=SoundServer(lambda command: None, {}),
        clock=clock,
        tend_every_s=0.01,
    )
    said = turns_of(4, rng)
    watch = SleepWatch(clock, lambda: clock() - slept_s)
    transcriber = InlineTranscriber(ScriptedRecognizer())
    call, conversation = listening(source, transcriber, watch, clock)
    wakes_before = rng.randrange(1, len(said))
    length_s = rng.uniform(60.0, 8 * 3600.0)
    call.open()
    try:
        opened = system.wait_opened(1)
        for number, text in enumerate(said):
            if number == wakes_before:
                slept_s = length_s
                clock.advance(length_s)
                opened = system.wait_opened(2)
            words = spoken(text)
            sound = np.zeros(TURN, np.float32)
            sound[CHUNK * 40 : CHUNK * 40 + len(words)] = words
            opened.give(sound)
            for _ in range(BLOCKS_A_TURN):
                call.step(0.0)
        call.end()
        call.step(0.0)
    finally:
        call.close()
    heard = [u.text for u in conversation.utterances]
    fault.lose(WORD_S * WORDS_A_TURN * max(0, len(said) - len(heard)))
    if heard != said:
        return "not every word before and after was heard"
    events = [numbered.event for numbered in call.board.events_since(0)]
    gaps = [e.gap for e in events if isinstance(e, GapMarked)]
    told = any(isinstance(e, Notice) and "asleep" in e.text for e in events)
    if [g.reason for g in gaps] != [GapReason.ASLEEP] or not told:
        return "the sleep was not marked and told as one"
    wrong_by_s = abs(gaps[0].end_s - gaps[0].start_s - length_s)
    call_s = call.board.latest().state.now_s - length_s - seconds(TURN * len(said))
    return None if wrong_by_s < 0.5 and abs(call_s) < 0.5 else "call time is wrong after it"


def jumped(runs: int, rng: random.Random) -> Fault:
    """The wall clock jumps during a call, and another window looks for drafts."""
    fault = Fault(
        "Wall clock jumps during a call", "by up to 400 days either way; a second window looks"
    )
    progress(f"wall clock, {runs} jumps")
    lost = 0
    with (
        tempfile.TemporaryDirectory() as folder,
        fake_vault(Path(folder) / "store").create(PASSPHRASE) as store,
    ):
        for number in range(runs):
            board, told = Board(snapshot()), [_NOW]
            clock = FakeClock()
            keeper = DraftKeeper(
                board,
                store.drafts,
                f"call-{number}",
                lambda _: to_json(summary_of()),
                clock_s=clock,
                now=lambda told=told: told[-1],  # type: ignore[misc]
            )
            follower = BoardFollower(board)
            keeper.take(follower.look(0.0))
            told.append(_NOW + timedelta(days=rng.uniform(-400.0, 400.0)))
            store.drafts.pending(told[-1])
            clock.advance(RENEW_EVERY_S)
            keeper.take(follower.look(0.0))
            ids = [draft.draft_id for draft in store.drafts.pending(told[-1])]
            kept = f"call-{number}" in ids
            lost += not kept
            fault.take(None if kept else "the draft of a running call went")
        fault.summaries_lost = lost
    return fault


def set_back(runs: int, rng: random.Random) -> Fault:
    """Somebody sets the clock back to get around the pause after wrong passphrases."""
    fault = Fault(
        "Clock set back between wrong passphrases", "by up to 400 days; the pause has to stay"
    )
    progress(f"pause after wrong passphrases, {runs} clocks set back")
    for _ in range(runs):
        with tempfile.TemporaryDirectory() as folder:
            attempts = Attempts(Path(folder))
            failed = rng.randrange(4, 12)
            at = _NOW
            for count in range(failed):
                attempts.begin(at)
                at += timedelta(seconds=wait_s(count + 1))
            last = at - timedelta(seconds=wait_s(failed))
            back = last - timedelta(days=rng.uniform(0.001, 400.0))
            held = all(
                _is_refused(attempts, back + timedelta(seconds=after_s))
                for after_s in (0.0, (wait_s(failed) - 1) / 2, wait_s(failed) - 1.0)
            )
            fault.take(None if held else "a shorter pause")
    return fault


def _is_refused(attempts: Attempts, at: datetime) -> bool:
    try:
        attempts.begin(at)
    except LockedError:
        return True
    return False
