from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from companion.errors import AudioDeviceError
from companion.live.one_call import check_no_other_call, the_only_call

HOLD = """
import sys
from pathlib import Path
from companion.live.one_call import the_only_call
with the_only_call(Path(sys.argv[1])):
    print("held", flush=True)
    sys.stdin.read()
"""


def test_one_call_at_a_time_in_one_program(tmp_path: Path) -> None:
    lock = tmp_path / "data" / "call.lock"
    with the_only_call(lock):
        with pytest.raises(AudioDeviceError, match="listening already"), the_only_call(lock):
            pytest.fail("two calls at once")
        with pytest.raises(AudioDeviceError, match="--prompts-only"):
            check_no_other_call(lock)
    check_no_other_call(lock)
    with the_only_call(lock):
        assert lock.read_bytes() == b""


def test_one_call_at_a_time_across_programs_and_killing_one_lets_go(tmp_path: Path) -> None:
    lock = tmp_path / "call.lock"
    with subprocess.Popen(
        [sys.executable, "-c", HOLD, str(lock)], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as other:
        assert other.stdout is not None
        assert other.stdout.readline().strip() == b"held"
        with pytest.raises(AudioDeviceError, match="listening already"):
            check_no_other_call(lock)
        other.kill()
        other.wait(30)
        check_no_other_call(lock)


def test_one_call_goes_on_where_no_lock_can_be_had(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")
    with the_only_call(tmp_path / "file" / "call.lock"):
        check_no_other_call(tmp_path / "file" / "call.lock")
