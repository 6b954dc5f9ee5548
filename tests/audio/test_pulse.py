"""The real microphone path: PulseAudio's null sink, ALSA's pulse plugin, PortAudio, our source.

What records runs in a child process, because PortAudio looks for devices as it is imported.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
import soundfile

from tests.fakes.pulse import MONITOR, SINK, PulseServer, private_pulse
from tests.fakes.sound import tone

pytestmark = pytest.mark.pulse

ROOT = Path(__file__).parents[2]

HEAR_A_TONE = """
import time
import numpy as np
from companion.audio.microphone import MicrophoneSource

def hear_tone(source):
    '''Loud sound for half a second: its pitch in Hz, and whether call time has no gap in it.'''
    chunks, give_up_s = [], time.monotonic() + 30
    while sum(len(c.samples) for c in chunks) < 8000:
        assert time.monotonic() < give_up_s, source.status()
        chunk = source.read(0.5)
        if chunk is not None and np.abs(chunk.samples).max() > 0.1:
            chunks.append(chunk)
    sound = np.concatenate([c.samples for c in chunks])
    pitch_hz = np.abs(np.fft.rfft(sound * np.hanning(len(sound)))).argmax() * 16000 / len(sound)
    whole = all(abs(a.end_s - b.start_s) < 1e-6 for a, b in zip(chunks, chunks[1:]))
    return pitch_hz, whole, chunks[-1].end_s
"""

LISTEN = (
    HEAR_A_TONE
    + """
with MicrophoneSource(allow_loopback=True) as source:
    print("open", flush=True)
    pitch_hz, whole, _ = hear_tone(source)
    print(f"{pitch_hz:.0f} {whole} {source.status().state.name}", flush=True)
"""
)

REFUSED = """
from companion.audio.microphone import MicrophoneSource
from companion.errors import AudioDeviceError
try:
    MicrophoneSource().__enter__()
    print("opened")
except AudioDeviceError as error:
    print(error)
"""

LOSE_AND_FIND = (
    HEAR_A_TONE
    + """
from companion.audio.sound import SourceState
from companion.settings import AudioSettings
with MicrophoneSource(AudioSettings(reconnect_every_s=0.2), allow_loopback=True) as source:
    print("open", flush=True)
    _, _, first_s = hear_tone(source)
    print("heard", flush=True)
    began_s = time.monotonic()
    while source.status().state not in (SourceState.LOST, SourceState.STALLED):
        source.read(0.1)
    print("lost", time.monotonic() - began_s < 3.0, flush=True)
    pitch_hz, _, second_s = hear_tone(source)
    away_s = time.monotonic() - began_s
    print(f"{pitch_hz:.0f} {abs(second_s - first_s - away_s) < 0.5}", flush=True)
"""
)

# Without permission: what is not a monitor is heard, and being moved to one ends that. The way back
# is held shut: otherwise it would be open again before a busy machine has looked at the status.
MOVED = """
import threading
from companion.audio.microphone import MicrophoneSource
from companion.audio.portaudio import PortAudio
from companion.audio.sound import SourceState

class OpensOnce(PortAudio):
    way_back = threading.Event()
    opened = False

    def open(self, device, block_s):
        if self.opened:
            self.way_back.wait()
        self.opened = True
        return super().open(device, block_s)

with MicrophoneSource(system=OpensOnce()) as source:
    while source.read(1.0) is None:
        pass
    print("open", flush=True)
    while source.status().state is not SourceState.LOST:
        source.read(0.1)
    print(source.status().detail, flush=True)
    OpensOnce.way_back.set()
