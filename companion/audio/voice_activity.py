"""How likely each 32 ms of sound is speech: Silero VAD v6, run as a stream on onnxruntime.

The model (snakers4/silero-vad, MIT) reads 512 samples with the 64 before them, and carries two
state vectors from frame to frame. This is the only file that imports onnxruntime.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any, Protocol

import numpy as np

from companion import locations
from companion.audio.sound import SAMPLE_RATE_HZ, Samples
from companion.errors import ModelError

FRAME_SAMPLES = 512
"""Samples of one frame."""

FRAME_S = FRAME_SAMPLES / SAMPLE_RATE_HZ
"""Length of one frame: 32 ms."""

_CONTEXT_SAMPLES = 64
_STATE_SHAPE = (1, 1, 128)
_MODEL_FILE = "silero_vad_v6.onnx"


class SpeechProbability(Protocol):
    """What judges frames of sound. Tests script it; a call uses `VoiceActivity`."""

    def probability(self, frame: Samples) -> float:
        """How likely the frame is speech, in [0, 1]. Frames come in order, without gaps.

        `frame`: f32[512], mono, 16 kHz, in [-1, 1].
        """

    def reset(self) -> None:
        """Forget the sound so far; the next frame begins a new stretch."""


class VoiceActivity:
    """Silero VAD as a stream. Not safe for use from several threads at once.

    Raises: ModelError where the model file is missing or damaged.
    """

    def __init__(self, model: Path | None = None) -> None:
        self._session = _load(model or locations.shipped("models", _MODEL_FILE))
        self._input = np.zeros((1, _CONTEXT_SAMPLES + FRAME_SAMPLES), dtype=np.float32)
        self._h: Samples
        self._c: Samples
        self.reset()

    def probability(self, frame: Samples) -> float:
        """How likely the frame (f32[512]) is speech, in [0, 1]."""
        self._input[0, :_CONTEXT_SAMPLES] = self._input[0, -_CONTEXT_SAMPLES:]
        self._input[0, _CONTEXT_SAMPLES:] = frame
        judged, self._h, self._c = self._session.run(
            None, {"input": self._input, "h": self._h, "c": self._c}
        )
        return float(judged[0])

    def reset(self) -> None:
        """Forget the sound so far: context and state start at zero."""
        self._input.fill(0)
        self._h = np.zeros(_STATE_SHAPE, dtype=np.float32)
        self._c = np.zeros(_STATE_SHAPE, dtype=np.float32)


def _load(path: Path) -> Any:
    import onnxruntime

    onnxruntime.disable_telemetry_events()
    options = onnxruntime.SessionOptions()
    # A frame takes a fifth of a millisecond: more threads would only cost, and threads that spin
    # while they wait would burn the core that the recognizer needs.
    options.intra_op_num_threads = 1
    options.inter_op_num_threads = 1
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    options.log_severity_level = 4
    if not path.is_file():
        raise ModelError(f"the voice activity model {path} is missing; install companion again")
    try:
        session = onnxruntime.InferenceSession(
            str(path), sess_options=options, providers=["CPUExecutionProvider"]
        )
        expected = [i.name for i in session.get_inputs()] == ["input", "h", "c"]
    # onnxruntime's exceptions have no common base below Exception.
    except Exception:  # noqa: BLE001
        expected = False
    if not expected:
        raise ModelError(f"the voice activity model {path} is damaged; install companion again")
    return session
