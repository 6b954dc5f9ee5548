"""Kills a running call at random moments and looks how many seconds of it its draft lost.

The call is a process of its own with the real draft keeper, the real record and the real encrypted
store; a change is published every hundredth of a second. Run by `scripts/crash_draft`.
"""

from __future__ import annotations

import argparse
import random
import subprocess
import sys
import tempfile
import threading
import time
from datetime import datetime, timezone
from pathlib import Path

from companion.live.draft_keeper import PUT_EVERY_S
from scripts.bench.table import below, quantile, show
from tests.fakes.store import PASSPHRASE, fake_vault

LIMIT_S = 5.0
_LONGEST_S = 8.0


def lost_s(folder: Path, after_s: float) -> float:
    """One call that is killed so long after its first change.

    Returns the age of the oldest change that the draft does not have; infinite where no draft
    can be read.
    """
    fake_vault(folder).create(PASSPHRASE).close()
    command = [sys.executable, "-m", "tests.fakes.dying_call", str(folder), str(PUT_EVERY_S)]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    published_s: dict[int, float] = {}
    assert process.stdout is not None
    for line in process.stdout:
        published_s[int(line)] = time.monotonic()
        if len(published_s) == 1:
            threading.Timer(after_s, process.kill).start()
    process.wait()
    killed_s = max(published_s.values())
    vault = fake_vault(folder, clock=lambda: datetime.now(timezone.utc))
    with vault.open(PASSPHRASE) as store:
        drafts = store.drafts.pending(datetime.now(timezone.utc))
    if len(drafts) != 1:
        return float("inf")
    lost = [at_s for count, at_s in published_s.items() if count > drafts[0].summary.open_count]
    return killed_s - min(lost, default=killed_s)


def main(arguments: list[str] | None = None) -> int:
    """So many kills; 1 where one lost more than the limit."""
    parser = argparse.ArgumentParser(prog="scripts/crash_draft", description=__doc__)
    parser.add_argument("runs", type=int, nargs="?", default=20, help="kills (default: 20)")
    parser.add_argument("--seed", type=int, default=1, help="of the moments (default: 1)")
    parser.add_argument("--json", action="store_true", help="one JSON object")
    options = parser.parse_args(arguments)
    rng = random.Random(options.seed)
    found = []
    for number in range(options.runs):
        with tempfile.TemporaryDirectory() as folder:
            found.append(lost_s(Path(folder) / "store", rng.uniform(1.0, _LONGEST_S)))
        print(f"kill {number + 1}: {found[-1]:.2f} s lost", file=sys.stderr)
    figures = [
        below(f"draft: lost in {options.runs} kills, the most", max(found), LIMIT_S, "s"),
        below("draft: lost, p50", quantile(found, 0.5), LIMIT_S, "s"),
    ]
    show("Drafts of calls that were killed", figures, options.json)
    return 0 if all(figure.met for figure in figures) else 1


if __name__ == "__main__":
    sys.exit(main())
