"""PortAudio through sounddevice: lists and opens inputs, plays the headset test's tone.

The one file that imports sounddevice.
"""

from __future__ import annotations

import contextlib
import sys
import threading
from types import ModuleType
from typing import Any

import numpy as np
from numpy.typing import NDArray

from companion.audio.devices import InputDevice, TakeBlock
from companion.errors import AudioDeviceError

MISSING = (
    "the sound library PortAudio is missing, so that no microphone can be used; install the "
    "package libportaudio2 (Debian, Ubuntu) or portaudio (Fedora, Arch), or on Windows and macOS "
    "reinstall the Python package sounddevice"
)
_OTHER_RATES_HZ = (48_000, 44_100, 16_000)

# PortAudio is not safe for use by several threads at once, and knows one list of devices for the
# whole process, so that one lock and one count of open streams serve every PortAudio object.
_lock = threading.RLock()
_open_streams = 0


def _sounddevice() -> ModuleType:
    try:
        # Starts PortAudio, which takes a while and fails where the library is missing.
        import sounddevice
    except (OSError, ImportError):
        raise AudioDeviceError(MISSING) from None
    module: ModuleType = sounddevice
    return module


class PortAudioInput:
    """An input opened through PortAudio."""

    def __init__(self, device: InputDevice, block_s: float) -> None:
        self._sd = _sounddevice()
        self._take: TakeBlock | None = None
        self._ended = False
        self._stream = self._opened(device, block_s)
        self.rate_hz = round(self._stream.samplerate)

    def start(self, take: TakeBlock) -> None:
        """Let blocks come to `take`, on PortAudio's own thread."""
        self._take = take
        try:
            with _lock:
                self._stream.start()
        except self._sd.PortAudioError as error:
            raise AudioDeviceError(_open_failed("this input", _code(error))) from None

    def alive(self) -> bool:
        """False once PortAudio has ended the stream (unplugged, taken by the system)."""
        if self._ended:
            return False
        try:
            return bool(self._stream.active)
        except self._sd.PortAudioError:
            return False

    def close(self) -> None:
        """Abort and release the stream; a device that is gone may fail at that, and may."""
        _release(self._stream, self._sd)

    def _opened(self, device: InputDevice, block_s: float) -> Any:
        """The stream at the device's default rate, in mono where the device can do that."""
        code = _INVALID_DEVICE
        for channels in dict.fromkeys((1, 2, device.channels)):
            for rate_hz in dict.fromkeys((device.default_rate_hz, *_OTHER_RATES_HZ)):
                if channels > device.channels:
                    continue
                stream, code = self._try(device, channels, rate_hz, round(block_s * rate_hz))
                if stream is not None:
                    return stream
                if code not in _TRY_ANOTHER_FORM:
                    raise AudioDeviceError(_open_failed(repr(device.name), code))
        raise AudioDeviceError(_open_failed(repr(device.name), code))

    def _try(self, device: InputDevice, channels: int, rate_hz: int, block: int) -> tuple[Any, int]:
        """A stream in one form, or PortAudio's number of what is in the way."""
        global _open_streams
        try:
            with _lock:
                # Numbers change when devices come or go: another input must not be opened.
                if self._sd.query_devices(device.index)["name"] != device.name:
                    return None, _INVALID_DEVICE
                stream = self._sd.InputStream(
                    device=device.index,
                    samplerate=rate_hz,
                    channels=channels,
                    dtype="float32",
                    blocksize=block,
                    callback=self._callback,
                    finished_callback=self._finished,
                )
                _open_streams += 1
        except (self._sd.PortAudioError, ValueError) as error:
            return None, _code(error)
        return stream, 0

    def _callback(self, sound: NDArray[np.float32], _n: int, _time: object, status: Any) -> None:
        # On the audio thread: hand on and return.
        if self._take is not None:
            self._take(sound, bool(status.input_overflow))

    def _finished(self) -> None:
        self._ended = True


