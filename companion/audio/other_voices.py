"""How everybody else sounds: the background that an own voice is compared with.

A mixture of Gaussians over the timbre of voiced speech (a universal background model; Reynolds,
Quatieri and Dunn, 2000). It is condensed from the densities of pocketsphinx's US English acoustic
model, which was trained on many readers, by `scripts/make_other_voices`. It holds no person's
voice, and none of the voices that `scripts/bench_bleed` measures with had a part in it.
"""

from __future__ import annotations

import zlib
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

import numpy as np

from companion import locations
from companion.audio.voice_features import N_TIMBRE, Floats
from companion.errors import ModelError

MODEL_FILE = "other_voices.npz"


@dataclass(frozen=True, slots=True, eq=False)
class Mixture:
    """Weighted Gaussians with diagonal covariance, over timbre."""

    weights: Floats = field(repr=False)
    """f32[n], adds up to 1."""
    means: Floats = field(repr=False)
    """f32[n, 12]."""
    variances: Floats = field(repr=False)
    """f32[n, 12], above 0."""

    def log_densities(self, timbre: Floats) -> Floats:
        """Weighted log density of each frame under each Gaussian: f32[frames, n]."""
        precision = 1 / self.variances
        fixed = np.log(self.weights) - 0.5 * (
            np.log(2 * np.pi * self.variances).sum(axis=1)
            + (np.square(self.means) * precision).sum(axis=1)
        )
        moving = np.square(timbre) @ (-0.5 * precision).T + timbre @ (self.means * precision).T
        return np.asarray(moving + fixed, np.float32)

    def log_density(self, timbre: Floats) -> Floats:
        """Log density of each frame: f32[frames]."""
        return log_sum(self.log_densities(timbre))


def log_sum(logs: Floats) -> Floats:
    """log(sum(exp(logs))) along the last axis, without overflow."""
    most = logs.max(axis=-1, keepdims=True)
    total = np.log(np.exp(logs - most).sum(axis=-1, keepdims=True))
    return np.asarray((most + total)[..., 0], np.float32)


@cache
def other_voices() -> Mixture:
    """The shipped background. Raises: ModelError where it is missing or damaged."""
    return read_mixture(locations.shipped("models", MODEL_FILE))


def read_mixture(path: Path) -> Mixture:
    """A mixture from its file. Raises: ModelError."""
    if not path.is_file():
        raise ModelError(f"the model of voices {path} is missing; install companion again")
    try:
        with np.load(path, allow_pickle=False) as arrays:
            mixture = Mixture(
                *(np.asarray(arrays[k], np.float32) for k in ("weights", "means", "variances"))
            )
    # A damaged archive raises errors of zipfile, zlib, numpy and more, without a common base.
    except Exception:  # noqa: BLE001
        raise ModelError(
            f"the model of voices {path} is damaged; install companion again"
        ) from None
    n = len(mixture.weights)
    shapes = (mixture.means.shape, mixture.variances.shape)
    if not n or shapes != ((n, N_TIMBRE), (n, N_TIMBRE)):
        raise ModelError(f"the model of voices {path} is damaged; install companion again")
    return mixture


def fingerprint(mixture: Mixture) -> int:
    """A number that tells one background from another; 32 bits."""
    return zlib.crc32(b"".join(a.tobytes() for a in (mixture.weights, mixture.means)))
