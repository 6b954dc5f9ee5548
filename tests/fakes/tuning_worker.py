"""One of the machines that share a search, as a program of its own.

Reads the address of the study's database and, on the next line, its password from standard input.
After its first trial it says so and waits for a line, so that a test can be sure that two of these
programs are at it at the same time. At the end it prints what it tried, and the best it knows of.
"""

from __future__ import annotations

import json
import sys

from companion.store.study_database import StudyDatabase
from companion.store.team_address import TeamAddress
from companion.store.team_connection import TeamAccount
from companion.trainer.tune import search
from companion.trainer.tune_study import open_study, shared_storage
from tests.trainer.tuned_calls import small_task

STUDY = "our-rap"
TRIALS = 10
ONLY = ("tracking", "timing")


def main() -> None:
    """Take part in the search until it has `TRIALS` trials."""
    address = TeamAddress.parse(sys.stdin.readline().strip())
    account = TeamAccount(address, sys.stdin.readline().strip())
    task = small_task(*ONLY)
    database = StudyDatabase(account)
    with database.alone():
        storage = shared_storage(database.connect)
        study = open_study(storage, STUDY, task.signature(), task.knobs, task.values, task.seed)
    before = len(study.tried())
    calls = 0

    def wait(taken: int, best: float | None) -> None:
        nonlocal calls
        calls += 1
        if calls == 2:
            print("tried one", flush=True)
            sys.stdin.readline()

    search(task, study, TRIALS, wait)
    best = min(study.tried(), key=lambda t: (not t.allowed, t.score, t.number))
    told = {"own": calls - 1, "before": before, "best": best.number, "score": best.score}
    print(json.dumps(told), flush=True)


if __name__ == "__main__":
    main()