class PortAudioSpeaker:
    """The system's default output, opened to play one sound (implements `headset_test.Speaker`)."""

    def __init__(self) -> None:
        """Open it. Raises: AudioDeviceError: PortAudio missing, no output, busy."""
        global _open_streams
        self._sd = _sounddevice()
        self._waiting: NDArray[np.float32] = np.zeros(0, dtype=np.float32)
        try:
            with _lock:
                output = self._sd.query_devices(kind="output")
                self._stream = self._sd.OutputStream(
                    samplerate=output["default_samplerate"],
                    channels=min(2, int(output["max_output_channels"])),
                    dtype="float32",
                    callback=self._callback,
                )
                _open_streams += 1
        except (self._sd.PortAudioError, ValueError) as error:
            raise AudioDeviceError(_no_output(_code(error))) from None
        self.rate_hz = round(self._stream.samplerate)

    def play(self, sound: NDArray[np.float32]) -> None:
        """Begin to play f32[n], mono, at `rate_hz`, on all channels; returns at once."""
        self._waiting = sound
        try:
            with _lock:
                self._stream.start()
        except self._sd.PortAudioError as error:
            raise AudioDeviceError(_no_output(_code(error))) from None

    def close(self) -> None:
        """Abort and release the stream; never raises."""
        _release(self._stream, self._sd)

    def _callback(self, block: NDArray[np.float32], n: int, _time: object, _status: object) -> None:
        # On the audio thread: copy and return.
        now, self._waiting = self._waiting[:n], self._waiting[n:]
        block[: len(now)] = now[:, np.newaxis]
        block[len(now) :] = 0.0


def _release(stream: Any, sd: ModuleType) -> None:
    """Abort and release a stream once; a device that is gone may fail at that, and may."""
    global _open_streams
    with _lock:
        if stream.closed:
            return
        for end in (stream.abort, stream.close):
            with contextlib.suppress(sd.PortAudioError):
                end()
        _open_streams -= 1


class PortAudio:
    """Lists and opens the inputs that PortAudio knows."""

    def inputs(self) -> tuple[InputDevice, ...]:
        """Every input. Raises AudioDeviceError where PortAudio is missing or cannot start."""
        sd = _sounddevice()
        try:
            with _lock:
                devices = list(sd.query_devices())
                apis = list(sd.query_hostapis())
        except sd.PortAudioError:
            raise AudioDeviceError(
                "the system's sound could not be asked for its inputs; restart the computer's "
                "sound, or the computer, and try again"
            ) from None
        default = _default_index(apis, int(sd.default.device[0]))
        return tuple(
            InputDevice(
                index=i,
                name=str(d["name"]),
                host_api=str(apis[d["hostapi"]]["name"]),
                channels=int(d["max_input_channels"]),
                default_rate_hz=round(d["default_samplerate"]),
                is_default=i == default,
            )
            for i, d in enumerate(devices)
            if d["max_input_channels"] > 0
        )

    def refresh(self) -> None:
        """Start PortAudio anew, which is the only way to see devices that came or went.

        Does nothing while any stream of this process is open: it would be pulled from under it;
        nor before PortAudio was first used, as it has a fresh look then.
        """
        sd = sys.modules.get("sounddevice")
        if sd is None:
            return
        with _lock:
            if _open_streams:
                return
            with contextlib.suppress(sd.PortAudioError):
                sd._terminate()
            with contextlib.suppress(sd.PortAudioError):
                sd._initialize()

    def open(self, device: InputDevice, block_s: float) -> PortAudioInput:
        """Open an input. Raises AudioDeviceError with the way out."""
        return PortAudioInput(device, block_s)


def _default_index(apis: list[dict[str, Any]], overall: int) -> int:
    """The default input; on Windows WASAPI's, which has the real name and the device's own rate."""
    for api in apis:
        if api["name"] == "Windows WASAPI" and api["default_input_device"] >= 0:
            return int(api["default_input_device"])
    if overall >= 0:
        return overall
    return next(
        (int(a["default_input_device"]) for a in apis if a["default_input_device"] >= 0), -1
    )


_INVALID_CHANNELS = -9998
_INVALID_RATE = -9997
_INVALID_DEVICE = -9996
_FORMAT_NOT_SUPPORTED = -9994
_UNAVAILABLE = -9985
_TRY_ANOTHER_FORM = {_INVALID_CHANNELS, _INVALID_RATE, _FORMAT_NOT_SUPPORTED}


def _code(error: Exception) -> int:
    """PortAudio's number of an error; sounddevice raises ValueError for a device that is gone."""
    return next((a for a in error.args if isinstance(a, int)), _INVALID_DEVICE)


def _no_output(code: int) -> str:
    return (
        f"the tone could not be played (PortAudio error {code}); see that the system's sound "
        "settings name an output, and that no other program holds it"
    )


def _open_failed(name: str, code: int) -> str:
    if code == _UNAVAILABLE:
        return (
            f"{name} is busy: another program holds it; close that program, "
            "or choose another input with 'companion devices'"
        )
    if code == _INVALID_DEVICE:
        return f"{name} is gone; plug it in again, or choose another with 'companion devices'"
    return (
        f"{name} could not be opened (PortAudio error {code}); see that it is plugged in, that "
        "no other program holds it, and that the system's privacy settings allow the microphone"
    )
