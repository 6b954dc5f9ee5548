"""All fuzz targets by name, and the finds that are kept as tests."""

from __future__ import annotations

from pathlib import Path

from scripts.fuzzing import calls, documents, exports, kept, pages, sounds, talk, trainers
from scripts.fuzzing.target import Target

KEPT = Path(__file__).parents[2] / "tests" / "data" / "fuzz"
"""A folder a target: inputs that once broke it. `tests/test_fuzzing.py` runs them for good."""

TARGETS: dict[str, Target] = {
    target.name: target
    for part in (documents, calls, trainers, kept, sounds, exports, talk, pages)
    for target in part.TARGETS
}


def kept_finds(name: str) -> list[Path]:
    """Inputs that once broke a target, mended since."""
    return sorted((KEPT / name).glob("*"))
