"""Faults of the microphone on a real sound server, while a real call listens.

A private PulseAudio server has two sinks, "Headset" and "Webcam", into which a noise is played;
`companion call` records the monitor of one, as only a test may. Each fault is injected at a random
moment; what counts is when the call says so, and that it hears again once the fault is undone.
"""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import soundfile

from scripts.bench.table import progress
from scripts.prove.faults import NOTICED_WITHIN_S, Fault
from tests.fakes.pulse import PulseServer

RATE_HZ = 48_000
BACK_WITHIN_S = 20.0
HEARS_AGAIN_WITHIN_S = 2.5
"""Looked for once a second, opened in up to a second; on a busy computer a little later."""
MOVED_WITHIN_S = 0.5
"""A recording that is led elsewhere may miss a few blocks."""
_GAP_SHOWN_AFTER_S = 0.5
CALM_S = 0.8
"""What the call is given to listen between two faults, at least."""
_HEADSET, _WEBCAM = "headset", "webcam"


class SoundDesk:
    """A private sound server with two microphones that can be unplugged."""

    def __init__(self, folder: Path) -> None:
        self.server = PulseServer(folder)
        self._folder = folder
        self._modules: dict[str, str] = {}
        rng = np.random.default_rng(1)
        noise = rng.standard_normal(RATE_HZ * 300).astype(np.float32)
        self._calm = folder / "calm.wav"
        self._loud = folder / "loud.wav"
        soundfile.write(self._calm, 0.05 * noise, RATE_HZ)
        soundfile.write(self._loud, np.clip(3 * noise[: RATE_HZ * 60], -1, 1), RATE_HZ)

    def start(self) -> None:
        """The server, and both microphones with sound."""
        self.server.start()
        sinks = self.server.control("list", "short", "modules").splitlines()
        for line in sinks:
            if "module-null-sink" in line:
                self.server.control("unload-module", line.split("\t")[0])
        self.plug(_WEBCAM)
        self.plug(_HEADSET)
        self.make_default(_HEADSET)

    def plug(self, name: str, rate_hz: int = RATE_HZ) -> None:
        """A microphone comes, and hears something."""
        properties = f"sink_properties=device.description={name.title()}"
        self._modules[name] = self.server.control(
            "load-module", "module-null-sink", f"sink_name={name}", f"rate={rate_hz}",
            "norewinds=1", properties,
        ).strip()  # fmt: skip
        self.play(name, self._calm)

    def unplug(self, name: str) -> None:
        """A microphone goes."""
        self.server.control("unload-module", self._modules.pop(name))

    def make_default(self, name: str) -> None:
        """The system's microphone is this one now."""
        self.server.control("set-default-source", f"{name}.monitor")

    def move(self, name: str) -> None:
        """The recording is led to another microphone by hand."""
        recording = self.server.control("list", "short", "source-outputs").split("\t")[0]
        self.server.control("move-source-output", recording, f"{name}.monitor")

    def mute(self, name: str, muted: bool) -> None:
        """The microphone's own switch."""
        self.server.control("set-source-mute", f"{name}.monitor", str(int(muted)))

    def play(self, name: str, sound: Path) -> subprocess.Popen[bytes]:
        """Let a microphone hear a sound."""
        return subprocess.Popen(
            ["paplay", f"--device={name}", str(sound)],
            env=self.server.environment,
            stdin=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )

    def shout(self, name: str) -> Callable[[], None]:
        """Let a microphone hear far too much; returns what ends it."""
        return self.play(name, self._loud).kill

    def freeze(self, frozen: bool) -> None:
        """The server stops in its tracks, as one that another program has taken the sound from."""
        pid = int((self._folder / "runtime" / "pid").read_text())
        os.kill(pid, signal.SIGSTOP if frozen else signal.SIGCONT)

    def restart(self) -> None:
        """After `server.kill`: the server and both microphones come back."""
        self.start()


class ListeningCall:
    """`companion call` on that server, in a process of its own, whose lines are read."""

    def __init__(self, desk: SoundDesk, home: Path) -> None:
        environment = {**desk.server.environment, "COMPANION_HOME": str(home)}
        environment.pop("PULSE_SOURCE", None)
        self.process = subprocess.Popen(
            [
                sys.executable, "-m", "companion", "call", "--allow-loopback",
                "--consent", "spoken", "--json", "--engine", "sphinx",
            ],
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )  # fmt: skip
        self._changed = threading.Condition()
        self._lines: list[tuple[float, dict[str, Any]]] = []
        self._over = False
        threading.Thread(target=self._read, daemon=True).start()

    def wait(self, kind: str, words: str, since_s: float, timeout_s: float) -> float | None:
        """When a line came after `since_s` (monotonic); None where none came in time."""

        def found() -> float | None:
            for at_s, line in self._lines:
                said = str(line.get("text", line.get("phase", "")))
                fits = line.get("kind", line["type"]) == kind and words in said
                if at_s >= since_s and fits:
                    return at_s
            return None

        with self._changed:
            self._changed.wait_for(lambda: found() is not None or self._over, timeout_s)
            return found()

    def gaps_s(self, since_s: float) -> float:
        """Seconds of gaps that were marked since then (monotonic)."""
        with self._changed:
            return sum(
                float(line["end"]) - float(line["start"])
                for at_s, line in self._lines
                if at_s >= since_s and line["type"] == "gap"
            )

    def end(self) -> bool:
        """End it by Ctrl-C; true where it left a summary."""
        self.process.send_signal(signal.SIGINT)
        try:
            self.process.wait(60)
        except subprocess.TimeoutExpired:
            self.process.kill()
        with self._changed:
            return any(line["type"] == "summary" for _, line in self._lines)

    def _read(self) -> None:
        assert self.process.stdout is not None
        for text in self.process.stdout:
            with self._changed:
                self._lines.append((time.monotonic(), json.loads(text)))
                self._changed.notify_all()
        with self._changed:
            self._over = True
            self._changed.notify_all()


