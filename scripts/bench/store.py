"""Figures of the store: opening, listing, searching, saving, deleting. Run by
`scripts/bench_store`."""

from __future__ import annotations

import argparse
import random
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

from companion.domain.call_code import deletion_digest
from companion.domain.dialogue import Origin
from companion.domain.record import ApprovedSummary, Fact, SafeText
from companion.records import to_json
from companion.store.store import Store
from companion.store.stored_call import CallFilter
from companion.store.vault import Vault
from scripts.bench.table import Figure, below, progress, quantile, show
from tests.fakes.store import (
    NOW,
    PASSPHRASE,
    TODAY,
    FakeKeyring,
    deletion_code_of,
    fake_vault,
    summary_of,
)

CALLS = 10_000
TARGET_MS = 60.0
_ISSUES = ("hours/scheduling", "safety", "pay", "respect", "understaffing", "housing/rent")
_ROLES = ("site manager", "landlord", "owner", "principal", "regional manager")
_NOTE = """
    ask about the break room and the new roster wants quieter evenings talk with two others
    on the late shift bring the petition to lunch call again after the holiday worried about
    heat in the warehouse likes the idea of a meeting needs childcare that day prefers text
"""
_WORDS = _NOTE.split()


def approvals(count: int, seed: int = 7) -> list[ApprovedSummary]:
    """Calls of about four years, each with values and about twenty words of its own."""
    rng = random.Random(seed)
    found = []
    for number in range(count):
        summary = summary_of(
            call_date=TODAY - timedelta(days=rng.randrange(1400)),
            issues=tuple(Fact(i, Origin.HEARD) for i in rng.sample(_ISSUES, 2)),
            decision_maker=Fact(rng.choice(_ROLES), Origin.TAPPED),
            note=SafeText(" ".join(rng.choices(_WORDS, k=14))),
            follow_up_detail=SafeText(" ".join(rng.choices(_WORDS, k=6))),
        )
        digest = deletion_digest(deletion_code_of(number))
        found.append(ApprovedSummary(f"maple-{number}", summary, NOW, digest))
    return found


def p95_ms(act: Callable[[], object], runs: int) -> float:
    """The 95th percentile of so many runs, after one that does not count."""
    act()
    spent_s = []
    for _ in range(runs):
        started = time.perf_counter()
        act()
        spent_s.append(time.perf_counter() - started)
    return quantile(spent_s, 0.95) * 1000


def reading(vault: Vault, store: Store, runs: int) -> list[Figure]:
    """What an organizer waits for between calls."""
    calls, month = store.calls, CallFilter(since=TODAY - timedelta(days=30))
    acts: dict[str, Callable[[], object]] = {
        "open after unlock": lambda: vault.open().close(),
        "list the newest 50": lambda: calls.list(limit=50),
        "list the oldest 50": lambda: calls.list(limit=50, offset=CALLS - 50),
        "list 50 of an issue": lambda: calls.list(CallFilter(issue="safety"), limit=50),
        "list a month": lambda: calls.list(month),
        "search, a rare word": lambda: calls.search("maple 4711", limit=50),
        "search, words in most calls": lambda: calls.search("roster meeting", limit=50),
        "search, the start of a word": lambda: calls.search("sched", limit=50),
        "the 50 most pressing follow-ups": lambda: store.follow_ups.due(TODAY, 7, limit=50),
    }
    figures = []
    for name, act in acts.items():
        progress(name)
        figures.append(below(f"{name}, p95", p95_ms(act, runs), TARGET_MS, "ms", 1))
    return figures


def writing(store: Store, more: list[ApprovedSummary]) -> list[Figure]:
    """What is written, each run with another call; a direction only."""
    record = to_json(more[0].summary)
    left = iter(more)
    saved: list[str] = []

    def save() -> None:
        saved.append(store.calls.save(next(left)).code)

    acts: dict[str, tuple[Callable[[], object], int]] = {
        "put a draft": (lambda: store.drafts.put("draft", record, NOW), 20),
        "save a call": (save, len(more) - 1),
        "delete a call": (lambda: store.calls.delete(saved.pop()), len(more) - 1),
    }
    figures = []
    for name, (act, runs) in acts.items():
        progress(name)
        figures.append(Figure(f"{name}, p95", f"{p95_ms(act, runs):.1f} ms", ""))
    return figures


def main(arguments: list[str] | None = None) -> int:
    """Fill a store, measure, print; 1 where a target was missed."""
    parser = argparse.ArgumentParser(prog="scripts/bench_store", description=__doc__)
    parser.add_argument("--json", action="store_true", help="one JSON object")
    parser.add_argument("--runs", type=int, default=100, help="of each figure (default: 100)")
    options = parser.parse_args(arguments)
    made = approvals(CALLS + 21)
    with tempfile.TemporaryDirectory() as folder:
        vault = fake_vault(Path(folder) / "store", keyring=FakeKeyring())
        with vault.create(PASSPHRASE) as store:
            progress(f"saving {CALLS} calls")
            store.calls.save_all(made[:CALLS])
            megabytes = store.path.stat().st_size / 1e6
            figures = [
                *reading(vault, store, options.runs),
                *writing(store, made[CALLS:]),
                Figure("size of the file", f"{megabytes:.1f} MB", ""),
            ]
    show(f"The store with {CALLS} calls", figures, options.json)
    return 1 if any(figure.met is False for figure in figures) else 0


if __name__ == "__main__":
    sys.exit(main())
