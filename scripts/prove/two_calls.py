"""Two calls at once: the second is refused, and a killed first one leaves nothing locked."""

from __future__ import annotations

import os
import random
import subprocess
import sys
import tempfile
from pathlib import Path

from companion.errors import AudioDeviceError
from companion.live.one_call import check_no_other_call
from scripts.bench.table import progress
from scripts.prove.faults import Fault

_HOLD = """
import sys
from pathlib import Path
from companion.live.one_call import the_only_call
with the_only_call(Path(sys.argv[1])):
    print("held", flush=True)
    sys.stdin.read()
"""


def two_calls(runs: int, rng: random.Random) -> Fault:
    """A call listens in another process; then it is killed."""
    fault = Fault("Two calls at once", "a second one in another process; then the first: kill -9")
    progress(f"two calls at once, {runs} times")
    with tempfile.TemporaryDirectory() as folder:
        lock = Path(folder) / "data" / "call.lock"
        for _ in range(runs):
            first = subprocess.Popen(
                [sys.executable, "-c", _HOLD, str(lock)],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                env=os.environ.copy(),
            )
            with first:
                assert first.stdout is not None
                first.stdout.readline()
                refused = all(_is_refused(lock) for _ in range(rng.randrange(1, 5)))
                first.kill()
                first.wait()
            if not refused:
                fault.take("the second call was let in")
            else:
                fault.take("locked after its death" if _is_refused(lock) else None)
    return fault


def _is_refused(lock: Path) -> bool:
    try:
        check_no_other_call(lock)
    except AudioDeviceError:
        return True
    return False
