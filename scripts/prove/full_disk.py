"""A disk that is really full: a small file system in memory, filled at random moments.

`full_disk` runs `python -m scripts.prove.full_disk` in a namespace of its own, where a file system
of one megabyte can be mounted; Linux only.
"""

from __future__ import annotations

import json
import os
import random
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable
from dataclasses import asdict
from datetime import datetime, timedelta, timezone
from pathlib import Path

from companion.errors import CompanionError
from companion.live.board import Board
from companion.live.draft_keeper import PUT_EVERY_S, DraftKeeper
from companion.live.follow import BoardFollower
from companion.notes.private_file import write_private
from companion.records import to_json
from companion.settings import load_settings
from companion.settings_file import write_settings
from companion.store.store import Store
from scripts.bench.table import progress
from scripts.prove.faults import Fault
from tests.fakes.board import snapshot
from tests.fakes.sound import FakeClock
from tests.fakes.store import PASSPHRASE, approved_of, fake_vault, summary_of

_NOW = datetime(2026, 5, 4, 18, tzinfo=timezone.utc)
_MOUNT_AND_RUN = 'mount -t tmpfs -o size=1m,mode=700 tmpfs "$1" && shift && exec "$@"'
_PAGE = 4096


def full_disk(runs: int, rng: random.Random) -> list[Fault]:
    """So many times full while a call is saved, drafted, exported, and a setting is changed."""
    if shutil.which("unshare") is None:
        progress("a full disk: left out, as it needs unshare (Linux)")
        return []
    progress(f"full disk, {runs} times")
    with tempfile.TemporaryDirectory() as folder:
        done = subprocess.run(
            [
                "unshare", "-rm", "sh", "-c", _MOUNT_AND_RUN, "sh", folder,
                sys.executable, "-m", "scripts.prove.full_disk",
                folder, str(runs), str(rng.randrange(1 << 30)),
            ],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
        )  # fmt: skip
    if done.returncode != 0:
        raise SystemExit(f"the full disk could not be tried: {done.stderr.strip()[-300:]}")
    return [Fault(**values) for values in json.loads(done.stdout)]


class _Disk:
    """The small file system, and a file that fills it."""

    def __init__(self, folder: Path, rng: random.Random) -> None:
        self._filler = folder / "filler"
        self._rng = rng

    def fill(self) -> None:
        """Full, or nearly."""
        with self._filler.open("wb", buffering=0) as file:
            try:
                while True:
                    file.write(b"x" * _PAGE)
            except OSError:
                pass
        left = self._rng.choice((0, 0, 1, 2, 4, 8)) * _PAGE
        os.truncate(self._filler, max(0, self._filler.stat().st_size - left))

    def make_room(self) -> None:
        """As an organizer would."""
        self._filler.unlink()


def _try(act: Callable[[], object]) -> tuple[bool, str | None]:
    """Whether it worked; and a problem where it failed without a sentence for people."""
    try:
        act()
    except CompanionError as error:
        words = ("full", "room", "space")
        plain = any(word in str(error) for word in words)
        return False, None if plain else "the sentence does not say what to do"
    except Exception as error:  # noqa: BLE001 - that is what is looked for
        return False, f"broke with {type(error).__name__}"
    return True, None


def _tried(fault: Fault, disk: _Disk, act: Callable[[], object]) -> None:
    """Do it on a full disk; where that fails, make room and do it once more."""
    disk.fill()
    worked, problem = _try(act)
    disk.make_room()
    if not worked and problem is None and not _try(act)[0]:
        problem = "it did not work with room either"
    fault.take(problem)


def _saving(folder: Path, store: Store, disk: _Disk, runs: int) -> Fault:
    fault = Fault("Disk full: an approved call is saved", "a file system of 1 MB, really full")
    for number in range(runs):
        _tried(fault, disk, lambda number=number: store.calls.save(approved_of(number)))  # type: ignore[misc]
    wanted = {f"maple-{number}" for number in range(runs)}
    found = [call.code for call in store.calls.list()]
    fault.summaries_lost = len(wanted - set(found))
    if sorted(found) != sorted(wanted) or fake_vault(folder / "store").check(PASSPHRASE):
        fault.wrong.append("the store is not whole")
        fault.survived = 0
    return fault


def _drafting(store: Store, disk: _Disk, runs: int) -> Fault:
    fault = Fault("Disk full: the draft of a running call", "the same; the call goes on")
    lost = 0
    for number in range(runs):
        board, clock = Board(snapshot()), FakeClock()
        told: list[str] = []
        mended: list[str] = []
        keeper = DraftKeeper(
            board,
            store.drafts,
            f"call-{number}",
            lambda _, clock=clock: to_json(summary_of(duration_s=int(clock()))),  # type: ignore[misc]
            warn=told.append,
            mended=lambda warning, _, mended=mended: mended.append(warning),  # type: ignore[misc]
            clock_s=clock,
            now=lambda: _NOW,
        )
        follower = BoardFollower(board)
        keeper.take(follower.look(0.0))
        disk.fill()
        clock.advance(PUT_EVERY_S)
        keeper.take(follower.look(0.0))
        # Full to the last page nothing can be kept; with a few pages left it may.
        was_told = bool(told)
        there = any(d.draft_id == f"call-{number}" for d in store.drafts.pending(_NOW))
        disk.make_room()
        clock.advance(PUT_EVERY_S)
        keeper.take(follower.look(0.0))
        drafts = store.drafts.pending(_NOW + timedelta(minutes=1))
        newest = next((d for d in drafts if d.draft_id == f"call-{number}"), None)
        lost += newest is None
        good = there and newest is not None and newest.summary.duration_s == int(clock())
        fault.take(None if good and mended == told and was_told == bool(told) else "draft lost")
        store.drafts.remove(f"call-{number}")
    fault.summaries_lost = lost
    return fault


def _files(folder: Path, disk: _Disk, runs: int) -> Fault:
    fault = Fault("Disk full: settings and exports", "the same; the old file stays whole")
    path = folder / "settings.yaml"
    for number in range(runs):
        name = f"Microphone {number}"
        _tried(fault, disk, lambda name=name: write_settings({"audio.device": name}, path))  # type: ignore[misc]
        if load_settings(path).audio.device != name:
            fault.wrong.append("the settings are not what was set")
            fault.survived -= 1
        export = folder / f"export-{number}.csv"
        _tried(fault, disk, lambda to=export: write_private(to, ["line\n"] * 3000))  # type: ignore[misc]
        export.unlink()
    return fault


def main() -> None:
    """Inside the namespace: print the faults as JSON."""
    folder, runs, seed = Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3])
    disk = _Disk(folder, random.Random(seed))
    with fake_vault(folder / "store").create(PASSPHRASE) as store:
        faults = [
            _saving(folder, store, disk, runs),
            _drafting(store, disk, runs),
            _files(folder, disk, runs),
        ]
    json.dump([asdict(fault) for fault in faults], sys.stdout)


if __name__ == "__main__":
    main()
