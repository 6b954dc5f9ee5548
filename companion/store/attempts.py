"""Wrong passphrases: after a few, each further one has to wait longer.

The count lies in a file beside the store, so it outlives the program. Whoever holds a copy of the
files is not stopped by it (Argon2id is what slows them down); whoever sits at the keyboard is.
A clock that was set back cannot make the wait longer than the longest one.
"""

from __future__ import annotations

import json
from contextlib import suppress
from datetime import datetime, timedelta, timezone
from pathlib import Path

from companion.errors import LockedError
from companion.store.private_files import replace_private

ATTEMPTS_FILE = "attempts.json"
FREE_ATTEMPTS = 3
MAX_WAIT_S = 300
_FIRST_WAIT_S = 2


def wait_s(failed: int) -> int:
    """How long to wait after so many wrong passphrases in a row: 0, 0, 0, 2, 4, 8, … 300 s."""
    if failed <= FREE_ATTEMPTS:
        return 0
    doublings = min(failed - FREE_ATTEMPTS - 1, 20)
    return min(MAX_WAIT_S, _FIRST_WAIT_S << doublings)


class Attempts:
    """The wrong passphrases of one store."""

    def __init__(self, folder: Path) -> None:
        """`folder`: of the store."""
        self._path = folder / ATTEMPTS_FILE

    def begin(self, now: datetime) -> None:
        """Count an attempt before it is made, so that ending the program does not undo it.

        Raises: LockedError while the wait is not over.
        """
        failed, last = self._read()
        if last is not None:
            since = max(timedelta(0), now - last)
            left_s = wait_s(failed) - since.total_seconds()
            if left_s > 0:
                if now < last:  # the clock was set back: begin the wait anew from here
                    self._write(failed, now)
                wait = max(1, round(left_s))
                raise LockedError(
                    f"after {failed} wrong passphrases there is a pause; "
                    f"try again in {wait} second{'s' if wait > 1 else ''}"
                )
        self._write(failed + 1, now)

    def succeeded(self) -> None:
        """The passphrase was right: forget the wrong ones."""
        with suppress(OSError):
            self._path.unlink(missing_ok=True)

    def _read(self) -> tuple[int, datetime | None]:
        try:
            data = json.loads(self._path.read_bytes())
            return max(0, int(data["failed"])), datetime.fromisoformat(data["last"])
        except (OSError, ValueError, KeyError, TypeError):
            return 0, None

    def _write(self, failed: int, now: datetime) -> None:
        data = {"failed": failed, "last": now.astimezone(timezone.utc).isoformat()}
        # Where the folder cannot be written nothing can be counted; the store can still be read.
        with suppress(OSError):
            replace_private(self._path, json.dumps(data).encode("ascii"))
