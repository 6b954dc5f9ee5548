"""Kill -9 at random moments: a few here, two hundred by `scripts/crash_store`."""

from __future__ import annotations

import random
import sys
from pathlib import Path

import pytest

from scripts.crash.killing import Say, Scenario, kill_once
from scripts.crash.store import SCENARIOS, Saving, run
from tests.fakes.store import PASSPHRASE, approved_of, fake_vault


@pytest.mark.parametrize("kind", SCENARIOS, ids=lambda kind: kind.name.replace(" ", "_"))
def test_crash_loses_and_doubles_nothing(kind: type[Scenario]) -> None:
    assert run(kind, seed=17, longest_s=0.2) == []


# Elsewhere the child is a fresh process, which knows no class of a test.
forks = pytest.mark.skipif(sys.platform != "linux", reason="needs a forked child")


class _Forgetful(Saving):
    """Says that a call is saved before it is."""

    def act(self, folder: Path, say: Say) -> None:
        say("maple-100")
        say("maple-101")
        say("maple-102")
        fake_vault(folder / "store").open(PASSPHRASE).calls.save(approved_of(100))
        raise SystemExit


@forks
def test_crash_control_a_lost_call_is_noticed(tmp_path: Path) -> None:
    problems = kill_once(_Forgetful(), tmp_path / "run", random.Random(1), 0.2)
    assert "calls: lost 3, too many 0" in problems or "calls: lost 2, too many 0" in problems


@forks
def test_crash_control_half_a_deed_is_noticed(tmp_path: Path) -> None:
    class Careless(Saving):
        def problems(self, folder: Path, said: list[str]) -> list[str]:
            with fake_vault(folder / "store").open(PASSPHRASE) as store:
                store.calls.delete("maple-100")
            return super().problems(folder, ["maple-100", *said[1:]])

        def act(self, folder: Path, say: Say) -> None:
            with fake_vault(folder / "store").open(PASSPHRASE) as store:
                store.calls.save(approved_of(100))
            say("maple-100")

    # The child ends by itself here, so that what is missing is missing by our own hand.
    problems = kill_once(Careless(), tmp_path / "run", random.Random(1), 2.0)
    assert [problem for problem in problems if problem.startswith("calls: lost 1")]
