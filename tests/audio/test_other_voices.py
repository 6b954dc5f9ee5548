from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from companion.audio.other_voices import fingerprint, other_voices, read_mixture
from companion.errors import ModelError


def test_other_voices_are_a_mixture_of_gaussians() -> None:
    mixture = other_voices()
    assert mixture.weights.sum() == pytest.approx(1, abs=1e-3)
    assert (mixture.variances > 0).all()


def test_other_voices_have_the_density_of_the_textbook() -> None:
    mixture = other_voices()
    x = np.linspace(-20, 20, 12, dtype=np.float32)
    each = np.exp(-0.5 * (np.square(x - mixture.means) / mixture.variances).sum(axis=1))
    each /= np.sqrt(np.prod(2 * np.pi * mixture.variances.astype(np.float64), axis=1))
    expected = np.log((mixture.weights * each).sum())
    assert mixture.log_density(x[None])[0] == pytest.approx(expected, abs=1e-2)


def test_other_voices_of_another_kind_have_another_fingerprint() -> None:
    mixture = other_voices()
    changed = type(mixture)(mixture.weights, mixture.means + 1, mixture.variances)
    assert fingerprint(mixture) == fingerprint(other_voices())
    assert fingerprint(mixture) != fingerprint(changed)


@pytest.mark.parametrize("content", [None, b"", b"PK\x03\x04 cut off", b"no archive"])
def test_other_voices_that_are_damaged_say_so(tmp_path: Path, content: bytes | None) -> None:
    path = tmp_path / "other_voices.npz"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(ModelError, match="install companion again"):
        read_mixture(path)


def test_other_voices_of_the_wrong_shape_are_damaged(tmp_path: Path) -> None:
    path = tmp_path / "other_voices.npz"
    np.savez(path, weights=np.ones(2), means=np.ones((2, 3)), variances=np.ones((2, 3)))
    with pytest.raises(ModelError, match="damaged"):
        read_mixture(path)
