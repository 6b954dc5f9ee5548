"""A call in a process of its own that is killed at any moment, with its draft in a real store.

Run as `python -m tests.fakes.dying_call FOLDER EVERY_S`. It prints the number of questions that
the draft must have by now, one line each time a change was published.
"""

from __future__ import annotations

import sys
import threading
from dataclasses import replace
from datetime import datetime, timezone
from pathlib import Path

from companion.live.board import Board
from companion.live.call_record import CallRecord
from companion.live.draft_keeper import DraftKeeper
from companion.understanding.rap import find_rap
from tests.fakes.board import CALL_DATE, snapshot, summary
from tests.fakes.store import PASSPHRASE, FakeRedactor, fake_vault

CHANGE_EVERY_S = 0.01


def main(folder: Path, every_s: float) -> None:
    """Publish a change every hundredth of a second until somebody ends this process."""
    consent = summary().consent
    record = CallRecord(find_rap("one-on-one.en"), CALL_DATE, consent, FakeRedactor())
    board = Board(snapshot())
    never = threading.Event()
    vault = fake_vault(folder, clock=lambda: datetime.now(timezone.utc))
    with (
        vault.open(PASSPHRASE) as store,
        DraftKeeper(board, store.drafts, "dying", record.text_of, every_s=every_s),
    ):
        count = board.latest().state.open_count
        while not never.wait(CHANGE_EVERY_S):
            latest = board.latest()
            count += 1
            state = replace(latest.state, open_count=count)
            board.publish(replace(latest, version=latest.version + 1, state=state))
            print(count, flush=True)


if __name__ == "__main__":
    main(Path(sys.argv[1]), float(sys.argv[2]))