@dataclass(frozen=True, slots=True)
class _Trick:
    """A fault, the words that tell of it, and its end."""

    name: str
    how: str
    words: str
    begin: Callable[[SoundDesk], object]
    end: Callable[[SoundDesk, Any], object]
    silent: bool = True
    """Until its end there is nothing to hear."""


def _lose_all(desk: SoundDesk) -> None:
    desk.unplug(_WEBCAM)
    desk.unplug(_HEADSET)


def _find_all(desk: SoundDesk, rate_hz: int = RATE_HZ) -> None:
    desk.plug(_WEBCAM)
    desk.plug(_HEADSET, rate_hz)
    desk.make_default(_HEADSET)


def _replug(desk: SoundDesk, rate_hz: int) -> None:
    desk.plug(_HEADSET, rate_hz)
    desk.make_default(_HEADSET)


TRICKS = (
    _Trick(
        "Microphone unplugged and back",
        "its source and every other one leave the sound server",
        "is gone",
        _lose_all,
        lambda desk, _: _find_all(desk),
    ),
    _Trick(
        "Another sample rate when it comes back",
        "48 kHz before, 16 kHz after",
        "is gone",
        _lose_all,
        lambda desk, _: _find_all(desk, 16_000),
    ),
    _Trick(
        "Bluetooth headset switches its profile",
        "its source goes and comes back at 16 kHz; the webcam stands in",
        "now comes from",
        lambda desk: desk.unplug(_HEADSET),
        lambda desk, _: _replug(desk, 16_000),
        silent=False,
    ),
    _Trick(
        "Default microphone changed",
        "`set-default-source` during the call",
        "now comes from",
        lambda desk: desk.make_default(_WEBCAM),
        lambda desk, _: desk.make_default(_HEADSET),
        silent=False,
    ),
    _Trick(
        "Recording led to another microphone",
        "`move-source-output` during the call",
        "now comes from",
        lambda desk: desk.move(_WEBCAM),
        lambda desk, _: desk.move(_HEADSET),
        silent=False,
    ),
    _Trick(
        "Microphone muted: digital silence",
        "`set-source-mute`",
        "No sound at all",
        lambda desk: desk.mute(_HEADSET, True),
        lambda desk, _: desk.mute(_HEADSET, False),
        silent=False,
    ),
    _Trick(
        "Far too loud",
        "clipped noise is played into it",
        "too loud",
        lambda desk: desk.shout(_HEADSET),
        lambda _, stop: stop(),
        silent=False,
    ),
    _Trick(
        "Dead stream: another program holds the sound",
        "the sound server is stopped in its tracks (SIGSTOP)",
        "sends nothing",
        lambda desk: desk.freeze(True),
        lambda desk, _: desk.freeze(False),
    ),
    _Trick(
        "Sound server crashes",
        "kill -9, and started again",
        "is gone",
        lambda desk: desk.server.kill(),
        lambda desk, _: desk.restart(),
    ),
)


def device_faults(runs: int, rng: random.Random) -> list[Fault]:
    """Every trick so many times, in random order, in one call."""
    faults = {t.name: _fault_of(t) for t in TRICKS}
    tricks = [trick for trick in TRICKS for _ in range(runs)]
    rng.shuffle(tricks)
    with _sound_desk() as desk, tempfile.TemporaryDirectory() as home:
        call = ListeningCall(desk, Path(home))
        try:
            if call.wait("phase", "listening", 0.0, 60.0) is None:
                raise SystemExit("the call did not start; 'companion doctor' shows why")
            for number, trick in enumerate(tricks, 1):
                progress(f"microphone {number} of {len(tricks)}: {trick.name}")
                time.sleep(CALM_S + rng.uniform(0.0, 1.0))
                _play(trick, desk, call, faults[trick.name], rng)
            kept = call.end()
        finally:
            call.process.kill()
    found = list(faults.values())
    found[0].summaries_lost = 0 if kept else 1  # there is one call for all of them
    return found


def _fault_of(trick: _Trick) -> Fault:
    limit_s = HEARS_AGAIN_WITHIN_S if trick.silent else MOVED_WITHIN_S
    return Fault(trick.name, trick.how, notice_limit_s=NOTICED_WITHIN_S, lost_limit_s=limit_s)


def _play(
    trick: _Trick, desk: SoundDesk, call: ListeningCall, fault: Fault, rng: random.Random
) -> None:
    began_s = time.monotonic()
    held = trick.begin(desk)
    told_s = call.wait("problem", trick.words, began_s, 10.0)
    time.sleep(rng.uniform(0.0, 2.0))
    undone_s = time.monotonic()
    trick.end(desk, held)
    mended_s = call.wait("mended", "works again", undone_s, BACK_WITHIN_S)
    if told_s is None:
        fault.take("never told")
    elif mended_s is None or call.process.poll() is not None:
        fault.take("did not hear again")
    else:
        fault.take()
    time.sleep(_GAP_SHOWN_AFTER_S)
    outage_s = undone_s - began_s if trick.silent else 0.0
    fault.lose(max(0.0, call.gaps_s(began_s) - outage_s))
    if told_s is not None:
        fault.noticed_s.append(told_s - began_s)


@contextmanager
def _sound_desk() -> Iterator[SoundDesk]:
    with tempfile.TemporaryDirectory(prefix="pulse-", ignore_cleanup_errors=True) as folder:
        desk = SoundDesk(Path(folder))
        desk.start()
        try:
            yield desk
        finally:
            desk.server.close()
