"""How long `companion rap test`, `compare` and `gate` take on 21 calls and the shipped stories."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from companion import locations
from scripts.bench.table import Figure, below, progress

RAP = "one-on-one.en"
CALLS = 21
TEST_S = 20.0
_VALIDATION = locations.shipped("configs", "corpus", "en", "validation")


def test() -> list[Figure]:
    """The whole command, its page, JSON and JUnit written: as written, bare, and the stories."""
    took_s = _seconds(["test", RAP, *_calls(), "--stories", RAP, "--out", "report"])
    return [below(f"rap test, {CALLS} calls and the shipped stories", took_s, TEST_S, "s", 1)]


def compare() -> list[Figure]:
    """Two raps on the same calls; the second is the first once more."""
    took_s = _seconds(["compare", RAP, RAP, *_calls(), "--stories", RAP])
    return [Figure(f"rap compare, {CALLS} calls and the shipped stories", f"{took_s:.1f} s", "")]


def gate() -> list[Figure]:
    """The shipped rap against its own baseline: 26 calls and the stories."""
    baseline = str(locations.shipped("configs", "baselines", f"{RAP}.json"))
    took_s = _seconds(["gate", RAP, str(_VALIDATION), "--stories", RAP, "--baseline", baseline])
    return [Figure("rap gate, 26 calls and the shipped stories", f"{took_s:.1f} s", "")]


def _calls() -> list[str]:
    return [str(path) for path in sorted(_VALIDATION.glob("*.call"))[:CALLS]]


def _seconds(arguments: list[str]) -> float:
    """Of a command of `companion rap`, the start of the program included."""
    progress(f"rap {arguments[0]}")
    with tempfile.TemporaryDirectory() as folder:
        environment = {**os.environ, "COMPANION_HOME": str(Path(folder) / "home")}
        command = [sys.executable, "-m", "companion", "rap", *arguments]
        began_s = time.perf_counter()
        subprocess.run(command, check=True, cwd=folder, env=environment, stdout=subprocess.DEVNULL)
        return time.perf_counter() - began_s
