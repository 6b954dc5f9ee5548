"""The target that reads sound files: headers that lie, rates and channels, damage."""

from __future__ import annotations

import io
import tempfile
from itertools import islice
from pathlib import Path

import numpy as np
import soundfile
from numpy.typing import NDArray

from companion.audio.files import FileSource
from companion.errors import CompanionError
from scripts.fuzzing.target import Target, told_in_words

MOST_CHUNKS = 300
"""Half a minute; a header may promise years."""


def sound(raw: bytes) -> None:
    """A file is refused in words, or gives finite samples in order of time."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "fuzzed.wav"
        path.write_bytes(raw)
        try:
            source = FileSource(path)
        except CompanionError as error:
            told_in_words(error, str(path))
            return
        with source:
            at_s = 0.0
            for chunk in islice(source.chunks(), MOST_CHUNKS):
                assert chunk.start_s >= at_s - 1e-6
                assert np.isfinite(chunk.samples).all()
                assert np.abs(chunk.samples).max(initial=0.0) <= 1.0
                at_s = chunk.end_s
            source.status()


def _seeds() -> list[bytes]:
    wave = (0.1 * np.sin(np.arange(2000) / 9)).astype(np.float32)
    kinds = (("WAV", "PCM_16", 16_000), ("FLAC", "PCM_16", 44_100), ("OGG", "VORBIS", 22_050))
    return [
        *(_written(wave, *kind) for kind in kinds),
        _written(np.column_stack([wave, -wave]), "WAV", "FLOAT", 48_000),
        _written(wave, "MP3", "MPEG_LAYER_III", 16_000),
    ]


def _written(wave: NDArray[np.float32], kind: str, subtype: str, rate_hz: int) -> bytes:
    out = io.BytesIO()
    soundfile.write(out, wave, rate_hz, format=kind, subtype=subtype)
    return out.getvalue()


TARGETS = (
    Target(
        "sound", "a sound file", sound, _seeds, ("RIFF", "WAVE", "fmt ", "data", "fLaC", "OggS")
    ),
)
