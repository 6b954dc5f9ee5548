"""A few kills at random moments; `scripts/crash_team` does as many as one likes."""

from __future__ import annotations

import pytest

from scripts.crash.killing import Scenario
from scripts.crash.store import run
from scripts.crash.team import LONGEST_S, SCENARIOS
from tests.fakes.team import clean_team


@pytest.mark.parametrize("seed", [1, 2])
@pytest.mark.parametrize("kind", SCENARIOS, ids=lambda kind: kind.name)
def test_team_crashes_lose_and_double_nothing(kind: type[Scenario], seed: int) -> None:
    clean_team()
    assert run(kind, seed, LONGEST_S) == []
