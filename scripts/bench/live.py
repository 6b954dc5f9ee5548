"""Figures of the live call: cards, pace, overload, memory, start. Run by `scripts/bench_live`."""

from __future__ import annotations

import argparse
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import psutil

from companion.asr.choose import choose
from companion.asr.spec import RecognizerSpec
from companion.live.session import compose
from companion.settings import RecognizerSettings, Settings
from scripts.bench.harness import (
    SAID,
    SAMPLE_SOUND,
    ArraySource,
    plan,
    read_sound,
    run_live,
    tree_mb,
)
from scripts.bench.table import Figure, below, progress, quantile, show
from tests.fakes.whisper_model import make_whisper_model

ECHO = RecognizerSpec("echo", "instant echo", "scripts.bench.engines:create_echo")


def cards() -> list[Figure]:
    """Final text to card on the sample call: understanding, coach and publishing."""
    progress("sample call at once, final text to card")
    samples = read_sound(SAMPLE_SOUND)
    source = ArraySource(samples, len(samples) / 16_000, paced=False)
    call = compose(plan(source, choose(RecognizerSettings(engine="sphinx")).spec, Settings()))
    spent_s: list[float] = []
    conversation = call._memory.conversation  # the benchmark looks inside on purpose
    hear, publish = conversation.hear, call.board.publish
    heard_at: list[float] = []

    def timed_hear(*args: object) -> object:
        heard_at.append(time.perf_counter())
        return hear(*args)  # type: ignore[arg-type]

    def timed_publish(*args: object) -> None:
        publish(*args)  # type: ignore[arg-type]
        if heard_at:
            spent_s.append(time.perf_counter() - heard_at[0])
            heard_at.clear()

    conversation.hear = timed_hear  # type: ignore[method-assign, assignment]
    call.board.publish = timed_publish  # type: ignore[method-assign, assignment]
    call.open()
    while not call.is_over():
        call.step(0.05)
    call.close()
    ms = [1000 * s for s in spent_s]
    return [below(f"final text to card, p95 of {len(ms)}", quantile(ms, 0.95), 50, "ms", 1)]


def overload(name: str, model_dir: str = "") -> list[Figure]:
    """Two minutes with the recognizer slowed four times, then its usual speed again."""
    progress(f"{name} slowed 4 times for 2 minutes, in real time (3 minutes)")
    samples = read_sound(SAMPLE_SOUND)
    slowed_s, after_s = 120.0, 60.0
    spec = RecognizerSpec(
        "slowed",
        "slowed",
        "scripts.bench.engines:create_slowed",
        {"times": 4.0, "for_s": slowed_s, "model_dir": model_dir},
    )
    record = run_live(samples, slowed_s + after_s, spec, Settings())
    peak_lag_s = max(lag for _, lag in record.lags)
    late = [at_s for at_s, lag in record.lags if at_s > slowed_s and lag > 2.0]
    recovery_s = (max(late) - slowed_s) if late else 0.0
    lost_s = sum(gap.end_s - gap.start_s for gap in record.gaps)
    return [
        Figure(f"{name} slowed 4 times: greatest lag", f"{peak_lag_s:.1f} s", "shown"),
        below(f"{name} slowed 4 times: audio lost", lost_s, 0, "s", 1),
        below(f"{name} slowed 4 times: recovery", recovery_s, 30, "s", 1),
    ]


def overload_whisper() -> list[Figure]:
    """The same with a base-size Whisper of random weights."""
    with tempfile.TemporaryDirectory() as folder:
        make_whisper_model(Path(folder), size="base", says=SAID)
        return overload("Whisper base-size", folder)


def share_of_a_core() -> list[Figure]:
    """Voice activity, endpointing and feeding: processor time over call time, this process."""
    progress("ten minutes of the sample call with an instant recognizer")
    samples = read_sound(SAMPLE_SOUND)
    length_s = 600.0
    before = psutil.Process().cpu_times()
    run_live(samples, length_s, ECHO, Settings(), paced=False)
    after = psutil.Process().cpu_times()
    used_s = after.user + after.system - before.user - before.system
    return [
        below("voice activity, feeding, board: share of a core", 100 * used_s / length_s, 2, "%")
    ]


def memory(hours: float) -> list[Figure]:
    """Growth of this process and its child from minute ten to the end of a long call."""
    progress(f"a simulated call of {hours:g} hours with an instant recognizer")
    samples = read_sound(SAMPLE_SOUND)
    source = ArraySource(samples, hours * 3600, paced=False)
    call = compose(plan(source, ECHO, Settings()))
    call.open()
    at_ten_minutes = 0.0
    while not call.is_over():
        call.step(0.05)
        if not at_ten_minutes and call.board.latest().state.now_s > 600:
            at_ten_minutes = tree_mb()
        at_the_end = tree_mb() if call.board.latest().state.now_s > hours * 3600 - 1 else 0.0
        if at_the_end:
            break
    call.close()
    growth = at_the_end - at_ten_minutes
    return [below(f"memory growth over {hours:g} hours of call", growth, 5, "MB", 1)]


def _wall_s(command: list[str], until: Callable[[bytes], bool] | None = None) -> float:
    start = time.perf_counter()
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL) as process:
        assert process.stdout is not None
        for line in process.stdout:
            if until is not None and until(line):
                took_s = time.perf_counter() - start
                process.kill()
                return took_s
    return time.perf_counter() - start


def starts(runs: int = 9) -> list[Figure]:
    """Whole processes: the help page, and a call that has read its first sound."""
    progress("start of whole processes")
    companion = [sys.executable, "-m", "companion"]
    help_s = [_wall_s([*companion, "--help"]) for _ in range(runs)]
    call = [
        *companion, "call", "--input", str(SAMPLE_SOUND), "--realtime",
        "--consent", "spoken", "--json",
    ]  # fmt: skip
    ready_s = [_wall_s(call, lambda line: b'"listening"' in line) for _ in range(runs)]
    return [
        below("companion --help, median", quantile(help_s, 0.5), 0.35, "s"),
        below("call ready to hear, median", quantile(ready_s, 0.5), 3, "s"),
    ]


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description="Measures the live call against its targets.")
    parser.add_argument("--json", action="store_true", help="one JSON object instead of a table")
    parser.add_argument("--hours", type=float, default=2.0, help="length of the simulated call")
    parser.add_argument("--quick", action="store_true", help="leave out what takes minutes")
    options = parser.parse_args()
    figures = [*starts(), *cards(), *share_of_a_core()]
    if not options.quick:
        figures += [*memory(options.hours), *overload("pocketsphinx"), *overload_whisper()]
    show("Live call", figures, options.json)


if __name__ == "__main__":
    main()
