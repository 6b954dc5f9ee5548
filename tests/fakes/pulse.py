"""A private PulseAudio server for tests of the real microphone path; no hardware is needed.

It lives in a temporary folder with a null sink; what is played into the sink comes out of the
sink's monitor, which PortAudio reads through ALSA's pulse plugin. PortAudio looks for devices
when sounddevice is imported, and so whatever records runs in a child process whose environment
is `PulseServer.environment`.

Needs the Debian packages pulseaudio, pulseaudio-utils, libasound2-plugins and libportaudio2.
"""

from __future__ import annotations

import contextlib
import ctypes.util
import os
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

SINK = "companion_test"
MONITOR = f"{SINK}.monitor"
START_TIMEOUT_S = 20

# ALSA's own ways in to the sound server, in case the system's configuration lacks them.
_ASOUNDRC = """
pcm.!default { type pulse hint { show on description "Default" } }
ctl.!default { type pulse }
"""


def missing_parts() -> list[str]:
    """What the tests with PulseAudio need and this machine lacks."""
    programs = [p for p in ("pulseaudio", "pactl", "paplay") if shutil.which(p) is None]
    return programs + ([] if ctypes.util.find_library("portaudio") else ["libportaudio2"])


def require_pulse() -> None:
    """Skip the test where PulseAudio or PortAudio is missing; on CI that is a failure."""
    missing = missing_parts()
    if not missing:
        return
    reason = f"needs {', '.join(missing)}"
    if os.environ.get("CI") == "true":
        pytest.fail(reason)
    pytest.skip(reason)


class PulseServer:
    """A running server. `kill` and `start` let a test take it away and give it back."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._players: list[subprocess.Popen[bytes]] = []
        for name in ("runtime", "state", "config"):
            (folder / name).mkdir(mode=0o700)
        (folder / ".asoundrc").write_text(_ASOUNDRC)
        self.environment: dict[str, str] = {
            **{k: v for k, v in os.environ.items() if not k.startswith(("PULSE_", "XDG_"))},
            "HOME": str(folder),
            "XDG_CONFIG_HOME": str(folder / "config"),
            "XDG_RUNTIME_DIR": str(folder / "runtime"),
            "PULSE_RUNTIME_PATH": str(folder / "runtime"),
            "PULSE_STATE_PATH": str(folder / "state"),
            "PULSE_SERVER": f"unix:{folder / 'runtime' / 'native'}",
            "PULSE_SOURCE": MONITOR,
        }

    def start(self) -> None:
        """Start the server; returns once clients can connect."""
        # With --daemonize the command returns when the server is ready, so nothing has to poll.
        started = subprocess.run(
            [
                "pulseaudio",
                "-n",
                "--daemonize=yes",
                "--use-pid-file=yes",
                "--exit-idle-time=-1",
                "--disallow-exit=no",
                "--disable-shm=yes",
                "--log-target=null",
                f"--load=module-native-protocol-unix socket={self._folder}/runtime/native "
                "auth-anonymous=1 auth-cookie-enabled=0",
                f"--load=module-null-sink sink_name={SINK} rate=48000 norewinds=1",
            ],
            env={k: v for k, v in self.environment.items() if k != "PULSE_SERVER"},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=START_TIMEOUT_S,
            check=False,
        )
        assert started.returncode == 0, started.stderr.decode(errors="replace")

    def kill(self) -> None:
        """End the server at once, as a crash would."""
        pid_file = self._folder / "runtime" / "pid"
        if pid_file.exists():
            with contextlib.suppress(ProcessLookupError):
                os.kill(int(pid_file.read_text()), signal.SIGKILL)
            pid_file.unlink()

    def control(self, *command: str) -> str:
        """Run `pactl` on this server and return what it printed."""
        done = subprocess.run(
            ["pactl", *command],
            env={**self.environment, "LC_ALL": "C"},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=START_TIMEOUT_S,
            check=True,
        )
        return done.stdout

    def play(self, sound_file: Path, sink: str = SINK) -> subprocess.Popen[bytes]:
        """Play a file into a sink, in the background and at the speed of sound."""
        player = subprocess.Popen(
            ["paplay", f"--device={sink}", str(sound_file)],
            env=self.environment,
            stdin=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        self._players.append(player)
        return player

    def close(self) -> None:
        """End the server and whatever still plays."""
        for player in self._players:
            player.kill()
            player.wait()
        self.kill()


@contextlib.contextmanager
def private_pulse() -> Iterator[PulseServer]:
    """A private server for the length of the context; skips the test where there can be none."""
    require_pulse()
    # Not pytest's tmp_path: a socket's path must be shorter than about 100 characters.
    with tempfile.TemporaryDirectory(prefix="pulse-", ignore_cleanup_errors=True) as folder:
        server = PulseServer(Path(folder))
        server.start()
        try:
            yield server
        finally:
            server.close()