"""


@pytest.fixture
def pulse() -> Iterator[PulseServer]:
    with private_pulse() as server:
        yield server


@pytest.fixture
def tone_file(tmp_path: Path) -> Path:
    path = tmp_path / "tone.wav"
    soundfile.write(path, tone(20.0, 48_000, 500.0), 48_000)
    return path


class Child:
    """A child process that talks in lines."""

    def __init__(self, script: str, pulse: PulseServer, **environment: str) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-c", script],
            env={**pulse.environment, **environment},
            cwd=ROOT,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def line(self) -> str:
        assert self._process.stdout is not None
        line = self._process.stdout.readline().strip()
        if not line:
            _, errors = self._process.communicate()
            pytest.fail(f"the child ended: {errors}")
        return line

    def close(self) -> None:
        self._process.kill()
        self._process.communicate()


@pytest.fixture
def children() -> Iterator[list[Child]]:
    started: list[Child] = []
    yield started
    for child in started:
        child.close()


def test_pulse_sound_comes_through_the_real_microphone_path(
    pulse: PulseServer, tone_file: Path, children: list[Child]
) -> None:
    child = Child(LISTEN, pulse)
    children.append(child)
    assert child.line() == "open"
    pulse.play(tone_file)
    assert child.line() == "500 True RUNNING"


@pytest.mark.parametrize("chosen_by", ["PULSE_SOURCE", "the server"])
def test_pulse_monitor_is_refused_without_permission(
    pulse: PulseServer, children: list[Child], chosen_by: str
) -> None:
    # With only a null sink, the server's own default source is the monitor as well.
    child = Child(REFUSED, pulse, PULSE_SOURCE=MONITOR if chosen_by == "PULSE_SOURCE" else "")
    children.append(child)
    answer = child.line()
    assert "is refused" in answer
    assert MONITOR in answer


def test_pulse_devices_command_marks_the_monitor(pulse: PulseServer) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "companion", "devices"],
        env=pulse.environment,
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    assert "default (default)" in done.stdout
    assert f"refused: it leads to '{MONITOR}'" in done.stdout


def test_pulse_server_that_dies_is_reported_and_found_again(
    pulse: PulseServer, tone_file: Path, children: list[Child]
) -> None:
    child = Child(LOSE_AND_FIND, pulse)
    children.append(child)
    assert child.line() == "open"
    pulse.play(tone_file)
    assert child.line() == "heard"
    pulse.kill()
    assert child.line() == "lost True"
    pulse.start()
    pulse.play(tone_file)
    # The same tone, and call time has moved on by the time that passed.
    assert child.line() == "500 True"


def test_pulse_recording_moved_to_a_monitor_is_cut(
    pulse: PulseServer, children: list[Child]
) -> None:
    pulse.control("load-module", "module-null-source", "source_name=mic", "rate=48000")
    child = Child(MOVED, pulse, PULSE_SOURCE="mic")
    children.append(child)
    assert child.line() == "open"
    (recording,) = pulse.control("list", "short", "source-outputs").splitlines()
    pulse.control("move-source-output", recording.split("\t")[0], MONITOR)
    answer = child.line()
    assert "is refused" in answer
    assert MONITOR in answer


def test_pulse_source_made_from_a_monitor_is_refused_by_any_name(
    pulse: PulseServer, children: list[Child]
) -> None:
    master = f"master={MONITOR}"
    pulse.control("load-module", "module-remap-source", "source_name=nice_mic", master)
    child = Child(REFUSED, pulse, PULSE_SOURCE="nice_mic")
    children.append(child)
    answer = child.line()
    assert "is refused" in answer
    assert MONITOR in answer


def test_pulse_headset_test_hears_its_own_sweep_where_it_comes_back(
    pulse: PulseServer, tmp_path: Path
) -> None:
    # Three laptops at once, each with an output of its own: one hears it directly, one a third of
    # a second later across a room, and one hears another room, which is not quite silent.
    for sink in ("late_out", "room", "headset_out", "elsewhere"):
        pulse.control("load-module", "module-null-sink", f"sink_name={sink}", "rate=48000")
    pulse.control(
        "load-module",
        "module-loopback",
        "source=late_out.monitor",
        "sink=room",
        "latency_msec=300",
    )
    hiss = 0.0005 * np.random.default_rng(0).standard_normal(48_000 * 20)
    soundfile.write(tmp_path / "hiss.wav", hiss.astype(np.float32), 48_000)
    pulse.play(tmp_path / "hiss.wav", "elsewhere")
    pairs = ((SINK, MONITOR), ("late_out", "room.monitor"), ("headset_out", "elsewhere.monitor"))
    command = ["companion", "headset", "--yes", "--json", "--allow-loopback"]
    running = [
        subprocess.Popen(
            [sys.executable, "-m", *command],
            env={
                **pulse.environment,
                "PULSE_SINK": sink,
                "PULSE_SOURCE": source,
                "COMPANION_HOME": str(tmp_path / sink),
            },
            cwd=ROOT,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        for sink, source in pairs
    ]
    said = [process.communicate(timeout=60) for process in running]
    assert [process.returncode for process in running] == [0, 0, 0], said
    direct, late, headset = (json.loads(out) for out, _ in said)
    assert [direct["playback"], late["playback"]] == ["speakers", "speakers"]
    assert direct["echo"]["level_db"] == pytest.approx(0, abs=1)
    assert 0 <= direct["echo"]["delay_s"] < 0.3
    assert 0.2 < late["echo"]["delay_s"] < 0.9
    assert headset["playback"] == "headset"
    assert not headset["echo"]["found"]
    assert all("--allow-loopback" in errors for _, errors in said), "the permission is said"
    assert all(line["loopback_allowed"] for line in (direct, late, headset))
