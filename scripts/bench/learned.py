"""Figures of `companion rap tune` and `companion train`: how long they take with the shipped calls.

Both run as people run them, start of the program included. Named calls are tuned on beside the
validation calls, so that the size is that of the issue (26 and 6).
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from companion import locations
from scripts.bench.table import Figure, below, progress

RAP = "one-on-one.en"
VALIDATION = locations.shipped("configs", "corpus", "en", "validation")
TRIALS = 100
TUNE_S = 300.0
TRAIN_S = 120.0
OTHER_CALLS = Path(__file__).parents[3] / "shared" / "calls"
"""Beside the project, where they are there."""


def tune() -> list[Figure]:
    """A search of 100 trials from the beginning, and what it comes to."""
    progress(f"tune, {TRIALS} trials")
    calls = [VALIDATION, *([OTHER_CALLS] if OTHER_CALLS.is_dir() else [])]
    took_s, told = _run("rap", "tune", RAP, *map(str, calls), "--trials", str(TRIALS), "--json")
    count = sum(len([*c.glob("*.call"), *c.glob("*.json")]) for c in calls)
    return [
        below(f"rap tune, {TRIALS} trials on {count} calls", took_s, TUNE_S, "s", 0),
        Figure("rap tune, its verdict on the calls left for the end", told["verdict"], ""),
    ]


def train() -> list[Figure]:
    """Everything learned anew from all shipped calls, measured, and kept with a card."""
    progress("train")
    took_s, card = _run("train", "--json")
    trial = card["held_out"]["steps.accuracy"]
    return [
        below(f"train, {card['data']['calls']} calls", took_s, TRAIN_S, "s", 0),
        Figure(
            "train, steps right on hands left out",
            f"{trial['value']:.3f} [{trial['low']:.2f}, {trial['high']:.2f}]",
            "",
        ),
    ]


def _run(*arguments: str) -> tuple[float, Any]:
    """How long a command took, and its JSON."""
    with tempfile.TemporaryDirectory() as home:
        began_s = time.perf_counter()
        done = subprocess.run(
            [sys.executable, "-m", "companion", *arguments],
            check=True,
            capture_output=True,
            text=True,
            env={**os.environ, "COMPANION_HOME": home},
        )
        return time.perf_counter() - began_s, json.loads(done.stdout)
